"""What was planned in a draft, written to the agenda it was begun from."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models

from events.models import (
    DraftedSession,
    EventDay,
    PlanDraft,
    Room,
    Session,
    Track,
)
from events.services import signups
from events.services.copying import again
from events.services.group_turns import sessions_changed
from events.services.registrations import tell_calendars_of_rooms
from events.services.session_addresses import free_address

# What calendars, marks and places know a session by stays its own.
OWN = {"id", "day", "slug", "sequence", "changed_at", "room", "track"}
Part = Room | Track | EventDay


def values_of(session: Session) -> dict[str, Any]:
    """Return what is planned of a session, as JSON holds it; blocks and talks as they follow."""
    told = {
        field.name: _plain(getattr(session, field.attname))
        for field in session._meta.concrete_fields
        if field.name not in OWN
    }
    told["day"] = session.day.date.isoformat()
    told["room"], told["track"] = (_name(session.room), _name(session.track))
    told["moderators"] = sorted(session.moderators.values_list("pk", flat=True))
    told["parts"] = [
        *(_row(block, {"id", "session"}) for block in session.agenda_items.all()),
        *(
            {**_row(talk, {"id", "session", "item"}), "item": talk.item and talk.item.position}
            for talk in session.talks.select_related("item")
        ),
        *(_row(material, {"id", "session"}) for material in session.materials.all()),
    ]
    return told


def names_of(part: Part) -> dict[str, Any]:
    """Return what a room, track or day says of itself."""
    return _row(part, {"id", "event"})


class Merging:
    """Writes the rows of a draft, as far as they differ from those it was begun with."""

    def __init__(self, draft: PlanDraft) -> None:
        """Take a draft whose event is held."""
        self.draft = draft
        self.event = draft.event
        self.rooms: dict[int, Room] = {}
        self.tracks: dict[int, Track] = {}
        self.days: dict[int, EventDay] = {}

    def write(self) -> None:
        """Write all of it."""
        before = [room.pk for room in self.event.rooms.all()]
        versions = {room.pk: names_of(room) for room in self.event.rooms.all()}
        for name, key in (("rooms", "name"), ("tracks", "name"), ("days", "date")):
            self._write_parts(name, key)
        renamed = [
            room
            for room in self.event.rooms.filter(pk__in=before)
            if names_of(room)["name"] != versions[room.pk]["name"]
        ]
        if renamed:
            tell_calendars_of_rooms(renamed)
        # That they were moved, members of groups are told with everybody else.
        sessions_changed(self._write_sessions())

    def _write_parts(self, name: str, key: str) -> None:
        """Rename rooms, tracks and days as the draft did, and make those that are new."""
        rows, found = getattr(self.event, name), getattr(self, name)
        made_from = self.draft.made_from.get(name, {})
        for part in getattr(self.draft.copy, name).all():
            own, base = made_from.get(str(part.pk), [None, {}])
            row = rows.filter(pk=own).first() if own else None
            lookup = f"{key}__iexact" if key == "name" else key
            same = rows.filter(**{lookup: getattr(part, key)}).first()
            if row is None or (same is not None and same != row):
                # Somebody made one of this name in the agenda itself meanwhile.
                row = same or again(part, event=self.event)
            changed = [one for one, value in names_of(part).items() if value != base.get(one)]
            if own and changed:
                for one in changed:
                    setattr(row, one, getattr(part, one))
                row.save(update_fields=changed)
            found[part.pk] = row

    def _write_sessions(self) -> list[Session]:
        """Write the sessions; return those that were moved."""
        moved = []
        drafted = DraftedSession.objects.filter(draft=self.draft).select_related("copy")
        known = {one.copy_id: one for one in drafted if one.copy_id}
        for gone in drafted:
            if gone.copy_id is None:
                self._take_out(gone)
        copies = Session.objects.filter(day__event=self.draft.copy).in_order()
        for copy in copies.select_related("day", "room", "track"):
            if copy.pk not in known:
                self._add(copy)
            elif self._change(known[copy.pk], copy):
                moved.append(known[copy.pk].session)
        return moved

    def _take_out(self, gone: DraftedSession) -> None:
        session = Session.objects.select_for_update(no_key=True).get(pk=gone.session_id)
        if not session.is_cancelled:
            session.is_cancelled = True
            session.sequence += 1
            session.save(update_fields=["is_cancelled", "sequence", "changed_at"])

    def _add(self, copy: Session) -> None:
        new = Session()
        for field in Session._meta.concrete_fields:
            if not field.primary_key:
                setattr(new, field.attname, getattr(copy, field.attname))
        self._place(new, copy, {"day", "room", "track"})
        new.slug = free_address(new)
        new.sequence = 0
        new.save()
        self._write_people_and_parts(new, copy, {"moderators", "parts"})

    def _change(self, drafted: DraftedSession, copy: Session) -> bool:
        """Write what the draft changed of a session; say whether its hours are others now."""
        wanted, base = values_of(copy), drafted.base
        changed = {name for name, value in wanted.items() if value != base.get(name)}
        if not changed:
            return False
        rows = Session.objects.select_for_update(of=("self",), no_key=True)
        held = rows.select_related("day__event")
        session = drafted.session = held.get(pk=drafted.session_id)
        for field in session._meta.concrete_fields:
            if field.name in changed and field.name not in OWN:
                setattr(session, field.attname, getattr(copy, field.attname))
        self._place(session, copy, changed)
        session.slug = free_address(session)
        session.sequence += 1
        session.save()
        self._write_people_and_parts(session, copy, changed)
        signups.fill_session(session)
        return bool(changed & {"starts_at", "ends_at", "day"})

    def _place(self, session: Session, copy: Session, changed: set[str]) -> None:
        if "day" in changed:
            session.day = self.days[copy.day_id]
        if "room" in changed:
            session.room = self.rooms.get(copy.room_id or 0)
        if "track" in changed:
            session.track = self.tracks.get(copy.track_id or 0)

    def _write_people_and_parts(self, session: Session, copy: Session, changed: set[str]) -> None:
        if "moderators" in changed:
            session.moderators.set(copy.moderators.all())
        if "parts" not in changed:
            return
        session.materials.all().delete()
        session.talks.all().delete()
        session.agenda_items.all().delete()
        blocks = {row.pk: again(row, session=session) for row in copy.agenda_items.all()}
        for material in copy.materials.all():
            again(material, session=session)
        for talk in copy.talks.all():
            again(talk, session=session, item=blocks.get(talk.item_id or 0))


def _row(row: models.Model, without: set[str]) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in without
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


def _name(part: Part | None) -> str:
    return str(part) if part else ""
