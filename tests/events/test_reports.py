"""The report of an event: who reads it, what it tells to whom, as page and as PDF."""

import ast
import gettext
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pypdf import PdfReader

from cities.models import Pairing
from events.exchange.reports import report_as_pdf, report_of
from events.models import Registration, SessionFeedback
from events.services import attendance
from tests.factories import make_city, make_event, make_session, make_staff, make_user

pytestmark = pytest.mark.django_db

DAY = date(2021, 2, 16)
DURING = datetime(2021, 2, 16, 15, tzinfo=UTC)
AFTER = datetime(2021, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AFTER, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lab():
    """A lab that is over, with five people, of whom four came, and a session that five rated."""
    event = make_event(
        slug="lab", title="Lab", format="on_site", starts_on=DAY, ends_on=DAY, place="Town hall"
    )
    session = make_session(event, slug="closing", title="Closing")
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    for at in range(5):
        person = make_user(name=f"Person {at}", language="fr")
        place = Registration.objects.create(
            event=event, user=person, city=corfu if at < 3 else cork, status="confirmed"
        )
        if at:
            attendance.mark(place, day=DAY, by=make_staff())
        SessionFeedback.objects.create(session=session, user=person, rating=4)
    session.outcomes.create(kind="takeaway", city=corfu, title="Ask for repair")
    pairing = Pairing.objects.create(kind="joint", first_city=corfu, second_city=cork)
    session.next_steps.create(
        city=corfu, with_city=cork, title="Write a tender", due_on=date(2021, 3, 1), pairing=pairing
    )
    session.next_steps.create(city=cork, title="Count", due_on=date(2021, 9, 1), done_on=DAY)
    return event


def one_with_a_place(lab):
    return lab.registrations.order_by("pk")[0].user


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_staff_read_all_of_it(lab, client):
    client.force_login(make_staff())
    html = page(client, "/events/lab/report/")
    for words in [
        "Town hall", "People marked as present", "Places and people who came, by city", "Corfu",
        "Ask for repair", "Write a tender", "Late", "Done on 16 February 2021", "4.0",
        "Collaborations begun",
    ]:  # fmt: skip
        assert words in html
    assert "/events/lab/report/" in page(client, "/events/lab/")


def told_in_short(content):
    items = next(one for one in content["chapters"][0]["blocks"] if one["type"] == "pairs")["items"]
    return {one["label"]: one["lines"][0] for one in items}


def test_its_figures_are_those_of_the_rows(lab):
    # Who was there and gave the place back came, and has none.
    left = lab.registrations.filter(user__name="Person 4")
    assert left.update(status="cancelled", cancelled_at=AFTER) == 1
    told = told_in_short(report_of(lab, make_staff()))
    assert told["People with a place"] == "4"
    assert told["People marked as present"] == "4"
    assert told["Cities of these people"] == "2"
    assert (told["Commitments"], told["of these done"]) == ("2", "1")
    assert told["Collaborations begun"] == "1"


def test_ratings_are_for_staff_and_follow_the_rules_of_feedback(lab, clock):
    staff, member = make_staff(), one_with_a_place(lab)

    def ratings(reader):
        sessions = next(
            one for one in report_of(lab, reader)["chapters"] if one["id"] == "sessions"
        )
        columns = sessions["blocks"][0]["columns"]
        return "Mean of 1 to 5" in columns, "Answers" in columns

    assert ratings(staff) == (True, True)
    assert ratings(member) == (False, False)
    SessionFeedback.objects.last().delete()
    assert ratings(staff) == (False, True)
    clock.move_to(DURING)
    assert ratings(staff) == (False, False)


def test_whoever_has_a_place_reads_it_and_nobody_else(lab, client, clock):
    for url in ("/events/lab/report/", "/events/lab/report.pdf"):
        client.logout()
        assert client.get(url).status_code == 302
        for person, status in [
            (one_with_a_place(lab), 200), (make_staff(), 200), (make_user(), 404),
        ]:  # fmt: skip
            client.force_login(person)
            assert client.get(url).status_code == status
    clock.move_to(datetime(2021, 2, 15, tzinfo=UTC))
    assert client.get("/events/lab/report/").status_code == 404
    client.force_login(one_with_a_place(lab))
    assert client.get("/events/lab/report/").status_code == 404


def test_the_pdf_is_tagged_in_the_readers_language_and_the_same_each_time(lab):
    member = one_with_a_place(lab)
    made = report_as_pdf(lab, member)
    assert report_as_pdf(lab, member) == made
    reader = PdfReader(io.BytesIO(made))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    text = "\n".join(one.extract_text() for one in reader.pages)
    for words in ["Rapport de l’événement", "Engagements", "Ask for repair", "Write a tender"]:
        assert words in text
    assert "Person 1" not in text


def test_an_event_without_anything_has_a_report_all_the_same(client):
    make_event(slug="bare")
    client.force_login(make_staff())
    assert "In short" in page(client, "/events/bare/report/")
    assert client.get("/events/bare/report.pdf").content.startswith(b"%PDF")


def test_it_takes_as_many_queries_whatever_it_tells(lab, client):
    client.force_login(make_staff())

    def counted():
        with CaptureQueriesContext(connection) as queries:
            page(client, "/events/lab/report/")
        return len(queries)

    few = counted()
    for at in range(8):
        session = make_session(lab, title=f"Session {at}")
        session.outcomes.create(kind="need", city=make_city(), title="Contracts")
        session.next_steps.create(city=make_city(), title="Count", due_on=DAY)
        place = lab.registrations.create(user=make_user(), city=make_city(), status="confirmed")
        attendance.mark(place, day=DAY, by=make_staff())
    assert counted() == few


def test_every_language_has_all_words_of_a_report():
    written = (settings.BASE_DIR / "events/exchange").glob("report*.py")
    words = {
        ast.literal_eval(node.args[0])
        for path in written
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
    }
    assert len(words) > 30
    for path in (settings.BASE_DIR / "events/locale").glob("*/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            known = gettext.GNUTranslations(file)._catalog
        told = {message if isinstance(message, str) else message[0] for message in known}
        assert sorted(words - told) == [], path
    with translation.override("fr"):
        assert translation.gettext("Report of the event") == "Rapport de l’événement"
