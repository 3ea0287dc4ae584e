"""A draft of an agenda: begun as a copy of the plan, changed out of sight, published in one go."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from events.models import (
    AgendaVersion,
    DraftedSession,
    Event,
    EventStatus,
    PlanDraft,
    Session,
)
from events.plan.differences import Change, differences
from events.plan.snapshots import snapshot_of
from events.services import agenda_versions
from events.services.copying import again
from events.services.merging import Merging, names_of, values_of

LONGEST_TITLE, LONGEST_SLUG = 160, 80


class PlanRefused(Exception):
    """A draft cannot be begun or published; the words say why."""


@transaction.atomic
def begin(event: Event, *, by: User) -> PlanDraft:
    """Return the draft of an event's agenda, which is made if there is none.

    Raises PlanRefused where nobody sees the agenda yet: then its plan can be changed itself.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    found = PlanDraft.objects.filter(event=event).select_related("copy").first()
    if found is not None:
        return found
    if event.status != EventStatus.PUBLISHED or PlanDraft.objects.filter(copy=event).exists():
        raise PlanRefused(_("Nobody sees this agenda yet: change the plan itself."))
    agenda_versions.keep_version(event)
    copy = again(
        event,
        slug=f"{event.slug[: LONGEST_SLUG - 14]}-plan-{event.pk}",
        title=(_("Draft of the agenda: %s") % event.title)[:LONGEST_TITLE],
        status=EventStatus.DRAFT,
        registration_opens_at=None,
        registration_closes_at=None,
        days_shown="",
    )
    draft = PlanDraft.objects.create(event=event, copy=copy, begun_by=by)
    _copy_plan(draft)
    draft.base = snapshot_of(copy)
    draft.save(update_fields=["base", "made_from"])
    return draft


def _copy_plan(draft: PlanDraft) -> None:
    event, copy = draft.event, draft.copy
    parts: dict[str, dict[int, Any]] = {}
    for name in ("tracks", "rooms", "days"):
        rows = list(getattr(event, name).all())
        parts[name] = {row.pk: again(row, event=copy) for row in rows}
        draft.made_from[name] = {
            str(parts[name][row.pk].pk): [row.pk, names_of(row)] for row in rows
        }
    for session in Session.objects.filter(day__event=event).in_order():
        new = again(
            session,
            day=parts["days"][session.day_id],
            track=parts["tracks"].get(session.track_id or 0),
            room=parts["rooms"].get(session.room_id or 0),
        )
        new.moderators.set(session.moderators.all())
        blocks = {row.pk: again(row, session=new) for row in session.agenda_items.all()}
        for material in session.materials.all():
            again(material, session=new)
        for talk in session.talks.all():
            again(talk, session=new, item=blocks.get(talk.item_id or 0))
        DraftedSession.objects.create(
            draft=draft, session=session, copy=new, base=values_of(session)
        )


def follow(event: Event) -> None:
    """Give an open draft the days and zone of its event, which are changed on its page alone."""
    days = {"starts_on": event.starts_on, "ends_on": event.ends_on}
    Event.objects.filter(draft_of__event=event).update(time_zone=event.time_zone, **days)


@transaction.atomic
def discard(draft: PlanDraft) -> None:
    """Throw a draft away; the agenda stays as it is."""
    # Deleting the copy deletes the draft, and what hangs on both.
    draft.copy.delete()


def planned(draft: PlanDraft, zone: Any) -> list[Change]:
    """Return what the draft changes, session by session."""
    return differences(draft.base, snapshot_of(draft.copy), zone)


def clashes(draft: PlanDraft) -> list[str]:
    """Name the sessions of which staff changed the same things in the agenda itself meanwhile."""
    found = []
    rows = draft.sessions.select_related("session__day", "session__room", "session__track", "copy")
    for drafted in rows.select_related("copy__day", "copy__room", "copy__track"):
        if drafted.copy is None:
            continue
        base, now = drafted.base, values_of(drafted.session)
        if now == base:
            continue
        wanted = values_of(drafted.copy)
        if any(wanted[one] != base[one] != now[one] != wanted[one] for one in base):
            found.append(drafted.session.title)
    return found


@transaction.atomic
def publish(draft: PlanDraft, *, by: User, note: str = "") -> AgendaVersion | None:
    """Put a draft in place of the agenda, and have those concerned told; return the new version.

    Only what staff changed in the draft is written: what somebody changed in the agenda itself
    meanwhile stays. Sessions that were taken out stay visible as cancelled. Raises PlanRefused
    where the draft was published or thrown away already, the event is not public, or a session
    lies on none of its days.
    """
    event = Event.objects.select_for_update().get(pk=draft.event_id)
    held = PlanDraft.objects.select_related("copy").filter(pk=draft.pk).first()
    if held is None:
        raise PlanRefused(_("This draft was published or thrown away already."))
    if event.status != EventStatus.PUBLISHED:
        raise PlanRefused(_("The event is hidden or called off; nothing was published."))
    beyond = Session.objects.filter(day__event=held.copy).exclude(
        day__date__range=(event.starts_on, event.ends_on)
    )
    if titles := [f"“{title}”" for title in beyond.values_list("title", flat=True)]:
        words = _("Not on a day of the event: %s. Nothing was published.")
        raise PlanRefused(words % ", ".join(titles))
    held.event = event
    # What was changed in the agenda itself is a version of its own, told with this one.
    agenda_versions.keep_version(event)
    Merging(held).write()
    held.copy.delete()
    event.save(update_fields=["changed_at"])
    version = agenda_versions.keep_version(event, by=by, note=note)
    agenda_versions.hand_over_untold(event)
    return version
