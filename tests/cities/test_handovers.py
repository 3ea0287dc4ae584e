"""Passing a role on: at once within a team, otherwise when staff confirm; nothing is deleted."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cities import handovers, teams
from cities.models import CityMembership, Handover, HandoverState, Mail
from cities.permissions import may_manage_team, may_submit_for
from tests import factories as make

pytestmark = pytest.mark.django_db
READER = {"may_edit": False, "may_submit": False, "may_manage_team": False}


@pytest.fixture
def city():
    return make.make_city()


@pytest.fixture
def leaving(city):
    return make.make_officer(city).memberships.get()


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_a_colleague_of_the_team_takes_a_role_over_at_once(city, leaving):
    colleague = make.make_officer(city, role=READER)
    handover = handovers.pass_on(leaving, colleague, tomorrow(), "The file lies in room 2.")
    assert handover.state == HandoverState.DONE
    assert may_submit_for(colleague, city)
    assert may_submit_for(leaving.user, city), "until the last day"
    leaving.refresh_from_db()
    assert leaving.until == tomorrow()
    # History stays: three memberships, none deleted.
    assert CityMembership.objects.filter(city=city).count() == 3
    mail = Mail.objects.get(recipient=colleague)
    assert "The file lies in room 2." in mail.text


def test_a_colleague_who_may_do_as_much_keeps_the_own_role(city, leaving):
    colleague = make.make_officer(city)
    handovers.pass_on(leaving, colleague, tomorrow())
    assert colleague.memberships.count() == 1
    assert may_manage_team(colleague, city)


@pytest.mark.parametrize("outside", [True, False])
def test_staff_confirm_people_outside_the_team_and_roles_that_say_so(city, leaving, outside):
    leaving.role.staff_confirm_handover = not outside
    leaving.role.save()
    other = make.make_user() if outside else make.make_officer(city, role=READER)
    handover = handovers.pass_on(leaving, other, tomorrow())
    assert handover.state == HandoverState.WAITING
    assert not may_submit_for(other, city)
    with pytest.raises(PermissionDenied):
        handovers.decide(handover, staff=leaving.user, confirmed=True)
    handovers.decide(handover, staff=make.make_staff(), confirmed=True)
    assert may_submit_for(other, city)
    with pytest.raises(handovers.HandoverRefused):
        handovers.decide(handover, staff=make.make_staff(), confirmed=False)


def test_what_staff_do_not_confirm_changes_nothing_and_is_told(city, leaving):
    handover = handovers.pass_on(leaving, make.make_user(), tomorrow())
    handovers.decide(handover, staff=make.make_staff(), confirmed=False)
    leaving.refresh_from_db()
    assert leaving.until is None
    assert Mail.objects.filter(recipient=leaving.user).count() == 1


def test_a_second_wish_takes_the_first_one_back_and_a_role_ends_once(city, leaving):
    first = handovers.pass_on(leaving, make.make_user(), tomorrow())
    handovers.pass_on(leaving, make.make_officer(city, role=READER), tomorrow())
    first.refresh_from_db()
    assert first.state == HandoverState.TAKEN_BACK
    assert Handover.objects.filter(state=HandoverState.WAITING).count() == 0
    with pytest.raises(handovers.HandoverRefused):
        handovers.pass_on(leaving, make.make_user(), tomorrow())


def test_a_role_that_is_ended_takes_back_what_waits(city, leaving):
    manager = make.make_officer(city)
    handover = handovers.pass_on(leaving, make.make_user(), tomorrow())
    teams.end(leaving, by=manager)
    handover.refresh_from_db()
    assert handover.state == HandoverState.TAKEN_BACK
    with pytest.raises(handovers.HandoverRefused):
        handovers.decide(handover, staff=make.make_staff(), confirmed=True)
    assert not handover.to.memberships.exists()


def test_a_handover_brings_nobody_back_whose_role_staff_ended(city, leaving):
    handover = handovers.pass_on(leaving, make.make_user(), tomorrow())
    CityMembership.objects.filter(pk=leaving.pk).update(until=timezone.localdate())
    handovers.decide(handover, staff=make.make_staff(), confirmed=True)
    leaving.refresh_from_db()
    assert leaving.until == timezone.localdate()
    assert may_submit_for(handover.to, city)
