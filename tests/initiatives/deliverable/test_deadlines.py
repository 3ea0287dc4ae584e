"""A deadline: a minute of grace by the database's clock, then nothing typed is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from cities import clock
from initiatives.deliverable import deadlines
from initiatives.models import DeliverableSnapshot, LateHandIn
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)


@pytest.fixture
def roadmap(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PORTAL_CONTACT = tmp_path, "help@portal.example"
    return factories.make_roadmap()


@pytest.fixture
def outline(roadmap):
    made = make_outline(roadmap.participation.edition)
    made.due_at = DUE
    made.save()
    return made


def hand_in(client, roadmap, outline, *, after, user=None):
    """Send the page that was opened in time, so long after the deadline."""
    address = reverse("initiatives:deliverable-hand-in", args=[roadmap.pk])
    with time_machine.travel(DUE - timedelta(minutes=5), tick=False) as clock:
        client.force_login(user or factories.make_officer(roadmap.participation.city))
        assert "to be handed in by" in client.get(address).content.decode()
        clock.move_to(DUE + after)
        told = {"template": outline.pk, "note": "Our last words", "publish": "on"}
        return client.post(address, told, follow=True).content.decode()


@pytest.mark.parametrize("seconds", [-1, 10, 60])
def test_a_page_opened_in_time_may_arrive_a_minute_late(client, roadmap, outline, seconds):
    page = hand_in(client, roadmap, outline, after=timedelta(seconds=seconds))
    assert "Handed in as number 1" in page
    assert DeliverableSnapshot.objects.count() == 1


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_host_whose_clock_differs_makes_nobody_late_or_early(
    roadmap, outline, monkeypatch, two_clocks, minutes
):
    officer = factories.make_officer(roadmap.participation.city)
    with time_machine.travel(DUE + timedelta(minutes=minutes)):
        monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(seconds=30))
        deadlines.refuse_late(outline, officer)
        monkeypatch.setattr(clock, "now", lambda: DUE + timedelta(seconds=61))
        with pytest.raises(deadlines.TooLate):
            deadlines.refuse_late(outline, officer)


def test_later_it_is_kept_as_a_late_draft_and_told_whom_to_ask(client, roadmap, outline):
    officer = factories.make_officer(roadmap.participation.city)
    page = hand_in(client, roadmap, outline, after=timedelta(seconds=61), user=officer)
    assert "kept as a late draft" in page
    assert page.count("the programme can move the deadline") == 1
    assert "Ask help@portal.example" in page
    assert "Our last words" in page
    assert not DeliverableSnapshot.objects.exists()
    # It stands there when somebody moved the deadline, and goes once it is handed in.
    address = reverse("initiatives:deliverable-hand-in", args=[roadmap.pk])
    client.force_login(officer)
    assert "Our last words" in client.get(address).content.decode()
    outline.due_at = None
    outline.save()
    client.post(address, {"template": outline.pk, "note": "Our last words"})
    assert DeliverableSnapshot.objects.get().note == "Our last words"
    assert "Our last words" not in client.get(address).content.decode()


def test_a_late_draft_is_read_by_the_whole_team_and_staff_and_handed_in_by_a_colleague(
    client, roadmap, outline
):
    city = roadmap.participation.city
    writer = factories.make_officer(city, name="Who was late")
    hand_in(client, roadmap, outline, after=timedelta(seconds=61), user=writer)
    colleague = factories.make_officer(city)
    desk = reverse("initiatives:deliverable-desk", args=[roadmap.pk])
    for reader in (colleague, factories.make_staff()):
        client.force_login(reader)
        page = client.get(desk).content.decode()
        assert "a late draft by Who was late" in page
        assert "Our last words" in page
    assert client.get(reverse("admin:initiatives_latehandin_changelist")).status_code == 200
    client.force_login(colleague)
    address = reverse("initiatives:deliverable-hand-in", args=[roadmap.pk])
    assert "Our last words" in client.get(address).content.decode()
    outline.due_at = None
    outline.save()
    client.post(address, {"template": outline.pk, "note": "Our last words"})
    assert DeliverableSnapshot.objects.get().handed_in_by == colleague
    assert not LateHandIn.objects.exists()


@pytest.mark.parametrize("page", ["initiatives:my-city", "desk"])
def test_the_desk_says_what_is_to_be_handed_in_by_when_until_it_is(client, roadmap, outline, page):
    city = roadmap.participation.city
    client.force_login(factories.make_officer(city))
    address = reverse(page, args=[city.slug] if page == "initiatives:my-city" else [])
    with time_machine.travel(DUE - timedelta(days=5), tick=False) as clock:
        told = client.get(address).content.decode()
        assert outline.name in told
        assert "by 30 September 2026" in told
        assert "23:59 (Europe/Brussels)" in told
        clock.move_to(DUE + timedelta(days=2))
        assert "Not handed in: was due 30 September 2026" in client.get(address).content.decode()
        clock.move_to(DUE - timedelta(days=1))
        to_hand_in = reverse("initiatives:deliverable-hand-in", args=[roadmap.pk])
        client.post(to_hand_in, {"template": outline.pk})
        assert "30 September 2026" not in client.get(address).content.decode()


def test_a_superuser_can_hand_in_for_a_city_after_the_deadline(client, roadmap, outline):
    root = factories.make_superuser()
    page = hand_in(client, roadmap, outline, after=timedelta(hours=1), user=root)
    assert "Handed in as number 1" in page
