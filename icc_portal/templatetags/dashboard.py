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

from cities.models import Effect, EffectState, Heartbeat, Mail, MailState
from marketplace.models import Revision, RevisionState

register = template.Library()
LONGEST_SILENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Waiting:
    """A number of things that wait, where they are, and since when the oldest does."""

    number: int
    label: str
    url: str
    oldest: datetime | None = None


@register.simple_tag(takes_context=True)
def dashboard(context: template.Context) -> dict[str, Any] | None:
    """Return what waits for staff, or None for those who may not look at it; four queries."""
    user = context["request"].user
    if not user.has_perm("cities.view_effect"):
        return None
    return {"items": [*_reviews(), *_failures()], "silent": _silence()}


def _reviews() -> list[Waiting]:
    """Count what is under review, by state, with the age of the oldest."""
    labels = {
        RevisionState.SUBMITTED: _("submitted, being checked"),
        RevisionState.CHECKED: _("checked, waiting for a reviewer"),
        RevisionState.IN_REVIEW: _("in review"),
        RevisionState.APPROVED: _("approved, to be published"),
    }
    rows = (
        Revision.objects.under_review()
        .order_by()
        .values("state")
        .annotate(number=Count("pk"), oldest=Min("submitted_at"))
    )
    found = {row["state"]: row for row in rows}
    address = reverse("admin:marketplace_revision_changelist")
    return [
        Waiting(
            found[state]["number"],
            label,
            f"{address}?state__exact={state}",
            found[state]["oldest"],
        )
        for state, label in labels.items()
        if state in found
    ]


def _failures() -> list[Waiting]:
    """Count work that was given up and mails nobody is sure about."""
    dead = Effect.objects.filter(state=EffectState.DEAD)
    work = dead.aggregate(number=Count("pk"), oldest=Min("created_at"))
    unsure = Q(state=MailState.UNCERTAIN)
    refused = Q(state=MailState.FAILED)
    mails = Mail.objects.filter(unsure | refused).aggregate(
        unsure=Count("pk", filter=unsure), refused=Count("pk", filter=refused)
    )
    effects_url = reverse("admin:cities_effect_changelist")
    mails_url = reverse("admin:cities_mail_changelist")
    found = [
        Waiting(
            work["number"],
            _("pieces of background work given up"),
            f"{effects_url}?state__exact={EffectState.DEAD}",
            work["oldest"],
        ),
        Waiting(
            mails["unsure"],
            _("mails perhaps sent"),
            f"{mails_url}?state__exact={MailState.UNCERTAIN}",
        ),
        Waiting(
            mails["refused"],
            _("mails refused"),
            f"{mails_url}?state__exact={MailState.FAILED}",
        ),
    ]
    return [one for one in found if one.number]


def _silence() -> str:
    """Return for how long the worker has been silent, in words, or "" when it is not."""
    last = Heartbeat.objects.filter(name="worker").aggregate(last=Max("beaten_at"))["last"]
    if last is None or timezone.now() - last < LONGEST_SILENCE:
        return ""
    return timesince(last)
