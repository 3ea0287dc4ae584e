"""Handing in and the acts around it happen once, and lose no word, whatever happens on the way."""

from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from initiatives.deliverable import orders, snapshots
from initiatives.models import DeliverableOrder, IntendedFinding
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
FINDING = "a" * 40


@pytest.fixture
def roadmap(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.make_roadmap(introduction="The first words of all.")


@pytest.fixture
def officer(roadmap):
    return factories.make_officer(roadmap.participation.city)


@pytest.fixture
def outline():
    return make_outline()


@pytest.fixture
def browser(officer):
    """A browser that is asked for the token of its forms."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    return client


def at(name, roadmap, *more):
    return reverse(f"initiatives:{name}", args=[roadmap.pk, *more])


def test_a_double_click_hands_in_once(browser, roadmap, outline):
    address = at("deliverable-hand-in", roadmap)
    sent = fields_of(browser.get(address).content.decode(), "page-form") | {"note": ["Ours"]}
    answers = [browser.post(address, sent) for _click in range(2)]
    assert roadmap.snapshots.get().note == "Ours"
    assert {one.url for one in answers} == {roadmap.snapshots.get().get_absolute_url()}
    assert DeliverableOrder.objects.count() == 2, "one for each audience"
    assert "received already" in browser.get(answers[1].url).content.decode()
    # Who hands in once more on purpose opens the form anew.
    again = fields_of(browser.get(address).content.decode(), "page-form")
    browser.post(address, again)
    assert roadmap.snapshots.count() == 2


def test_a_double_click_orders_documents_once(browser, roadmap, outline):
    page = browser.get(at("deliverable-desk", roadmap)).content.decode()
    key = unescape(page).split('name="key" value="')[1].split('"')[0]
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"key": key, "csrfmiddlewaretoken": token, "template": outline.pk, "audience": "public"}
    first = browser.post(at("deliverable-place", roadmap), sent)
    # It ended in the meantime: nothing under way tells any more that it was asked for.
    DeliverableOrder.objects.update(state="failed")
    assert browser.post(at("deliverable-place", roadmap), sent).url == first.url
    assert DeliverableOrder.objects.count() == 1


def test_what_was_chosen_for_an_order_stands_on_the_desk_after_signing_in(
    browser, officer, roadmap, outline
):
    browser.logout()
    sent = {"template": outline.pk, "audience": "public"}
    client = Client()
    answer = client.post(at("deliverable-place", roadmap), sent)
    client.force_login(officer)
    desk = client.get(parse_qs(urlsplit(answer.url).query)["next"][0], follow=True)
    assert desk.context["form"]["audience"].value() == "public"


def acts(roadmap, snapshot, order):
    return [
        (at("deliverable-place", roadmap), at("deliverable-desk", roadmap)),
        (at("deliverable-cancel", roadmap, order.pk), order.get_absolute_url()),
        (at("deliverable-retry", roadmap, order.pk), order.get_absolute_url()),
        (at("snapshot-publish", roadmap, snapshot.number), snapshot.get_absolute_url()),
        (at("deliverable-check", roadmap), at("deliverable-check", roadmap)),
        (at("roadmap-publish", roadmap), roadmap.get_absolute_url()),
    ]


@pytest.mark.parametrize("how", ["signed out", "token of another session"])
def test_a_button_that_was_refused_leads_to_its_page(browser, officer, roadmap, outline, how):
    snapshot = snapshots.hand_in(roadmap, outline, by=officer)
    order = orders.place(roadmap, outline, "public", by=officer)
    for act, page in acts(roadmap, snapshot, order):
        browser.force_login(officer)
        browser.get(at("deliverable-desk", roadmap))
        if how == "signed out":
            browser.logout()
            visitor = Client()
            back = parse_qs(urlsplit(visitor.post(act, {"public": "1"}).url).query)["next"][0]
            browser.force_login(officer)
        else:
            back = browser.post(act, {"public": "1", "csrfmiddlewaretoken": "x" * 64}).url
        answer = browser.get(back, follow=True)
        assert (answer.status_code, answer.request["PATH_INFO"]) == (200, page), act
    assert not hasattr(snapshot, "publication")
    assert orders.cancel(order), "nothing was done"


def test_a_finding_is_meant_so_on_a_page_of_its_own_that_shows_what_is_wrong(
    browser, officer, roadmap
):
    address = f"{at('finding-intended', roadmap)}?finding={FINDING}"
    page = browser.get(address).content.decode()
    sent = fields_of(page, "page-form") | {"reason": ["Long " * 70]}
    page = browser.post(address, sent).content.decode()
    assert "Long Long" in page
    assert not IntendedFinding.objects.exists()
    for words in ("In May.", "In June."):
        browser.post(address, sent | {"reason": [words]})
    assert IntendedFinding.objects.get().reason == "In June."
    # Whoever names no finding is led to all of them.
    assert browser.get(at("finding-intended", roadmap)).url == at("deliverable-check", roadmap)
