"""Who is told of commitments and next steps, and of collaborations that begin with them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City, User
from events.models import NextStep
from events.notifications.places import team_of

BEFORE, AFTER = "before", "after"
TEMPLATES = {
    BEFORE: "emails/events_step_before.txt",
    AFTER: "emails/events_step_after.txt",
}

mails.register(
    "step-due",
    label=_("Commitments and next steps"),
    about=_("A reminder before the day by which something is to be done, and one after it."),
)
mails.register(
    "collaboration",
    label=_("Collaborations with other cities"),
    about=_("Another city asks yours to work together on something, or has agreed to."),
    may_be_off=False,
)


def remind(step: NextStep, when: str) -> int:
    """Remind whoever sees to a step, once before its day and once after it.

    A step whose day was moved is reminded of anew. Where nobody is named, or whoever is can sign in
    no more, the city's team is. Returns how many people are meant.
    """
    people = [step.owner] if step.owner and step.owner.is_active else team_of(step.city_id or 0)
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


def ask_to_collaborate(step: NextStep, by: User) -> None:
    """Ask the team of the other city whether it works together with the one that asks."""
    asked = step.with_city if step.offered_for_id == step.city_id else step.city
    _write(step, "asked", "emails/events_collaboration_asked.txt", asked, by)


def tell_collaboration(step: NextStep, by: User) -> None:
    """Tell the teams of both cities that they work together from now on."""
    for city in (step.city, step.with_city):
        _write(step, "agreed", "emails/events_collaboration.txt", city, by)


def _write(step: NextStep, what: str, template: str, city: City | None, by: User) -> None:
    for person in team_of(city.pk) if city else []:
        if person.pk != by.pk:
            mails.write(
                "collaboration",
                key=f"step:{step.pk}:collaboration:{what}",
                to=person,
                template=template,
                link=step.get_absolute_url(),
                about=f"events.nextstep:{step.pk}",
                step=step,
                first=step.city,
                second=step.with_city,
                asking=step.offered_for,
            )
