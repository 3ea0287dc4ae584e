"""Pages of officers in a city with 250 initiatives, 1,000 milestones and 500 KPIs of 20 values.

Its sections are full as well: a matrix of 150 entries, 60 lessons, three commitments of each
initiative, twelve deals. BENCH_INITIATIVES=40 tries it with fewer.
"""

import os

import pytest
from django.core.management import call_command
from django.utils import timezone

from icc_portal.load.roadmaps import SLUG
from initiatives import sections
from initiatives.deliverable import orders
from initiatives.models import (
    KPI,
    Connector,
    DocumentAudience,
    DocumentTemplate,
    Initiative,
    Measurement,
    Milestone,
    Roadmap,
)
from tests.factories import make_officer, make_staff
from tests.signed_in import session_cookie

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
INITIATIVES = int(os.environ.get("BENCH_INITIATIVES", "250"))
MOST_TIMES, MOST_QUERIES, MOST_BYTES = 10, 12, 300_000
OURS = "/initiatives/roadmaps/{roadmap}/"
ONE = "/initiatives/{initiative}/"
KPIS = f"{ONE}kpis/{{kpi}}/"
DELIVERABLE = f"{OURS}deliverable/"
CITY = "/desk/city/{city}/"
PAGES = {
    "desk": "/desk/",
    "city's desk": CITY,
    "team": f"{CITY}team/",
    "leaving": f"{CITY}leave/",
    "initiatives, list": "/initiatives/?city={city}",
    "roadmap": OURS,
    "plan": f"{OURS}plan/",
    "plan, first level": f"{OURS}plan/?level=1",
    "plan, all levels": f"{OURS}plan/?level=4",
    "order and levels": f"{OURS}order/",
    "spreadsheet": f"{OURS}sheet/",
    "values of a quarter": f"{OURS}values/",
    "check-in": f"{OURS}check-in/",
    "deal": f"{OURS}deals/{{deal}}/",
    "deal form": f"{OURS}deals/{{deal}}/write/",
    "sections": f"{OURS}write/",
    **{f"section {key}": f"{OURS}write/{key}/" for key in sections.WRITTEN},
    "history of a section": f"{OURS}write/lessons/history/",
    "comments of a section": f"{OURS}write/lessons/comments/",
    "taken away": f"{OURS}write/deleted/",
    "history of a charter": f"{OURS}write/charter-{{initiative_pk}}/history/",
    "comments of a charter": f"{OURS}write/charter-{{initiative_pk}}/comments/",
    "initiative": ONE,
    "initiative, new": "/initiatives/add/",
    "charter form": f"{ONE}edit/",
    "milestone, new": f"{ONE}milestones/add/",
    "milestone": f"{ONE}milestones/{{milestone}}/edit/",
    "milestones of a calendar": f"{ONE}milestones/calendar/",
    "KPI": KPIS,
    "KPI, new": f"{ONE}kpis/add/",
    "KPI form": f"{KPIS}edit/",
    "target, new": f"{KPIS}targets/add/",
    "value, new": f"{KPIS}report/",
    "value, corrected": f"{KPIS}values/{{value}}/correct/",
    "files of a value": f"{KPIS}values/{{value}}/files/",
    "KPI library": "/initiatives/kpis/?for={initiative}",
    "connector, new": f"{KPIS}connectors/add/",
    "connector": f"{KPIS}connectors/{{source}}/",
    "connector form": f"{KPIS}connectors/{{source}}/edit/",
    "deliverable's desk": f"{DELIVERABLE}desk/",
    "order of documents": f"{DELIVERABLE}orders/{{order}}/",
    "check": f"{DELIVERABLE}check/",
    "hand-in": f"{DELIVERABLE}hand-in/",
    "own chapter, new": f"{DELIVERABLE}chapters/add/",
}
STAFF_PAGES = {
    "portfolio": "/portfolio/",
    "portfolio, rows": "/portfolio/budget/",
}


@pytest.fixture(scope="session")
def names(django_db_setup, django_db_blocker):
    """A large roadmap and what the addresses of its pages name; and an officer of its city."""
    with django_db_blocker.unblock():
        call_command("load_programme", verbosity=0)
        call_command("generate_load", roadmap=INITIATIVES, verbosity=0, yes=True)
        roadmap = Roadmap.objects.get(participation__city__slug=SLUG)
        rows = Initiative.objects.filter(roadmap=roadmap)
        levels = set(rows.values_list("level", flat=True))
        assert levels == {1, 2, 3, 4} or INITIATIVES < 250
        assert Milestone.objects.filter(initiative__in=rows).count() == 4 * INITIATIVES
        assert KPI.objects.filter(initiative__in=rows).count() == 2 * INITIATIVES
        assert Measurement.objects.filter(kpi__initiative__in=rows).count() == 40 * INITIATIVES
        assert roadmap.commitments.count() == 3 * INITIATIVES
        groups = sections.build(sections.Facts(roadmap))
        written = [one for one in sections.leaves(groups) if one.key in sections.WRITTEN]
        assert [one.key for one in written if not one.filled] == []
        one = rows.filter(level=max(levels)).last()
        kpi = one.kpis.first()
        officer = make_officer(roadmap.participation.city, email="bench-officer@example.org")
        outline = DocumentTemplate.objects.filter(edition=roadmap.participation.edition).first()
        source = Connector.objects.create(
            kpi=kpi, unit=kpi.unit, kind="json", address="https://data.example.org/v",
            pick='path:["value"]', status="active", failing_since=timezone.now(), trouble="denied",
        )  # fmt: skip
        public = DocumentAudience.PUBLIC
        return {
            "officer": officer, "roadmap": roadmap.pk, "city": SLUG, "initiative": one.slug,
            "initiative_pk": one.pk, "milestone": one.milestones.first().pk, "kpi": kpi.pk,
            "value": kpi.measurements.first().pk, "source": source.pk,
            "deal": roadmap.deals.first().pk,
            "order": orders.place(roadmap, outline, public, by=officer).pk,
        }  # fmt: skip


@pytest.fixture(scope="session")
def officer_pages(names, django_db_blocker, measure, collected):
    """Each page's seconds and queries, measured as an officer of the city; the portfolio's too."""
    with django_db_blocker.unblock():
        found = measure(addresses(PAGES, names), cookie=session_cookie(names["officer"]))
        staff = make_staff(email="bench-portfolio@example.org")
        portfolio = measure(addresses(STAFF_PAGES, names), cookie=session_cookie(staff))
    return {what: {**found[what], **portfolio[what]} for what in found}


def addresses(pages, names):
    return {kind: [path.format(**names)] for kind, path in pages.items()}


@pytest.mark.parametrize("kind", [*PAGES, *STAFF_PAGES])
def test_a_page_takes_a_few_times_as_long_as_a_bare_list(officer_pages, record, kind):
    times = officer_pages["times"][kind]
    record(f"{kind}, {INITIATIVES} initiatives", times, f"at most {MOST_TIMES}")
    assert times <= MOST_TIMES


@pytest.mark.parametrize("kind", ["plan", "plan, first level", "plan, all levels"])
def test_a_plan_is_a_light_page(officer_pages, record, kind):
    size = officer_pages["sizes"][kind]
    record(f"{kind}, bytes", size, f"at most {MOST_BYTES}", "")
    assert size <= MOST_BYTES


@pytest.mark.parametrize("kind", [*PAGES, *STAFF_PAGES])
def test_a_page_takes_few_queries(officer_pages, record, kind):
    most = officer_pages["queries"][kind][1]
    record(f"{kind}, queries", most, f"at most {MOST_QUERIES}", "")
    assert most <= MOST_QUERIES
