"""The ledger of reuse: what cities say of themselves, who may, and what is refused."""

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
    keep_values,
    perform,
)
from marketplace.models import (
    Deployment,
    DeploymentStatus,
    DeploymentStep,
    IndexChange,
    Moment,
)
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
