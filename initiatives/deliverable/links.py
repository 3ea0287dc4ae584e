"""Whether the addresses that cities give answer: tried in the worker, told to those inside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities import effects, outbound
from initiatives.models import Initiative, TriedLink

KIND = "initiatives.try_link"
# One that answered is tried again after a month, one that did not the next day.
AGAIN, SOON = timedelta(days=30), timedelta(days=1)
MOST_AT_ONCE = 50


@transaction.atomic
def ask(urls: Iterable[str]) -> None:
    """Have addresses tried that were not tried lately; the first of very many."""
    if not settings.ASKS_OTHER_SERVERS:
        return
    wanted = list(dict.fromkeys(url for url in urls if url))
    known = TriedLink.objects.in_bulk(wanted, field_name="url")
    now = timezone.now()
    old = [url for url in wanted if url not in known or _is_old(known[url])]
    asked = [TriedLink(url=url, asked_at=now) for url in old[:MOST_AT_ONCE]]
    TriedLink.objects.bulk_create(
        asked, update_conflicts=True, update_fields=["asked_at"], unique_fields=["url"]
    )
    numbers = TriedLink.objects.filter(url__in=[one.url for one in asked]).order_by("pk")
    causes = {
        f"try-link:{pk}:{now.isoformat()}": {"link": pk}
        for pk in numbers.values_list("pk", flat=True)
    }
    # Other people's servers may be slow: what is done here waits for none of them.
    effects.hand_over_all(KIND, causes, queue="outside")


def _is_old(link: TriedLink) -> bool:
    asked = link.asked_at or link.tried_at
    wait = SOON if link.is_there is False else AGAIN
    return asked is None or asked < timezone.now() - wait


def try_one(pk: int) -> None:
    """Ask for an address and keep what came of it; one that is tried twice is tried twice."""
    link = TriedLink.objects.filter(pk=pk).first()
    if link is None:
        return
    answer = outbound.fetch(link.url, with_body=False)
    TriedLink.objects.filter(pk=pk).update(
        tried_at=timezone.now(),
        status=answer.status,
        problem=answer.problem or "",
        is_there=answer.is_there,
    )


def dead(urls: Iterable[str]) -> dict[str, str]:
    """Return for each address that did not answer, when and why, in words: one query."""
    wanted = {url for url in urls if url}
    silent = TriedLink.objects.filter(url__in=wanted, is_there=False, tried_at__isnull=False)
    return {link.url: _words(link) for link in silent}


def with_results(initiatives: QuerySet[Initiative]) -> QuerySet[Initiative]:
    """Fetch with initiatives what came of asking for the address of their results."""
    tried = TriedLink.objects.filter(
        url=OuterRef("results_url"), is_there=False, tried_at__isnull=False
    )
    return initiatives.annotate(
        dead_at=Subquery(tried.values("tried_at")),
        dead_status=Subquery(tried.values("status")),
        dead_problem=Subquery(tried.values("problem")),
    )


def said_of(initiative: Any) -> str:
    """Return when and why the address of results did not answer; "" where it did: no query."""
    if initiative.dead_at is None:
        return ""
    told = {"status": initiative.dead_status, "problem": initiative.dead_problem}
    return _words(TriedLink(tried_at=initiative.dead_at, **told))


def _words(link: TriedLink) -> str:
    why = str(link.get_problem_display()) or _("It answers with the status %d.") % (
        link.status or 0
    )
    day = date_format(timezone.localdate(link.tried_at), "DATE_FORMAT")
    return _("This address did not answer when it was tried on %(day)s. %(why)s") % {
        "day": day, "why": why,
    }  # fmt: skip
