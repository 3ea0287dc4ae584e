"""Certificates of attendance: who gets one, what it says, and in which language."""

import ast
import gettext
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from events.exchange.certificates import certificate_of, words_of
from events.models import EventFormat, EventStatus, Registration
from events.services import attendance
from tests.factories import make_city, make_event, make_staff, make_user

pytestmark = pytest.mark.django_db

FIRST = date(2021, 2, 16)
SECOND = FIRST + timedelta(days=1)


@pytest.fixture
def came():
    """Somebody who was there on the second of two days."""
    event = make_event(
        slug="lab", title="City Lab", format="on_site", place="Town hall", starts_on=FIRST,
        ends_on=SECOND,
    )  # fmt: skip
    person = make_user(name="Ana Łukasiewicz", language="fr")
    registration = Registration.objects.create(
        event=event, user=person, city=make_city(name="Rouen"), status="confirmed"
    )
    attendance.mark(registration, day=SECOND, by=make_staff())
    return registration


def reader(content):
    return PdfReader(io.BytesIO(content))


def test_a_certificate_says_who_was_where_when_in_the_language_of_its_person(came):
    made = reader(certificate_of(came, [SECOND]))

    text = " ".join(made.pages[0].extract_text().split())
    for words in (
        "Attestation de participation", "Ana Łukasiewicz", "Rouen", "City Lab", "Town hall",
        "16 février 2021 – 17 février 2021", "ce jour : • 17 février 2021",
    ):  # fmt: skip
        assert words in text, (words, text)
    assert "Démonstration" not in text
    assert len(made.pages) == 1
    root = made.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_the_same_days_give_the_same_bytes_and_odd_signs_are_told_by_name(came):
    came.user.name = "Ana 🚀"
    first = certificate_of(came, [SECOND])
    assert certificate_of(came, [SECOND]) == first
    assert "[rocket]" in reader(first).pages[0].extract_text()


@pytest.mark.parametrize("language", ["french", "xx", "..", ""])
def test_whoever_has_a_language_without_words_gets_a_certificate_in_english(came, language):
    came.user.language = language
    made = reader(certificate_of(came, [SECOND]))
    assert made.trailer["/Root"]["/Lang"] == "en"
    assert "Certificate of attendance" in made.pages[0].extract_text()


def test_a_demonstration_says_so(came):
    came.event.demonstration = True
    came.user.language = "en"
    text = reader(certificate_of(came, [SECOND])).pages[0].extract_text()
    assert "Demonstration: invented, certifies nothing" in text


def test_its_person_and_staff_get_it_and_nobody_else(came, client):
    address = f"/events/certificates/{came.pk}.pdf"
    for person, status in ((came.user, 200), (make_staff(), 200), (make_user(), 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(came.user)
    assert client.get(address)["Content-Type"] == "application/pdf"
    assert address in client.get("/events/lab/present/").content.decode()


@pytest.mark.parametrize("missing", ["taken_back", "called_off", "too_early"])
def test_there_is_none_for_whoever_was_not_there_or_before_the_last_day(came, client, missing):
    moment = datetime(2021, 2, 18, tzinfo=UTC)
    if missing == "taken_back":
        attendance.undo(came.presences.get(), by=make_staff())
    elif missing == "called_off":
        came.event.status = EventStatus.CANCELLED
        came.event.save()
    else:
        moment = datetime(2021, 2, 16, 9, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        client.force_login(came.user)
        assert client.get(f"/events/certificates/{came.pk}.pdf").status_code == 404


def test_every_language_has_all_words_of_a_certificate(came):
    tree = ast.parse((settings.BASE_DIR / "events/exchange/certificates.py").read_text())
    words = {
        ast.literal_eval(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}
    } | set(map(str, EventFormat.labels))
    assert len(words) > 6
    for path in (settings.BASE_DIR / "events/locale").glob("*/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            known = gettext.GNUTranslations(file)._catalog
        told = {message if isinstance(message, str) else message[0] for message in known}
        assert sorted(words - told) == [], path
    with translation.override("en"):
        assert words_of(came, [FIRST, SECOND])["days_words"] == "and was there on these days:"
