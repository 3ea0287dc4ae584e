"""What owners of entries answer about reuse, what of it counts, and what they are told when."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cities.models import Mail
from marketplace.ledger import (
    BY_THE_OWNER,
    NEXT,
    Action,
    StepRefused,
    corrected,
    perform,
)
from marketplace.models import (
    Confirmation,
    Deployment,
    DeploymentStep,
    IndexChange,
)
from marketplace.periodic import remind_owners
from tests.factories import (
    make_city,
    make_deployment,
    make_entry,
    make_officer,
    make_reviewer,
    make_staff,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(db):
    """A public solution whose owner has somebody to confirm."""
    entry = make_entry()
    make_officer(entry.city, email="owner@example.org")
    return entry


def owner_of(entry):
    return make_officer(entry.city)


@pytest.mark.parametrize("said", Confirmation)
@pytest.mark.parametrize("action", sorted(BY_THE_OWNER))
def test_an_owners_answers_follow_the_table(entry, said, action):
    row = make_deployment(entry, confirmation=said, doubt="Why." if said == "doubted" else "")
    owner = owner_of(entry)
    if (said, action) in NEXT:
        step = perform(action, entry, row.city, actor=owner, words="Because.")
        assert step.deployment.confirmation == NEXT[said, action]
    else:
        with pytest.raises(StepRefused):
            perform(action, entry, row.city, actor=owner, words="Because.")


@pytest.mark.parametrize(
    ("who", "may_confirm"),
    [
        (lambda row: owner_of(row.entry), True),
        (lambda row: make_officer(row.entry.city, {"may_submit": False}), False),
        (lambda row: make_officer(row.city), False),
        (lambda row: make_staff(), False),
        (lambda row: make_reviewer(), False),
    ],
)
def test_only_who_speaks_for_the_owner_confirms(entry, who, may_confirm):
    row = make_deployment(entry)
    answer = partial(perform, Action.CONFIRM, entry, row.city, actor=who(row))
    if may_confirm:
        assert answer().deployment.confirmation == "confirmed"
    else:
        with pytest.raises(PermissionDenied):
            answer()


def test_staff_confirm_where_an_entry_has_no_city():
    entry = make_entry()
    entry.city, entry.owner_note = None, "A network"
    entry.save()
    row = make_deployment(entry)
    perform(Action.CONFIRM, entry, row.city, actor=make_staff())
    entry.refresh_from_db()
    assert entry.confirmed_reuse == 1


def a_doubted_use(entry):
    """A city's use that the owner doubts; return owner, officer and city."""
    owner, city = owner_of(entry), make_city()
    officer = make_officer(city)
    perform(Action.USE, entry, city, actor=officer)
    perform(Action.DOUBT, entry, city, actor=owner, words="Only a pilot.")
    return owner, officer, city


def test_a_step_after_a_doubt_is_asked_about_anew(entry):
    owner, officer, city = a_doubted_use(entry)

    row = perform(Action.PILOT, entry, city, actor=officer).deployment

    assert (row.confirmation, row.doubt, row.answered_at) == (Confirmation.WAITING, "", None)
    assert Mail.objects.filter(kind="ledger_confirm", recipient=owner).count() == 2
    assert perform(Action.CONFIRM, entry, city, actor=owner).deployment.confirmation == "confirmed"


@pytest.mark.parametrize("action", [Action.STOP, Action.ADAPT])
def test_who_runs_it_no_more_after_a_doubt_asks_for_no_confirmation(entry, action):
    owner, officer, city = a_doubted_use(entry)
    if action == Action.ADAPT:
        perform(Action.PILOT, entry, city, actor=officer)
        perform(Action.DOUBT, entry, city, actor=owner, words="Not even that.")
    before = Mail.objects.filter(kind="ledger_confirm").count()

    row = perform(action, entry, city, actor=officer, words="It was too early.").deployment

    assert row.confirmation == Confirmation.DOUBTED
    assert Mail.objects.filter(kind="ledger_confirm").count() == before


def test_what_a_city_corrects_after_a_doubt_is_asked_about_once_and_reminded_of(entry):
    owner, officer, city = a_doubted_use(entry)
    row = Deployment.objects.get(city=city)

    step = corrected(row, actor=officer)
    assert corrected(row, actor=officer) is None

    row.refresh_from_db()
    assert (row.confirmation, row.status) == (Confirmation.WAITING, "live")
    assert (step.action, step.before, step.after) == (Action.USE, "live", "live")
    asked = Mail.objects.filter(kind="ledger_confirm", recipient=owner)
    assert asked.count() == 2
    DeploymentStep.objects.filter(pk=step.pk).update(at=timezone.now() - timedelta(days=15))
    remind_owners()
    assert asked.count() == 3


def test_who_reported_a_reuse_does_not_confirm_it(entry):
    city = make_city()
    both = owner_of(entry)
    make_officer(city)
    both.memberships.create(city=city, role=both.memberships.get().role, since=timezone.localdate())
    perform(Action.USE, entry, city, actor=both)
    with pytest.raises(StepRefused, match="somebody else"):
        perform(Action.CONFIRM, entry, city, actor=both)


def test_only_confirmed_pilots_and_use_by_other_cities_count_and_searches_learn(entry):
    def count():
        entry.refresh_from_db()
        return entry.confirmed_reuse

    city, owner = make_city(), owner_of(entry)
    officer = make_officer(city)
    perform(Action.USE, entry, entry.city, actor=owner)
    perform(Action.WANT, entry, city, actor=officer)
    with pytest.raises(StepRefused, match="nothing to confirm"):
        perform(Action.CONFIRM, entry, city, actor=owner)
    perform(Action.PILOT, entry, city, actor=officer)
    assert count() == 0
    before = IndexChange.objects.count()
    perform(Action.CONFIRM, entry, city, actor=owner)
    assert count() == 1
    assert IndexChange.objects.count() > before
    # From a pilot to use nothing need be confirmed anew.
    perform(Action.USE, entry, city, actor=officer)
    assert count() == 1
    perform(Action.DOUBT, entry, city, actor=owner, words="They never asked for the keys.")
    assert count() == 0
    perform(Action.CONFIRM, entry, city, actor=owner)
    perform(Action.STOP, entry, city, actor=officer, words="Too dear.")
    assert count() == 0
    # Run again, it is asked again.
    perform(Action.PILOT, entry, city, actor=officer)
    assert Deployment.objects.get(city=city).confirmation == "waiting"
    assert count() == 0


def test_mails_go_to_the_owner_and_back_once_for_each_event(entry):
    city = make_city()
    officer = make_officer(city)
    owner = owner_of(entry)

    def mails():
        return sorted(Mail.objects.values_list("kind", "recipient__email"))

    perform(Action.WANT, entry, city, actor=officer)
    told = [("ledger_told", "owner@example.org"), ("ledger_told", owner.email)]
    assert mails() == sorted(told)
    perform(Action.USE, entry, city, actor=officer)
    told += [("ledger_confirm", "owner@example.org"), ("ledger_confirm", owner.email)]
    assert mails() == sorted(told)
    perform(Action.CONFIRM, entry, city, actor=owner)
    told.append(("ledger_answered", officer.email))
    assert mails() == sorted(told)


def test_owners_are_reminded_twice_however_often_the_clock_asks(entry):
    city = make_city()
    perform(Action.USE, entry, city, actor=make_officer(city))
    remind_owners()
    assert Mail.objects.count() == 1
    for days, expected in ((15, 2), (50, 3)):
        DeploymentStep.objects.update(at=timezone.now() - timedelta(days=days))
        remind_owners()
        remind_owners()
        assert Mail.objects.filter(kind="ledger_confirm").count() == expected
    perform(Action.CONFIRM, entry, city, actor=owner_of(entry))
    remind_owners()
    assert Mail.objects.filter(kind="ledger_confirm").count() == 3


def test_a_pause_of_the_clock_brings_owners_one_reminder(entry):
    city = make_city()
    perform(Action.USE, entry, city, actor=make_officer(city))
    DeploymentStep.objects.update(at=timezone.now() - timedelta(days=60))
    remind_owners()
    remind_owners()
    assert Mail.objects.filter(kind="ledger_confirm").count() == 2
