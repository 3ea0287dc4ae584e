"""What every answer carries, whichever page it is."""

import json
import logging
import sqlite3
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import path, reverse

from cities.models import User
from icc_portal import views
from icc_portal.database import is_away
from icc_portal.urls import urlpatterns as portal_urls
from tests.factories import make_city, make_initiative, make_officer, make_roadmap

pytestmark = pytest.mark.django_db


def fail(request):
    raise RuntimeError("on purpose")


def lose_the_database(request):
    raise OperationalError("the connection is lost")


urlpatterns = [*portal_urls, path("fails/", fail), path("loses/", lose_the_database)]
handler500 = "icc_portal.errors.server_error"
handler404 = "icc_portal.errors.page_not_found"

PUBLIC = ["/", "/accounts/login/", "/robots.txt", "/health/live", "/no-such-page/"]


@pytest.mark.parametrize("address", PUBLIC)
def test_every_answer_says_what_a_browser_may_load(client, address):
    answer = client.get(address)

    policy = dict(
        rule.strip().split(" ", 1) for rule in answer["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["report-uri"] == "/csp-report/"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("address", ["/", "/robots.txt", "/no-such-page/"])
def test_public_pages_leave_no_cookie(client, address):
    assert not client.get(address).cookies


def test_pages_of_a_signed_in_person_are_stored_nowhere(admin_client):
    assert "no-store" in admin_client.get("/")["Cache-Control"]


def test_a_request_keeps_a_number_the_proxy_gave_it_and_refuses_a_forged_one(client):
    assert client.get("/", headers={"X-Request-ID": "abc-12345"})["X-Request-ID"] == "abc-12345"
    forged = client.get("/", headers={"X-Request-ID": 'x" level=ERROR'})["X-Request-ID"]
    assert forged.isalnum()


@pytest.mark.urls("tests.icc_portal.test_answers")
def test_a_page_that_fails_gives_its_number_and_no_traceback(client):
    client.raise_request_exception = False

    answer = client.get("/fails/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "on purpose" not in answer.content.decode()


@pytest.mark.urls("tests.icc_portal.test_answers")
def test_without_the_database_a_page_says_when_to_come_again_and_keeps_the_form(client):
    client.raise_request_exception = False
    typed = {"title": 'Trees & "shade"', "themes": ["1", "2"], "csrfmiddlewaretoken": "t"}

    answer = client.post("/loses/?step=2", typed)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert answer["X-Request-ID"] in page
    assert 'action="/loses/?step=2"' in page
    for field in (
        'name="title" value="Trees &amp; &quot;shade&quot;"',
        'name="themes" value="1"',
        'name="themes" value="2"',
        'name="csrfmiddlewaretoken" value="t"',
    ):
        assert field in page
    assert "Load this page again" in client.get("/loses/").content.decode()


@pytest.mark.urls("tests.icc_portal.test_answers")
@pytest.mark.parametrize(
    "typed", [{"password": "secret-words"}, {"file": StringIO("secret-words")}]
)
def test_a_page_without_the_database_holds_neither_secrets_nor_files(client, typed):
    client.raise_request_exception = False

    answer = client.post("/loses/", {"name": "secret-words", **typed})

    assert answer.status_code == 503
    assert "secret-words" not in answer.content.decode()
    assert "Go back" in answer.content.decode()


def test_a_query_that_sqlite_cannot_read_is_a_mistake_of_ours_and_no_lost_database():
    mistake = OperationalError("no such table: shade")
    mistake.__cause__ = sqlite3.OperationalError()
    assert not is_away(mistake)
    busy = OperationalError("database is locked")
    busy.__cause__ = sqlite3.OperationalError()
    assert is_away(busy)
    later = RuntimeError("It could not be rolled back.")
    later.__context__ = OperationalError("the connection is lost")
    assert is_away(later)


def test_a_form_without_its_token_is_explained(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a@b.example"})

    assert answer.status_code == 403
    assert "send the form again" in answer.content.decode()


def test_policy_reports_are_logged_one_line_each_and_not_without_end(client, caplog, monkeypatch):
    cache.clear()
    monkeypatch.setattr(views, "REPORTS_A_MINUTE", 3)
    report = json.dumps({"csp-report": {"blocked-uri": "https://elsewhere.example/\nx"}})

    def send(moment):
        with time_machine.travel(moment, tick=False):
            return [
                client.post("/csp-report/", report, content_type="application/csp-report")
                for _ in range(5)
            ]

    with caplog.at_level(logging.WARNING, logger="icc_portal.csp"):
        answers = send("2026-03-02T09:00:58Z")

    assert [answer.status_code for answer in answers] == [204] * 5
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 3
    assert "elsewhere.example" in lines[0]
    assert "\n" not in lines[0]

    # However many came, the next minute begins anew.
    with caplog.at_level(logging.WARNING, logger="icc_portal.csp"):
        send("2026-03-02T09:01:00Z")
    assert len(caplog.records) == 6


def test_policy_reports_beyond_the_limit_write_nothing(client, monkeypatch):
    cache.clear()
    monkeypatch.setattr(views, "REPORTS_A_MINUTE", 0)
    written = []
    monkeypatch.setattr(views.cache, "set", lambda *row: written.append(row), raising=False)
    monkeypatch.setattr(views.cache, "incr", lambda *row: written.append(row) or 1, raising=False)
    answer = client.post("/csp-report/", "{}", content_type="application/csp-report")
    assert (answer.status_code, written) == (204, [])


def test_nobody_signs_up_unasked(client):
    client.post(
        "/accounts/signup/",
        {"email": "new@city.example", "password1": "long-enough-1", "password2": "long-enough-1"},
    )

    assert not User.objects.exists()


def test_the_portal_trusts_no_header_of_a_proxy_it_was_not_told_of():
    assert not settings.BEHIND_PROXY
    assert not hasattr(settings, "SECURE_PROXY_SSL_HEADER") or not settings.SECURE_PROXY_SSL_HEADER


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "²"])
def test_a_number_that_no_row_can_have_is_no_failure_of_ours(admin_client, number):
    for address in (
        f"/admin/marketplace/revision/?reviewer={number}",
        f"/admin/marketplace/revision/?themes={number}",
        f"/admin/marketplace/revision/ask/?ids={number}",
        f"/admin/marketplace/revision/approve/?ids={number}",
        f"/admin/marketplace/review/instead/?ids={number}",
    ):
        assert admin_client.get(address).status_code in {200, 302, 400}, address


def test_a_form_that_names_an_impossible_row_is_told_so(client):
    city = make_city()
    initiative = make_initiative(make_roadmap(city))
    client.force_login(make_officer(city))
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    answer = client.post(address, {"name": initiative.name, "themes": "9" * 30})
    assert answer.status_code in {200, 400}
