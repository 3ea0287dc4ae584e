"""The history of a revision, in words: for its city without names, for reviewers whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import CityMembership
from marketplace.models import Merge, RevisionState
from marketplace.steps import Action

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.functional import _StrPromise

    from marketplace.models import Entry, ReviewEvent, Revision

HAPPENED: dict[str, _StrPromise] = {
    Action.SUBMIT: gettext_lazy("Submitted for review"),
    Action.PASS_CHECKS: gettext_lazy("Automatic checks done"),
    Action.ASSIGN: gettext_lazy("A reviewer was asked"),
    Action.REASSIGN: gettext_lazy("Another reviewer was asked instead of one who was late"),
    Action.CONSULT: gettext_lazy("A second opinion was asked for"),
    Action.NEXT_ROUND: gettext_lazy("The next round of review began"),
    Action.LIFT: gettext_lazy("The embargo was lifted"),
    Action.SEND_BACK: gettext_lazy("Changes were asked for"),
    Action.APPROVE: gettext_lazy("Approved"),
    Action.REJECT: gettext_lazy("Rejected"),
    Action.PUBLISH: gettext_lazy("Published"),
    Action.SUPERSEDE: gettext_lazy("Replaced by a later revision"),
    Action.WITHDRAW: gettext_lazy("Withdrawn"),
}


@dataclass(frozen=True)
class Happening:
    """One line of a history, as components/history.html takes it."""

    when: datetime
    what: str
    who: str = ""
    note: str = ""
    private_note: str = ""
    before: str = ""
    after: str = ""


def timeline(revision: Revision) -> list[Happening]:
    """Return what happened to a revision, newest first, as its city may read it.

    Private words are left out, and nobody outside the city's team is named.
    """
    team = set(
        CityMembership.objects.filter(city=revision.entry.city_id)
        .order_by()
        .values_list("user", flat=True)
    )
    events = revision.events.select_related("actor", "round").order_by("-at", "-pk")
    found = [
        Happening(
            when=event.at,
            what=_what(event),
            who=_who_for_the_city(event, team),
            note=event.note,
            before=event.get_before_display() if event.before != event.after else "",
            after=event.get_after_display(),
        )
        for event in events
    ]
    return sorted([*found, *moves_of(revision.entry)], key=lambda each: each.when, reverse=True)


def moves_of(entry: Entry) -> list[Happening]:
    """Return how an entry changed hands, and what was merged into it or it went into."""
    asked = entry.transfers.select_related("from_city", "to_city", "answered_by", "asked_by")
    found = [
        Happening(
            when=each.answered_at or each.asked_at,
            what=_("Transfer from {before} to {after}: {state}").format(
                before=each.from_city or _("nobody"),
                after=each.to_city,
                state=each.get_state_display(),
            ),
            who=_("The programme")
            if each.asked_by == each.answered_by and each.asked_by.is_staff
            else "",
            note="\n".join(filter(None, [each.note, each.answer])),
        )
        for each in asked
    ]
    merges = Merge.objects.filter(Q(kept=entry) | Q(merged=entry))
    found += [
        Happening(
            when=each.done_at,
            what=_("“{merged}” went into “{kept}”").format(merged=each.merged, kept=each.kept),
            who=_("The programme"),
            note=each.reason,
        )
        for each in merges.select_related("kept__live_revision", "merged__live_revision")
    ]
    return found


def full_history(events: Iterable[ReviewEvent]) -> list[Happening]:
    """Return events in words for reviewers and staff: with names and private words.

    Takes events with their revision and actor fetched, newest first.
    """
    return [
        Happening(
            when=event.at,
            what=_("Revision {number}: {what}").format(
                number=event.revision.number, what=_what(event)
            ),
            who=str(event.actor) if event.actor else _("The portal"),
            note=event.note,
            private_note=event.private_note,
            before=event.get_before_display() if event.before != event.after else "",
            after=event.get_after_display(),
        )
        for event in events
    ]


def _what(event: ReviewEvent) -> str:
    if event.action == Action.ASSIGN and event.before == RevisionState.IN_REVIEW:
        return _("Another reviewer was asked")
    if event.round is not None:
        return _("The round “{round}” of its review began").format(round=event.round)
    return str(HAPPENED.get(event.action, event.action))


def _who_for_the_city(event: ReviewEvent, team: set[int]) -> str:
    if event.actor is None:
        return _("The portal")
    if event.actor_id in team and event.action in {Action.SUBMIT, Action.WITHDRAW}:
        return str(event.actor)
    if event.action in {Action.SEND_BACK, Action.APPROVE, Action.REJECT}:
        return _("Reviewer of the programme")
    return _("The programme")
