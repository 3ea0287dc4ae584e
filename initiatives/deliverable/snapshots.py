"""Handing in: a snapshot with its hash, who and when; nothing changes it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cities.models import User
from initiatives.deliverable import content, deadlines, diffing, orders
from initiatives.models import (
    DeliverableSnapshot,
    DocumentAudience,
    DocumentTemplate,
    Roadmap,
    SnapshotPublication,
)


@transaction.atomic
def hand_in(
    roadmap: Roadmap, template: DocumentTemplate, *, by: User, note: str = "", publish: bool = False
) -> DeliverableSnapshot:
    """Freeze the deliverable as it stands, for both audiences, and order its documents.

    Raises TooLate when the deadline has passed.
    """
    # Two people hand in at once: the second waits, and gets the next number.
    Roadmap.objects.select_for_update().get(pk=roadmap.pk)
    now = timezone.now()
    deadlines.refuse_late(template, by, now)
    on = timezone.localdate(now)
    both = {
        audience: content.build(roadmap, template, audience, on=on)
        for audience in DocumentAudience.values
    }
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
        handed_in_at=now,
        note=note,
    )
    snapshot.save()
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
    """Return what differs between two snapshots, chapter by chapter."""
    before = dict(_texts(told_to(earlier, audience)))
    after = dict(_texts(told_to(later, audience)))
    return [
        Change(heading, diffing.compare(before.get(heading, ""), after.get(heading, "")))
        for heading in dict.fromkeys([*after, *before])
        if before.get(heading, "") != after.get(heading, "")
    ]


def _texts(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for chapter in told["chapters"]:
        yield chapter["heading"], "\n".join(diffing.words_of(chapter))
