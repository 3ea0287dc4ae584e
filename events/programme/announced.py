"""What an invented lab to come has told already: a change of its agenda, and who is invited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cities.programme import Loading, Record, person
from events.models import AgendaVersion, Event, Guest, GuestPlace, Session
from events.plan.snapshots import snapshot_of
from events.services import guests

FIRST, SECOND = timedelta(days=9), timedelta(days=2)


def load_versions(loading: Loading, record: Record, event: Event, is_new: bool) -> None:
    """Load the version before a change, as the file says what was otherwise, and that of now.

    Those concerned count as told: nobody is mailed of what a demonstration begins with.
    """
    items = record.children("changed")
    if not (items and is_new):
        return
    now = snapshot_of(event)
    before = {**now, "sessions": [dict(one) for one in now["sessions"]]}
    for item in items:
        _put_back(item, before["sessions"], ZoneInfo(event.time_zone))
    notes = [item.text("note") for item in items]
    for item in items:
        item.close()
    told: dict[str, Any] = {"event": event, "told_at": loading.now}
    for number, (plan, age, note) in enumerate(
        [(before, FIRST, ""), (now, SECOND, " ".join(notes))], start=1
    ):
        at = loading.now - age
        kept: dict[str, Any] = {"number": number, "plan": plan, "published_at": at, "note": note}
        loading.create(AgendaVersion, record, **told, **kept)


def _put_back(item: Record, sessions: list[dict[str, Any]], zone: ZoneInfo) -> None:
    slug = item.need("session")
    found = next((one for one in sessions if one["slug"] == slug), None)
    if found is None:
        raise item.wrong("session", f"the event has no session “{slug}”.")
    for name in ("starts_at", "ends_at"):
        hour = item.clock(f"{name}_before")
        if hour is not None:
            day = datetime.fromisoformat(found[name]).astimezone(zone).date()
            moment = datetime.combine(day, hour, zone)
            found[name] = moment.astimezone(ZoneInfo("UTC")).isoformat()
    found["room"] = item.text("room_before", found["room"])


def load_guests(loading: Loading, record: Record, event: Event, is_new: bool) -> None:
    """Load guests from outside, each with the mail that invites them, where there are accounts."""
    items = record.children("guests")
    if not (loading.accounts and is_new):
        return
    sessions = {one.slug: one for one in Session.objects.filter(day__event=event)}
    for item in items:
        guest = loading.create(
            Guest,
            item,
            event=event,
            name=item.need("name"),
            email=item.need("email"),
            organisation=item.text("organisation"),
            language=item.text("language", "en"),
            message=item.text("message"),
        )
        for slug in item.items("sessions"):
            if slug not in sessions:
                raise item.wrong("sessions", f"the event has no session “{slug}”.")
            loading.create(GuestPlace, item, guest=guest, session=sessions[slug])
        guests.invite(guest, by=person(loading, item, "by"))
        if item.get("declines"):
            guests.decline(guest)
        item.close()
