"""Once a year after the programme: asked once, answered by a link, kept with its history."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities import mails
from cities.models import Delivery, Mail, MailState
from initiatives import check_ins
from initiatives.models import CheckIn, CheckInLink, Standing
from initiatives.periodic import ask_how_it_goes
from initiatives.sections import deleted
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False) as travelling:
        yield travelling


@pytest.fixture
def roadmap(city):
    return ended(city)


def ended(city, on=date(2022, 9, 30), **fields):
    """A public roadmap whose edition has ended, with an ambition and a step."""
    slug = f"edition-{city.slug}-{on:%Y%m%d}"
    edition = factories.make_edition(
        slug=slug, starts_on=on - timedelta(days=700), ends_on=on, is_shown=False
    )
    place = factories.make_participation(city=city, edition=edition)
    made = factories.make_roadmap(participation=place, **fields)
    ambition = made.ambitions.create(statement="Open data", horizon="three_years", position=0)
    ambition.steps.create(text="A catalogue", position=0)
    return made


def links_in(mail):
    return [word for word in mails.text_as_sent(mail).split() if "/check-in/" in word]


def keys(roadmap):
    return [item.key for item in check_ins.items_of(roadmap)]


def everything(roadmap, answer="on_the_way", **more):
    return dict.fromkeys(keys(roadmap), answer) | more


# ── asking ──────────────────────────────────────────────────────────────────────────────────────
def test_only_public_real_roadmaps_of_editions_that_have_ended_are_due(city):
    due = ended(city)
    ended(factories.make_city(slug="b"), on=TODAY)
    ended(factories.make_city(slug="c"), published=False)
    ended(factories.make_city(slug="d"), demonstration=True)
    ended(factories.make_city(slug="e")).ambitions.all().delete()
    assert list(check_ins.due_roadmaps(TODAY)) == [due]


def test_the_clock_asks_once_a_year_however_often_it_ticks(city, roadmap, clock):
    factories.make_officer(city)
    for _each in range(3):
        ask_how_it_goes()
    assert Mail.objects.count() == CheckIn.objects.count() == 1
    check_ins.ask(roadmap, 2026)
    assert Mail.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.create(roadmap=roadmap, year=2026)
    # Asked late in a year, it is not asked again early in the next.
    clock.move_to(datetime(2026, 12, 20, tzinfo=UTC))
    CheckIn.objects.update(asked_at=timezone.now())
    clock.move_to(datetime(2027, 1, 5, tzinfo=UTC))
    ask_how_it_goes()
    assert CheckIn.objects.count() == 1
    clock.move_to(datetime(2027, 12, 20, tzinfo=UTC))
    ask_how_it_goes()
    ask_how_it_goes()
    assert sorted(CheckIn.objects.values_list("year", flat=True)) == [2026, 2027]
    assert Mail.objects.count() == 2


def test_the_officers_who_speak_for_the_city_are_asked_as_they_like_their_mail(city, roadmap):
    at_once, off = factories.make_officer(city), factories.make_officer(city)
    mails.set_preference(off, mails.KINDS["initiatives_check_in"], Delivery.OFF)
    factories.make_officer(city, role={"may_submit": False})
    factories.make_officer(factories.make_city(slug="other"))
    ask_how_it_goes()
    states = dict(Mail.objects.values_list("recipient", "state"))
    assert states == {at_once.pk: MailState.WAITING, off.pk: MailState.KEPT}


def test_where_everything_is_done_or_stopped_nobody_is_asked(city, roadmap):
    officer = factories.make_officer(city)
    said = dict.fromkeys(keys(roadmap), ("done", ""))
    check_ins.record(roadmap, said, officer)
    ask_how_it_goes()
    assert not Mail.objects.exists()


# ── answering ───────────────────────────────────────────────────────────────────────────────────
def test_each_answer_has_a_link_that_opens_a_page_and_changes_nothing(city, roadmap):
    officer = factories.make_officer(city)
    ask_how_it_goes()
    as_it_was, *links = links_in(Mail.objects.get())
    ambition = keys(roadmap)[0]
    assert [link.partition("?")[2] for link in links if "?" in link] == [
        f"{ambition}={answer}" for answer in ("on_the_way", "done", "stopped")
    ]
    stranger = Client(enforce_csrf_checks=True)
    opened = stranger.get(links[1])
    page = opened.content.decode()
    assert opened.status_code == 200
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    assert not opened.cookies
    assert fields_of(page, "check-in-form")[ambition] == ["done"]
    stranger.head(links[1])
    assert not Standing.objects.exists()
    said = everything(roadmap, **{ambition: "done", f"{ambition}-note": "Since May."})
    assert "Thank you" in stranger.post(as_it_was, said).content.decode()
    # The same sent twice is kept once.
    stranger.post(as_it_was, said)
    rows = Standing.objects.order_by("pk").values_list("words", "answer", "note", "answered_by")
    assert list(rows) == [
        ("Open data", "done", "Since May.", officer.pk),
        ("A catalogue", "on_the_way", "", officer.pk),
    ]
    page = Client().get(roadmap.get_absolute_url()).content.decode()
    for words in ("Done", "Since May.", "last confirmed on 2 March 2026", "Still on the way"):
        assert words in page


def test_answers_of_another_day_stand_beside_the_earlier_ones(city, roadmap, clock):
    officer = factories.make_officer(city)
    ambition = keys(roadmap)[0]
    check_ins.record(roadmap, {ambition: ("on_the_way", "")}, officer)
    clock.move_to(datetime(2027, 3, 3, 9, tzinfo=UTC))
    check_ins.record(roadmap, {ambition: ("stopped", "No money.")}, officer)
    assert [row.answer for row in Standing.objects.order_by("pk")] == ["on_the_way", "stopped"]
    assert check_ins.items_of(roadmap)[0].last.answer == "stopped"
    # An ambition that is taken away leaves what was said of it.
    roadmap.ambitions.all().delete()
    assert [row.words for row in Standing.objects.all()] == ["Open data", "Open data"]


def test_the_database_holds_no_link_that_works(city, roadmap):
    factories.make_officer(city)
    ask_how_it_goes()
    mail, link = Mail.objects.get(), CheckInLink.objects.get()
    token = links_in(mail)[0].rstrip("/").rpartition("/")[2]
    assert token not in mail.text + mail.link + link.digest
    assert check_ins.find_link(link.digest) is None
    assert check_ins.find_link(token) == link


def test_a_link_ends_with_its_time_its_roadmap_and_its_persons_role(city, roadmap, clock):
    officer = factories.make_officer(city)
    ask_how_it_goes()
    address = links_in(Mail.objects.get())[0]

    def refused():
        assert Client().get(address).status_code == 200
        answer = Client().post(address, everything(roadmap))
        assert answer.status_code == 409
        assert not Standing.objects.exists()
        return answer.content.decode()

    officer.memberships.update(until=TODAY - timedelta(days=1))
    assert "no longer speak" in refused()
    officer.memberships.update(until=None)
    roadmap.status = "draft"
    roadmap.save()
    assert "not public any more" in refused()
    roadmap.status = "published"
    roadmap.save()
    clock.move_to(datetime(2026, 5, 2, tzinfo=UTC))
    assert "expired" in refused()


@pytest.mark.parametrize("answer", ["", "nonsense", "done\x00"])
def test_what_is_no_answer_is_said_and_nothing_is_kept(client, officer, roadmap, answer):
    address = reverse("initiatives:check-in", args=[roadmap.pk])
    page = client.post(address, everything(roadmap, answer))
    assert page.status_code == 200
    assert "Nothing is kept yet" in page.content.decode()
    assert not Standing.objects.exists()
    said = everything(roadmap, **{f"{keys(roadmap)[0]}-note": "x" * 501})
    assert client.post(address, said).status_code == 200
    assert not Standing.objects.exists()


def test_who_signed_in_answers_without_a_mail(client, officer, roadmap):
    address = reverse("initiatives:check-in", args=[roadmap.pk])
    assert address in client.get(roadmap.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200
    client.post(address, everything(roadmap, "stopped"))
    assert {row.answer for row in Standing.objects.all()} == {"stopped"}


def test_a_roadmaps_page_takes_as_many_queries_for_many_answers_as_for_one(client, city, roadmap):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(roadmap.get_absolute_url()).status_code == 200
        return len(caught)

    officer = factories.make_officer(city)
    check_ins.record(roadmap, {keys(roadmap)[0]: ("done", "")}, officer)
    few = queries()
    for place in range(1, 5):
        ambition = roadmap.ambitions.create(
            statement=f"Ambition {place}", horizon="three_years", position=place
        )
        ambition.steps.create(text="A step")
    check_ins.record(roadmap, dict.fromkeys(keys(roadmap), ("stopped", "")), officer)
    assert queries() == few


@pytest.mark.parametrize("taken_away", ["ambition", "step"])
def test_answers_name_what_they_are_about_again_when_its_deletion_is_undone(
    roadmap, officer, taken_away
):
    told = dict.fromkeys(keys(roadmap), ("done", "At last"))
    check_ins.record(roadmap, told, officer)
    before = Standing.objects.latest(roadmap)
    assert len(before) == 2
    ambition = roadmap.ambitions.get()
    (ambition if taken_away == "ambition" else ambition.steps.get()).delete()
    assert len(Standing.objects.latest(roadmap)) < 2
    entry = deleted.lately(roadmap)[0]
    assert deleted.bring_back(roadmap, entry.kind, entry.history) is not None
    assert Standing.objects.latest(roadmap) == before


def on_desks(client, city):
    pages = "/desk/", reverse("initiatives:my-city", args=[city.slug])
    return ["Say how they stand" in client.get(page).content.decode() for page in pages]


def test_an_open_check_in_stands_on_desks_of_who_came_after_the_mail_until_it_is_answered(
    client, city, roadmap, clock
):
    factories.make_officer(city)
    check_ins.ask(roadmap, 2026)
    newcomer = factories.make_officer(city)
    client.force_login(newcomer)
    assert on_desks(client, city) == [True, True]
    # Who may not answer is not asked to, nor is another city.
    client.force_login(factories.make_officer(city, role={"may_submit": False}))
    assert on_desks(client, city) == [False, False]
    client.force_login(factories.make_officer(factories.make_city()))
    assert "Say how they stand" not in client.get("/desk/").content.decode()
    clock.shift(timedelta(days=59))
    client.force_login(newcomer)
    assert on_desks(client, city) == [True, True]
    answers = everything(roadmap)
    page = reverse("initiatives:check-in", args=[roadmap.pk])
    assert client.post(page, answers).status_code == 200
    assert on_desks(client, city) == [False, False]


def test_a_check_in_of_which_all_was_done_stands_on_no_desk(client, city, roadmap):
    client.force_login(factories.make_officer(city))
    CheckIn.objects.create(roadmap=roadmap, year=2026)
    assert on_desks(client, city) == [False, False]
