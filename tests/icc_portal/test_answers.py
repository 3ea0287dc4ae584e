"""What every answer carries, whichever page it is."""

import json
import logging

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import path, reverse

from cities.models import User
from icc_portal import views
from icc_portal.urls import urlpatterns as portal_urls
from tests.factories import make_city, make_initiative, make_officer, make_roadmap

pytestmark = pytest.mark.django_db


def fail(request):
    raise RuntimeError("on purpose")


urlpatterns = [*portal_urls, path("fails/", fail)]
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
    ):
        assert admin_client.get(address).status_code in {200, 302, 400}, address


def test_a_form_that_names_an_impossible_row_is_told_so(client):
    city = make_city()
    initiative = make_initiative(make_roadmap(city))
    client.force_login(make_officer(city))
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    answer = client.post(address, {"name": initiative.name, "themes": "9" * 30})
    assert answer.status_code in {200, 400}
