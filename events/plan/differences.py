"""What differs between two versions of an agenda, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from events.models import Audience

NEW, GONE, CANCELLED, RESTORED, CHANGED = "new", "gone", "cancelled", "restored", "changed"
WHEN = {"day", "starts_at", "ends_at", "part"}


@dataclass(frozen=True)
class Change:
    """How a session differs: before and after as `snapshots` keeps them; one may be missing."""

    kind: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    zone: tzinfo

    @property
    def key(self) -> int:
        """Return the session."""
        return int(self._newest["key"])

    @property
    def title(self) -> str:
        """Return what it is called now."""
        return str(self._newest["title"])

    @property
    def audience(self) -> str:
        """Return whom it is for now."""
        return str(self._newest["audience"])

    @property
    def capacity(self) -> int | None:
        """Return how many places it has now."""
        return self._newest["capacity"]  # type: ignore[no-any-return]

    @property
    def is_told(self) -> bool:
        """Say whether people must know: it takes place or not, at another time, or elsewhere."""
        if self.kind in {GONE, CANCELLED, RESTORED}:
            return True
        return self.kind == CHANGED and bool(self.fields & {*WHEN, "room"})

    @property
    def fields(self) -> set[str]:
        """Return the names of what differs."""
        before, after = self.before or {}, self.after or {}
        return {name for name in {**before, **after} if before.get(name) != after.get(name)}

    @property
    def words(self) -> list[str]:
        """Say what differs; read where it is shown, in the language of then."""
        if self.kind == NEW:
            return [_("New: %s") % self._when(self.after)]
        if self.kind == GONE:
            return [_("Not in the agenda any more")]
        told = {CANCELLED: [_("Cancelled")], RESTORED: [_("Takes place after all")]}
        return told.get(self.kind, []) + self._details()

    def _details(self) -> list[str]:
        before, after, fields = self.before or {}, self.after or {}, self.fields
        told = []
        if fields & WHEN:
            moved = {"before": self._when(before), "after": self._when(after)}
            told.append(_("Now %(after)s; before, %(before)s") % moved)
        if "room" in fields:
            rooms = {"before": before.get("room") or _("no room"), "after": after.get("room")}
            rooms["after"] = rooms["after"] or _("no room")
            told.append(_("Room: %(after)s instead of %(before)s") % rooms)
        if "title" in fields:
            told.append(_("Called “%s” before") % before.get("title"))
        if "audience" in fields:
            told.append(_("For: %s") % _label(self.audience))
        if "capacity" in fields:
            told.append(_("Places: %s") % (self.capacity or _("without a number")))
        others = {
            "talks": _("speakers"),
            "blocks": _("blocks"),
            "summary": _("what it is about"),
            "kind": _("kind"),
            "track": _("track"),
            "theme": _("theme"),
            "language": _("language"),
        }
        named = [label for name, label in others.items() if name in fields]
        if named:
            told.append(_("Also changed: %s") % ", ".join(named))
        return told

    def _when(self, told: dict[str, Any] | None) -> str:
        if not told:
            return ""
        day = date_format(date.fromisoformat(told["day"]), "D j M")
        hours = hours_of(told, self.zone)
        return f"{day}, {hours}" if hours else str(day)

    @property
    def _newest(self) -> dict[str, Any]:
        return self.after or self.before or {}


def differences(before: dict[str, Any], after: dict[str, Any], zone: tzinfo) -> list[Change]:
    """Return what differs between two plans, session by session, in the order of the newer one."""
    old, new = _by_key(before), _by_key(after)
    found = [_change(old.get(key), told, zone) for key, told in new.items()]
    found += [_change(told, None, zone) for key, told in old.items() if key not in new]
    return [one for one in found if one is not None]


def as_told(told: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return a session of a kept plan as a page shows it."""
    bodies = [name for _title, names in told["talks"] for name in names]
    return {
        **told,
        "hours": hours_of(told, zone),
        "audience": _label(told["audience"]),
        "bodies": list(dict.fromkeys(bodies)),
    }


def hours_of(told: dict[str, Any], zone: tzinfo) -> str:
    """Return from when until when, or "" where no hours were planned."""
    if not (told["starts_at"] and told["ends_at"]):
        return ""
    starts, ends = (
        time_format(datetime.fromisoformat(told[name]).astimezone(zone), "TIME_FORMAT")
        for name in ("starts_at", "ends_at")
    )
    return f"{starts}–{ends}"


def _change(
    before: dict[str, Any] | None, after: dict[str, Any] | None, zone: tzinfo
) -> Change | None:
    if before is None:
        return Change(NEW, None, after, zone)
    if after is None:
        return Change(GONE, before, None, zone)
    if before["cancelled"] != after["cancelled"]:
        return Change(CANCELLED if after["cancelled"] else RESTORED, before, after, zone)
    change = Change(CHANGED, before, after, zone)
    # A new address follows from the title, and is not told for itself.
    return change if change.fields - {"slug", "cancelled"} else None


def _by_key(plan: dict[str, Any]) -> dict[int, dict[str, Any]]:
    sessions: Iterable[dict[str, Any]] = plan.get("sessions", [])
    return {told["key"]: told for told in sessions}


def _label(audience: str) -> str:
    return str(Audience(audience).label) if audience in Audience.values else audience
