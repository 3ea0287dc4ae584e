"""Addresses of results and values are tried in the worker; those inside learn which are dead."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cities import outbound
from cities.models import Effect
from initiatives.deliverable import checking, links
from initiatives.models import TriedLink
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.typed import fields_of

pytestmark = pytest.mark.django_db
DEAD, ALIVE = "https://example.org/gone", "https://example.org/here"
STORE = "https://apps.apple.com/lr/app/id1"


@pytest.fixture
def asked(settings, monkeypatch):
    """What was asked for; nobody is asked in earnest."""
    settings.ASKS_OTHER_SERVERS = True
    found = []

    def fetch(url, **_how):
        found.append(url)
        return outbound.Answer(url, status=200 if url == ALIVE else 404)

    monkeypatch.setattr(outbound, "fetch", fetch)
    return found


def save_charter(client, initiative, url):
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    typed = fields_of(client.get(address).content.decode(), "charter-form")
    return client.post(address, typed | {"results_url": url})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(DEAD, DEAD), (STORE, STORE), ("example.org/gone", DEAD)],
)
def test_an_address_of_results_is_stored_and_marked_when_it_does_not_answer(
    client, officer, initiative, asked, drain, typed, kept
):
    save_charter(client, initiative, typed)
    drain()
    assert asked == [kept]
    initiative.refresh_from_db()
    assert initiative.results_url == kept
    said = "It answers with the status 404."
    assert said in client.get(initiative.get_absolute_url()).content.decode()
    client.logout()
    initiative.is_public = True
    initiative.save()
    assert said not in client.get(initiative.get_absolute_url()).content.decode()


def test_an_address_that_answers_is_not_marked_and_not_tried_again_for_a_month(
    client, officer, initiative, asked, drain
):
    for _time in range(2):
        save_charter(client, initiative, ALIVE)
        drain()
    assert asked == [ALIVE]
    assert links.dead([ALIVE]) == {}
    with time_machine.travel(timezone.now() + links.AGAIN + timedelta(days=1)):
        links.ask([ALIVE])
        drain()
    assert asked == [ALIVE, ALIVE]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://e.org/" + "x" * 3000]
)
def test_what_is_no_address_is_refused_and_stays_typed(client, officer, initiative, asked, url):
    page = save_charter(client, initiative, url)
    assert page.status_code == 200
    assert url[:40] in page.content.decode()
    assert not TriedLink.objects.exists()


def test_where_a_value_can_be_seen_is_tried(client, officer, initiative, asked, drain):
    kpi = factories.make_kpi(initiative)
    report = reverse("initiatives:measurement-add", args=[initiative.slug, kpi.pk])
    typed = {"value": "12", "source_url": DEAD, "key": str(uuid4())}
    client.post(report, typed)
    assert kpi.measurements.get().source_url == DEAD
    drain()
    assert asked == [DEAD]


def test_the_check_before_a_hand_in_has_addresses_tried_and_names_the_dead(
    initiative, asked, drain
):
    initiative.results_url = DEAD
    initiative.save()
    kpi = factories.make_kpi(initiative)
    factories.make_value(kpi, source_url=ALIVE)
    roadmap, outline = initiative.roadmap, make_outline()
    first = checking.look_through(roadmap, outline)
    assert "dead-link" not in {one.rule for one in first}
    drain()
    assert set(asked) == {DEAD, ALIVE}
    (found,) = [one for one in checking.look_through(roadmap, outline) if one.rule == "dead-link"]
    edit = reverse("initiatives:initiative-edit", args=[initiative.slug])
    assert (found.url, found.excerpt) == (f"{edit}#id_results_url", DEAD)


def test_many_addresses_are_handed_over_at_once_to_those_who_wait_for_others(
    asked, drain, django_assert_num_queries
):
    # Five, and a savepoint: those known, the new ones, their numbers, effects, which are new.
    with django_assert_num_queries(7):
        links.ask([f"{DEAD}/{number}" for number in range(30)])
    assert set(Effect.objects.values_list("queue", flat=True)) == {"outside"}
    drain()
    assert len(set(asked)) == 30
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        links.ask([f"{DEAD}/1"])
    assert TriedLink.objects.get(url=f"{DEAD}/1").status == 404
    assert Effect.objects.count() == 31


def test_a_portal_that_asks_nobody_marks_nothing(settings, drain):
    settings.ASKS_OTHER_SERVERS = False
    links.ask([DEAD])
    drain()
    assert not TriedLink.objects.exists()
