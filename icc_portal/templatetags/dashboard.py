"""What the first page of the staff screens says: reviews that wait, what failed, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities import effects, mails
from cities.models import Effect, EffectState, Heartbeat, Mail, MailState, RefusedAddress, User
from marketplace.models import Review, Revision, RevisionState

register = template.Library()
LONGEST_SILENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Waiting:
    """A number of things that wait, where they are, and since when the oldest does."""

    number: int
    label: str
    url: str
    oldest: datetime | None = None
    is_trouble: bool = False


@register.simple_tag(takes_context=True)
def dashboard(context: template.Context) -> dict[str, Any] | None:
    """Return what waits for staff, or None for those who may not look at it; five queries."""
    user = context["request"].user
    if not user.has_perm("cities.view_effect"):
        return None
    return {
        "items": [*_reviews(user), *_late(user), *_failures(user)],
        "quick": _quick_links(),
        "silent": _silence(),
    }


def _quick_links() -> list[dict[str, str]]:
    """Return what staff come for most often."""
    return [
        {"label": _("Plan a City Lab"), "url": reverse("admin:events_event_add")},
        {"label": _("Review queue"), "url": reverse("admin:marketplace_revision_changelist")},
        {"label": _("Sent mail"), "url": reverse("admin:cities_mail_changelist")},
    ]


def _reviews(user: User) -> list[Waiting]:
    """Count what this person may know to be under review, by state, with the oldest's age."""
    labels = {
        RevisionState.SUBMITTED: _("submitted, being checked"),
        RevisionState.CHECKED: _("checked, waiting for a reviewer"),
        RevisionState.IN_REVIEW: _("in review"),
        RevisionState.APPROVED: _("approved, to be published"),
    }
    rows = (
        Revision.objects.visible_to(user)
        .under_review()
        .order_by()
        .values("state")
        .annotate(number=Count("pk"), oldest=Min("submitted_at"))
    )
    found = {row["state"]: row for row in rows}
    address = reverse("admin:marketplace_revision_changelist")
    return [
        Waiting(found[state]["number"], label, f"{address}?state={state}", found[state]["oldest"])
        for state, label in labels.items()
        if state in found
    ]


def _late(user: User) -> list[Waiting]:
    """Count the reviews this person may know of that should have been given by now."""
    owed = Review.objects.visible_to(user).open()
    number = owed.filter(due_on__lt=timezone.localdate()).count()
    address = reverse("admin:marketplace_review_changelist")
    label = ngettext("review is late", "reviews are late", number)
    return [Waiting(number, label, f"{address}?late=yes", is_trouble=True)] if number else []


def _failures(user: User) -> list[Waiting]:
    """Count work given up and mails nobody is sure about, as far as this person finds them."""
    dead = Effect.objects.filter(state=EffectState.DEAD).exclude(effects.hidden_from(user))
    work = dead.aggregate(number=Count("pk"), oldest=Min("created_at"))
    unsure = Q(state=MailState.UNCERTAIN)
    refused = Q(state=MailState.FAILED)
    known = Mail.objects.filter(unsure | refused).exclude(mails.hidden_from(user))
    letters = known.aggregate(
        unsure=Count("pk", filter=unsure), refused=Count("pk", filter=refused)
    )
    effects_url = reverse("admin:cities_effect_changelist")
    mails_url = reverse("admin:cities_mail_changelist")
    found = [
        Waiting(
            work["number"],
            ngettext(
                "piece of background work given up",
                "pieces of background work given up",
                work["number"],
            ),
            f"{effects_url}?state__exact={EffectState.DEAD}",
            work["oldest"],
            is_trouble=True,
        ),
        Waiting(
            letters["unsure"],
            ngettext(
                "mail perhaps sent: decide whether to send it again",
                "mails perhaps sent: decide whether to send them again",
                letters["unsure"],
            ),
            f"{mails_url}?state__exact={MailState.UNCERTAIN}",
            is_trouble=True,
        ),
        Waiting(
            letters["refused"],
            ngettext("mail refused", "mails refused", letters["refused"]),
            f"{mails_url}?state__exact={MailState.FAILED}",
            is_trouble=True,
        ),
    ]
    addresses = RefusedAddress.objects.count()
    found.append(
        Waiting(
            addresses,
            ngettext(
                "address that takes no mail: correct it, or let it be tried again",
                "addresses that take no mail: correct them, or let them be tried again",
                addresses,
            ),
            reverse("admin:cities_refusedaddress_changelist"),
            is_trouble=True,
        )
    )
    return [one for one in found if one.number]


def _silence() -> str:
    """Return for how long the worker has been silent, in words, or "" when it is not."""
    last = Heartbeat.objects.filter(name="worker").aggregate(last=Max("beaten_at"))["last"]
    if last is None or timezone.now() - last < LONGEST_SILENCE:
        return ""
    return timesince(last)
