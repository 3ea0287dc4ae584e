"""Whose turn a step of a revision is, and what those are told who come too late."""

from __future__ import annotations

from django.utils.translation import gettext as _

from cities.models import Actor, User
from cities.permissions import is_programme_staff
from marketplace import guards, permissions
from marketplace.models import Revision
from marketplace.models import RevisionState as State
from marketplace.steps import AT, DECISIONS, NEXT, Action, Who


def open_actions(revision: Revision, user: Actor) -> list[Action]:
    """Return the steps this person could take next, for buttons; guards may still refuse one."""
    state = State(revision.state)
    return [
        action
        for action in Action
        if (state, action) in NEXT
        and user.is_authenticated
        and may(user, action, revision)
        and not guards.hindrance(action, revision, user)
    ]


def may(actor: User | None, action: Action, revision: Revision) -> bool:
    """Say whether somebody (None: the portal) has the right to this step, whatever the guards."""
    arrow = AT.get((State(revision.state), action))
    if arrow is None:
        return False
    if actor is None:
        return Who.PORTAL in arrow.who
    if action in DECISIONS and not permissions.may_decide(actor, revision):
        return False
    return any(_is(who, actor, revision) for who in arrow.who)


def _is(who: Who, actor: User, revision: Revision) -> bool:
    """Say whether somebody is who may take a step on a revision."""
    if who == Who.WRITER:
        return permissions.may_edit_entry(actor, revision.entry)
    if who == Who.CITY:
        return permissions.may_submit_entry(actor, revision.entry)
    if who == Who.REVIEWER:
        return permissions.may_decide(actor, revision) and not is_programme_staff(actor)
    # Staff without a conflict of interest; whoever acts for the city is asked as its officer.
    return who == Who.STAFF and permissions.may_assign(actor, revision)


def moved_on(revision: Revision, actor: User | None) -> str:
    """Say what happened in the meantime; who did it only to those who may know."""
    if revision.state == State.IN_REVIEW and revision.round is not None:
        return _("The round “{round}” of its review has begun in the meantime.").format(
            round=revision.round
        )
    by_people = revision.events.filter(actor__isnull=False).select_related("actor")
    last = by_people.order_by("at", "pk").last()
    state = revision.get_state_display()
    knows = actor is None or is_programme_staff(actor) or permissions.is_reviewer(actor)
    acts_for_city = actor is not None and permissions.has_conflict(actor, revision)
    if last is None or last.actor is None or last.actor == actor or not knows or acts_for_city:
        return _("This revision has moved on: it is now “{state}”.").format(state=state)
    return _("{person} was first: this revision is now “{state}”.").format(
        person=last.actor, state=state
    )
