"""How old what an entry says is: told on its card and page, without a query of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from marketplace.models import Check, Entry
from marketplace.models.entries import EntryQuerySet

# A year, in which its owners are asked, and half of one in which they did not answer.
STALE_AFTER_DAYS = 548


def last_true_on(entry: Entry) -> date | None:
    """Return the day on which its owner last said that an entry is true: or published it."""
    published = entry.live_revision.published_at if entry.live_revision else None
    return _last_true(published, entry.confirmed_on)


def _last_true(published: datetime | None, confirmed_on: date | None) -> date | None:
    days = [timezone.localdate(published)] if published else []
    return max([*days, confirmed_on] if confirmed_on else days, default=None)


def stale_since(entry: Entry) -> date | None:
    """Return when an entry was last confirmed if that is long ago, None while it is fresh."""
    published = entry.live_revision.published_at if entry.live_revision else None
    return stale(published, entry.confirmed_on)


def stale(published: datetime | None, confirmed_on: date | None) -> date | None:
    """Return the same for an entry of which only these two are known."""
    day = _last_true(published, confirmed_on)
    if day is None or timezone.localdate() - day < timedelta(days=STALE_AFTER_DAYS):
        return None
    return day


def with_links(entries: EntryQuerySet) -> EntryQuerySet:
    """Fetch along when the links of what is public were last tried: `links_tried_at`.

    Tried they are by the check that asks other servers; another looks at their spelling alone.
    """
    tried = Check.objects.filter(
        revision=OuterRef("live_revision"), name="answers", checked_at__isnull=False
    )
    return entries.annotate(
        links_tried_at=Subquery(tried.order_by("-checked_at").values("checked_at")[:1])
    )
