"""Who is told what about the ledger, by mail; each is written with the step that causes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from marketplace.models import RUNNING, DeploymentStatus
from marketplace.notifications import about, people_of, programme_staff

if TYPE_CHECKING:
    from cities.models import User
    from marketplace.models import Deployment, DeploymentStep

mails.register(
    "ledger_confirm",
    label=_("Reuses to confirm"),
    about=_("A city says that it runs your solution; it counts once you confirmed it."),
)
mails.register(
    "ledger_told",
    label=_("News of reuse"),
    about=_("A city is interested in your solution, adapts it, or stopped using it, and why."),
)
mails.register(
    "ledger_answered",
    label=_("Answers about what you reuse"),
    about=_("The owner confirmed that your city runs a solution, or doubts it."),
)


def tell(step: DeploymentStep, *, asks_owner: bool) -> None:
    """Tell the other city of a step; `asks_owner` when the owner shall confirm what is run now."""
    row = step.deployment
    if step.action in {"confirm", "doubt"}:
        _write(step, people_of(row.city), "ledger_answered", row.get_absolute_url())
    elif row.is_own:
        return
    elif asks_owner:
        ask(row, key=f"ledger:{step.pk}")
    elif not (step.before in RUNNING and step.after in RUNNING):
        _write(step, owners(row), "ledger_told", row.get_absolute_url())


def ask(row: Deployment, *, key: str, is_reminder: bool = False) -> None:
    """Ask the owner of an entry to confirm that a city runs it."""
    for person in owners(row):
        mails.write(
            "ledger_confirm",
            key=key,
            to=person,
            template="emails/ledger_confirm.txt",
            link=reverse("marketplace:reuse-answer", kwargs={"pk": row.pk}),
            about=about(row.entry),
            row=row,
            is_reminder=is_reminder,
        )


def owners(row: Deployment) -> list[User]:
    """Return who speaks for the entry: its city's people, or staff where there is no city."""
    return people_of(row.entry.city) if row.entry.city else programme_staff()


def _write(step: DeploymentStep, people: list[User], name: str, link: str) -> None:
    for person in people:
        mails.write(
            name,
            key=f"ledger:{step.pk}",
            to=person,
            template=f"emails/{name}.txt",
            link=link,
            about=about(step.deployment.entry),
            row=step.deployment,
            step=step,
            has_stopped=step.after == DeploymentStatus.STOPPED,
        )
