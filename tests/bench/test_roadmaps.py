"""Pages of officers in a city with 250 initiatives, 1,000 milestones and 500 KPIs of 20 values."""

import pytest
from django.core.management import call_command

from icc_portal.load.roadmaps import SLUG
from initiatives.models import KPI, Initiative, Measurement, Milestone, Roadmap
from tests.bench.conftest import session_cookie
from tests.factories import make_officer

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
INITIATIVES = 250
MOST_TIMES, MOST_QUERIES, MOST_BYTES = 10, 12, 300_000
PAGES = {
    "plan": "/initiatives/roadmaps/{roadmap}/plan/",
    "plan, first level": "/initiatives/roadmaps/{roadmap}/plan/?level=1",
    "plan, all levels": "/initiatives/roadmaps/{roadmap}/plan/?level=4",
    "roadmap": "/initiatives/roadmaps/{roadmap}/",
    "order and levels": "/initiatives/roadmaps/{roadmap}/order/",
    "sections": "/initiatives/roadmaps/{roadmap}/write/",
    "city's desk": "/desk/city/{city}/",
    "initiative": "/initiatives/{initiative}/",
    "charter form": "/initiatives/{initiative}/edit/",
    "spreadsheet": "/initiatives/roadmaps/{roadmap}/sheet/",
    "initiatives, list": "/initiatives/?city={city}",
}


@pytest.fixture(scope="session")
def officer_pages(django_db_setup, django_db_blocker, measure, collected):
    """Each page's seconds and queries, measured as an officer of the city."""
    with django_db_blocker.unblock():
        call_command("load_programme", verbosity=0)
        call_command("generate_load", roadmap=INITIATIVES, verbosity=0, yes=True)
        roadmap = Roadmap.objects.get(participation__city__slug=SLUG)
        rows = Initiative.objects.filter(roadmap=roadmap)
        assert set(rows.values_list("level", flat=True)) == {1, 2, 3, 4}
        assert Milestone.objects.filter(initiative__in=rows).count() == 1_000
        assert KPI.objects.filter(initiative__in=rows).count() == 500
        assert Measurement.objects.filter(kpi__initiative__in=rows).count() == 10_000
        officer = make_officer(roadmap.participation.city, email="bench-officer@example.org")
        names = {"roadmap": roadmap.pk, "city": SLUG, "initiative": rows.last().slug}
        pages = {kind: [path.format(**names)] for kind, path in PAGES.items()}
        return measure(pages, cookie=session_cookie(officer))


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_takes_a_few_times_as_long_as_a_bare_list(officer_pages, record, kind):
    times = officer_pages["times"][kind]
    record(f"{kind}, {INITIATIVES} initiatives", times, f"at most {MOST_TIMES}")
    assert times <= MOST_TIMES


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_takes_few_queries(officer_pages, record, kind):
    most = officer_pages["queries"][kind][1]
    record(f"{kind}, queries", most, f"at most {MOST_QUERIES}", "")
    assert most <= MOST_QUERIES
