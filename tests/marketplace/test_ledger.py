"""The ledger of reuse: what cities say, what owners confirm, what counts, who learns of it."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from cities.models import Mail
from initiatives import values
from marketplace.ledger import (
    BY_THE_OWNER,
    NEXT,
    Action,
    StepRefused,
    ToldValue,
    corrected,
    keep_values,
    perform,
)
from marketplace.models import (
    Confirmation,
    Deployment,
    DeploymentStatus,
    DeploymentStep,
    IndexChange,
    Moment,
)
from marketplace.periodic import remind_owners
from tests.factories import (
    make_city,
    make_deployment,
    make_entry,
    make_mentor,
    make_officer,
    make_reviewer,
    make_staff,
    make_user,
)
from tests.marketplace.at_once import all_at_once

pytestmark = pytest.mark.django_db
OF_THE_CITY = [action for action in Action if action not in BY_THE_OWNER]


@pytest.fixture
def entry(db):
    """A public solution whose owner has somebody to confirm."""
    entry = make_entry()
    make_officer(entry.city, email="owner@example.org")
    return entry


def owner_of(entry):
    return make_officer(entry.city)


@pytest.mark.parametrize("status", [None, *DeploymentStatus])
@pytest.mark.parametrize("action", OF_THE_CITY)
def test_a_citys_steps_follow_the_table_and_every_other_pair_is_refused(entry, status, action):
    city = make_city()
    officer = make_officer(city)
    row = None
    if status is not None:
        row = make_deployment(entry, city, status=status)
        DeploymentStep.objects.create(
            deployment=row, action="x", before="", after=status, on=timezone.localdate()
        )
    if (status, action) in NEXT:
        step = perform(action, entry, city, actor=officer, words="Because.")
        assert step.deployment.status == NEXT[status, action]
        assert (step.before, step.after) == (status or "", NEXT[status, action])
    else:
        with pytest.raises(StepRefused):
            perform(action, entry, city, actor=officer, words="Because.")
        assert DeploymentStep.objects.count() == (0 if row is None else 1)


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


def test_saying_the_same_again_writes_nothing(entry):
    city = make_city()
    officer = make_officer(city)
    first = perform(Action.USE, entry, city, actor=officer)
    mails, changes = Mail.objects.count(), IndexChange.objects.count()
    again = perform(Action.USE, entry, city, actor=officer)
    assert again == first
    assert (Mail.objects.count(), IndexChange.objects.count()) == (mails, changes)


@pytest.mark.parametrize(
    ("who", "may_say"),
    [
        (lambda city, entry: make_officer(city), True),
        (lambda city, entry: make_officer(city, {"may_submit": False}), True),
        (lambda city, entry: make_staff(), True),
        (lambda city, entry: make_officer(city, {"may_edit": False}), False),
        (lambda city, entry: owner_of(entry), False),
        (lambda city, entry: make_mentor(city), False),
        (lambda city, entry: make_reviewer(), False),
        (lambda city, entry: make_user(), False),
    ],
)
def test_only_the_citys_own_editors_and_staff_say_how_far_it_is(entry, who, may_say):
    city = make_city()
    step = partial(perform, Action.WANT, entry, city, actor=who(city, entry))
    if may_say:
        assert step().deployment.status == "interested"
    else:
        with pytest.raises(PermissionDenied):
            step()
        assert not Deployment.objects.exists()


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


@pytest.mark.parametrize("action", [Action.STOP, Action.DOUBT])
def test_stopping_and_doubting_need_words(entry, action):
    row = make_deployment(entry)
    actor = owner_of(entry) if action == Action.DOUBT else make_officer(row.city)
    with pytest.raises(StepRefused, match="Say why"):
        perform(action, entry, row.city, actor=actor, words="  ")


def test_days_to_come_and_ends_before_beginnings_are_refused(entry):
    city = make_city()
    officer = make_officer(city)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(StepRefused, match="not come"):
        perform(Action.USE, entry, city, actor=officer, on=tomorrow)
    perform(Action.USE, entry, city, actor=officer)
    last_week = timezone.localdate() - timedelta(days=7)
    with pytest.raises(StepRefused, match="before it begins"):
        perform(Action.STOP, entry, city, actor=officer, on=last_week, words="Why.")


def test_a_withdrawn_entry_can_only_be_stopped(entry):
    city = make_city()
    officer = make_officer(city)
    perform(Action.USE, entry, city, actor=officer)
    entry.withdrawn_at = timezone.now()
    entry.save()
    with pytest.raises(StepRefused, match="not public"):
        perform(Action.PILOT, entry, city, actor=officer)
    assert perform(Action.STOP, entry, city, actor=officer, words="Gone.").after == "stopped"


def test_the_database_refuses_what_must_never_be(entry):
    city = make_city()
    for wrong in (
        {"status": "live", "has_run": False},
        {"confirmation": "confirmed"},
        {"confirmation": "doubted", "answered_at": timezone.now()},
        {"cost": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Deployment.objects.create(entry=entry, city=city, **wrong)


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


def test_values_keep_the_words_of_the_report():
    row = make_deployment()
    keep_values(row, [ToldValue("minutes", Moment.BEFORE, values.read("12").best)])
    keep_values(
        row,
        [
            ToldValue("minutes", Moment.BEFORE, values.read("over 12").best),
            ToldValue("minutes", Moment.AFTER, values.read("work in progress").best),
        ],
    )
    assert list(row.values.values_list("moment", "kind", "number", "qualifier", "as_reported")) == [
        ("before", "number", 12, "over", "over 12"),
        ("after", "in_progress", None, "", "work in progress"),
    ]


@pytest.mark.parametrize(
    ("fields", "is_shown"),
    [
        ({"status": "live"}, True),
        ({"status": "piloting"}, True),
        ({"status": "interested"}, False),
        ({"status": "adapting"}, False),
        ({"status": "interested", "is_named": True}, True),
        ({"status": "stopped"}, False),
        ({"status": "stopped", "has_run": True}, True),
    ],
)
def test_the_public_sees_by_name_what_is_run_or_what_the_city_agreed_to(fields, is_shown):
    row = make_deployment(**fields)
    assert (row in Deployment.objects.shown()) is is_shown
    assert row.is_public is is_shown
    others = [make_user(), make_reviewer(), make_mentor(row.city), make_officer(make_city())]
    for person in others:
        assert (row in Deployment.objects.visible_to(person)) is is_shown
        assert row not in Deployment.objects.inside(person)
    for person in (make_officer(row.city), make_officer(row.entry.city), make_staff()):
        assert row in Deployment.objects.visible_to(person)
        assert row in Deployment.objects.inside(person)


@pytest.mark.django_db(transaction=True)
def test_cities_that_are_confirmed_at_once_are_all_counted():
    entry = make_entry()
    rows = [make_deployment(entry) for _each in range(4)]
    owners = [owner_of(entry) for _row in rows]

    def confirm(row, number, gate):
        gate.wait()
        return perform(Action.CONFIRM, entry, row.city, actor=owners[number])

    outcomes = all_at_once(confirm, rows)
    assert all(isinstance(outcome, DeploymentStep) for outcome in outcomes), outcomes
    entry.refresh_from_db()
    assert entry.confirmed_reuse == 4


@pytest.mark.django_db(transaction=True)
def test_two_officers_and_a_double_click_make_one_row_with_one_step():
    entry, city = make_entry(), make_city()
    officers = [make_officer(city) for _each in range(4)]

    def use(officer, _number, gate):
        gate.wait()
        return perform(Action.USE, entry, city, actor=officer)

    outcomes = all_at_once(use, officers)
    assert {outcome.pk for outcome in outcomes} == {DeploymentStep.objects.get().pk}
    assert Deployment.objects.count() == 1
