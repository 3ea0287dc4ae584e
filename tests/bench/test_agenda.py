"""A lab of 300 sessions, and one of 3,000: its agenda, a day of it, and what programs read."""

import pytest
from django.core.management import call_command
from django.test import Client

from events.models import Session
from icc_portal.load.labs import SLUG
from tests.factories import make_user
from tests.signed_in import session_cookie

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
SESSIONS, MANY = 300, 3_000
MOST_TIMES, MOST_QUERIES, MOST_BYTES, MOST_GROWTH = 10, 8, 200_000, 1.2
WHOLE = {
    "agenda": f"/events/{SLUG}/agenda/",
    "agenda, searched": f"/events/{SLUG}/agenda/?q=data",
}
FEEDS = {
    "event.ics": f"/events/{SLUG}.ics",
    "schedule.xml": f"/events/{SLUG}/schedule.xml",
    "schedule.json": f"/events/{SLUG}/schedule.json",
}
DAY = {"a day's agenda": f"/events/{SLUG}/agenda/?day={{day}}"}
PAGES = [*WHOLE, *DAY]
ALL = [*PAGES, *FEEDS]


@pytest.fixture(scope="session")
def lab_pages(django_db_setup, django_db_blocker, measure, collected):
    """Each page's seconds, queries and bytes: with 300 sessions, and a day among 3,000."""
    with django_db_blocker.unblock():
        call_command("load_programme", verbosity=0)
        found = {}
        for size in (SESSIONS, MANY):
            call_command("generate_load", solutions=40, sessions=size, verbosity=0, yes=True)
            assert Session.objects.filter(day__event__slug=SLUG).count() == size
            day = Session.objects.filter(day__event__slug=SLUG).first().day.date
            kinds = {**WHOLE, **FEEDS, **DAY} if size == SESSIONS else DAY
            pages = {kind: [path.format(day=day)] for kind, path in kinds.items()}
            found[size] = measure(pages)
            found[size]["bytes"] = {
                kind: len(Client().get(address).content) for kind, (address,) in pages.items()
            }
            if size == SESSIONS:
                reader = make_user(email="bench-reader@example.org")
                found["signed in"] = measure(pages, cookie=session_cookie(reader))
        return found


@pytest.mark.parametrize("kind", ALL)
def test_a_page_takes_a_few_times_as_long_as_a_bare_list(lab_pages, record, kind):
    times = lab_pages[SESSIONS]["times"][kind]
    record(f"{kind}, {SESSIONS} sessions", times, f"at most {MOST_TIMES}")
    assert times <= MOST_TIMES


@pytest.mark.parametrize("kind", ALL)
def test_a_page_takes_few_queries_signed_in_or_not(lab_pages, record, kind):
    most = max(lab_pages[who]["queries"][kind][1] for who in (SESSIONS, "signed in"))
    record(f"{kind}, queries", most, f"at most {MOST_QUERIES}", "")
    assert most <= MOST_QUERIES


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_light(lab_pages, record, kind):
    size = lab_pages[SESSIONS]["bytes"][kind]
    record(f"{kind}, bytes", size, f"at most {MOST_BYTES}", "")
    assert size <= MOST_BYTES


@pytest.mark.parametrize("kind", DAY)
def test_a_day_is_as_fast_among_many_others(lab_pages, record, kind):
    growth = lab_pages[MANY]["times"][kind] / lab_pages[SESSIONS]["times"][kind]
    record(f"{kind}, {MANY} sessions against {SESSIONS}", growth, f"at most {MOST_GROWTH}")
    assert growth <= MOST_GROWTH
