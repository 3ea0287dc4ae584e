"""Who is told of commitments and next steps, and of collaborations that begin with them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City
from events.models import CollaborationAct, CollaborationTurn, NextStep
from events.notifications.involved import team_of

BEFORE, AFTER = "before", "after"
TEMPLATES = {
    BEFORE: "emails/events_step_before.txt",
    AFTER: "emails/events_step_after.txt",
}
NO = {
    CollaborationAct.DECLINED: "emails/events_collaboration_declined.txt",
    CollaborationAct.TAKEN_BACK: "emails/events_collaboration_taken_back.txt",
    CollaborationAct.ENDED: "emails/events_collaboration_ended.txt",
}

mails.register(
    "step-due",
    label=_("Commitments and next steps"),
    about=_("A reminder before the day by which something is to be done, and one after it."),
)
mails.register(
    "collaboration",
    label=_("Collaborations with other cities"),
    about=_("Another city asks yours to work together on something, agrees, declines or ends it."),
    may_be_off=False,
)


def remind(step: NextStep, when: str) -> int:
    """Remind whoever sees to a step, once before its day and once after it.

    A step whose day was moved is reminded of anew. Where nobody is named, or whoever is can sign in
    no more or has left the city's team, that team is. Returns how many people are meant.
    """
    people = [step.keeper] if step.keeper else team_of(step.city_id or 0)
    for person in people:
        mails.write(
            "step-due",
            key=f"step:{step.pk}:{step.due_on:%Y%m%d}:{when}",
            to=person,
            template=TEMPLATES[when],
            link=step.get_absolute_url(),
            about=f"events.nextstep:{step.pk}",
            step=step,
            place=step.session or step.group,
        )
    return len(people)


def ask_to_collaborate(turn: CollaborationTurn) -> None:
    """Ask the team of the other city whether it works together with the one that asks."""
    _write(turn, "emails/events_collaboration_asked.txt", _others_than(turn))


def tell_collaboration(turn: CollaborationTurn) -> None:
    """Tell the teams of both cities that they work together from now on."""
    _write(turn, "emails/events_collaboration.txt", [turn.step.city, turn.step.with_city])


def tell_no(turn: CollaborationTurn) -> None:
    """Tell the other city that one declined, took its question back or ended it, and why.

    What staff ended is told to both.
    """
    _write(turn, NO[CollaborationAct(turn.act)], _others_than(turn))


def _others_than(turn: CollaborationTurn) -> list[City | None]:
    return [one for one in (turn.step.city, turn.step.with_city) if one != turn.city]


def _write(turn: CollaborationTurn, template: str, cities: Sequence[City | None]) -> None:
    """Write to the teams of cities, once for each word that is said."""
    step = turn.step
    people = team_of(*(city.pk for city in cities if city))
    for person in dict.fromkeys(people):
        if person.pk != turn.said_by_id:
            mails.write(
                "collaboration",
                key=f"step:{step.pk}:collaboration:{turn.pk}",
                to=person,
                template=template,
                link=step.get_absolute_url(),
                about=f"events.nextstep:{step.pk}",
                step=step,
                first=step.city,
                second=step.with_city,
                saying=turn.city,
                reason=turn.reason,
            )
