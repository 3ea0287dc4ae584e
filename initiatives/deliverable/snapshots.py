"""Handing in: a snapshot with its hash, who and when; nothing changes it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from initiatives.deliverable import content, deadlines, diffing, orders
from initiatives.deliverable.moment import one_moment
from initiatives.models import (
    DeliverableSnapshot,
    DocumentAudience,
    DocumentTemplate,
    Roadmap,
    SnapshotPublication,
)


def hand_in(
    roadmap: Roadmap, template: DocumentTemplate, *, by: User, note: str = "", publish: bool = False
) -> DeliverableSnapshot:
    """Freeze the deliverable as it stands, for both audiences, and order its documents.

    Raises TooLate when the deadline has passed. A large roadmap takes long (`works`).
    """
    both, now = prepared(roadmap, template, by=by)
    return keep(roadmap, template, both, by=by, at=now, note=note, publish=publish)


def prepared(
    roadmap: Roadmap, template: DocumentTemplate, *, by: User
) -> tuple[dict[str, Any], datetime]:
    """Return what would be handed in, and when it was asked for; nothing is kept yet.

    Raises TooLate when the deadline has passed.
    """
    now = timezone.now()
    deadlines.refuse_late(template, by)
    return build(roadmap, template, timezone.localdate(now)), now


def build(roadmap: Roadmap, template: DocumentTemplate, on: date) -> dict[str, Any]:
    """Return what each audience reads, as of a day.

    Both are read at one moment: the public reads no sentence that the programme does not.
    """
    with one_moment():
        return {
            one: content.build(roadmap, template, one, on=on) for one in DocumentAudience.values
        }


@transaction.atomic
def keep(
    roadmap: Roadmap,
    template: DocumentTemplate,
    both: dict[str, Any],
    *,
    by: User,
    at: datetime,
    note: str,
    publish: bool,
) -> DeliverableSnapshot:
    """Keep what was built for both audiences as a hand-in, and order its documents.

    `at` is when somebody asked for it: that is in time or not, however long it took to be made.
    """
    # Two people hand in at once: the second waits, and gets the next number.
    Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    told = content.canonical(both)
    last = roadmap.snapshots.order_by("-number").first()
    snapshot = DeliverableSnapshot(
        roadmap=roadmap,
        number=last.number + 1 if last else 1,
        template=template,
        language=template.language,
        content=told,
        sha256=content.sha256(told),
        handed_in_by=by,
        handed_in_at=at,
        note=note,
    )
    snapshot.save()
    roadmap.late_hand_ins.filter(template=template).delete()
    if publish:
        show(snapshot, by=by)
    for audience, one in both.items():
        orders.place(
            roadmap, template, audience, by=by, snapshot=snapshot, told=content.canonical(one)
        )
    return snapshot


def show(snapshot: DeliverableSnapshot, *, by: User) -> SnapshotPublication:
    """Show a snapshot to the public."""
    return SnapshotPublication.objects.get_or_create(
        snapshot=snapshot, defaults={"published_by": by}
    )[0]


def hide(snapshot: DeliverableSnapshot) -> None:
    """Take a snapshot back from the public; that it was handed in stays."""
    SnapshotPublication.objects.filter(snapshot=snapshot).delete()


def told_to(snapshot: DeliverableSnapshot, audience: str) -> dict[str, Any]:
    """Return what an audience reads of a snapshot."""
    both: dict[str, Any] = content.read(snapshot.content)
    return both[audience]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Change:
    """A chapter that differs between two snapshots, word by word."""

    heading: str
    parts: list[diffing.Part]


def changes(
    earlier: DeliverableSnapshot, later: DeliverableSnapshot, audience: str
) -> list[Change]:
    """Return what differs between two snapshots: their cover, and chapter by chapter."""
    before, after = told_to(earlier, audience), told_to(later, audience)
    pairs = [(_("The cover"), _cover(before), _cover(after))]
    pairs += [
        ((new or old)["heading"], _text(old), _text(new))
        for old, new in _pairs(before["chapters"], after["chapters"])
    ]
    return [Change(heading, diffing.compare(old, new)) for heading, old, new in pairs if old != new]


def _cover(told: dict[str, Any]) -> str:
    return "\n".join(told[name] for name in ("title", "kicker", "subtitle", "edition", "dates"))


def _text(chapter: dict[str, Any]) -> str:
    return "\n".join(diffing.words_of(chapter))


def _pairs(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each chapter with itself in the other snapshot, {} where it is in one alone.

    Chapters may share a heading, so their key tells them apart. Of another outline, or written
    anew, a chapter has another key: then it is the next one of its heading that is left.
    """
    left = {one["id"]: one for one in before}
    same = {one["id"]: left.pop(one["id"]) for one in after if one["id"] in left}
    for one in after:
        found = same.get(one["id"])
        if found is None:
            alike = (old for old in left.values() if old["heading"] == one["heading"])
            found = next(alike, {})
            left.pop(found.get("id"), None)
        yield found, one
    yield from ((one, {}) for one in left.values())
