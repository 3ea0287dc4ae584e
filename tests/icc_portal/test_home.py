"""The home page and the desk."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Edition, EditionFigure, Phase, Source
from icc_portal.desk import sections_for
from initiatives.models import Measurement
from tests.factories import (
    make_city,
    make_contact_request,
    make_deployment,
    make_edition,
    make_entry,
    make_event,
    make_initiative,
    make_kpi,
    make_milestone,
    make_need,
    make_officer,
    make_participation,
    make_review,
    make_reviewer,
    make_roadmap,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def figures_on(client):
    return {figure["label"]: figure["value"] for figure in client.get("/").context["figures"]}


def make_result(initiative, value="12"):
    return Measurement.objects.create(
        kpi=make_kpi(initiative), kind="text", text=value, as_reported=value
    )


def test_figures_count_what_a_visitor_may_see(client):
    for country in ["FR", "FR", "GR"]:
        make_participation(city=make_city(country=country))
    make_city(name="No participant", country="DE")
    make_initiative()
    make_initiative(is_public=False)
    make_entry()
    make_entry(state="draft")
    make_entry(kind="city_profile")
    make_event()
    make_event(status="draft")

    assert figures_on(client) == {
        "cities": 5,  # three above, and those of the two initiatives
        "countries": 2,
        "initiatives": 1,
        "published solutions": 1,
        "city profiles": 1,
        "confirmed reuses": 0,
        "meetings": 1,
    }


def test_figures_say_how_much_of_them_is_invented_and_lead_to_what_they_count(client):
    make_participation(city=make_city())
    make_city(name="No participant")
    make_entry()
    entry = make_entry()
    entry.live_revision.demonstration = True
    entry.live_revision.save()
    make_event(demonstration=True)

    figures = {figure["label"]: figure for figure in client.get("/").context["figures"]}

    assert figures["published solutions"]["note"] == "1 is an example"
    assert figures["meetings"]["note"] == "all are examples"
    assert figures["city profiles"]["note"] == figures["initiatives"]["note"] == ""
    listed = client.get(figures["cities"]["url"]).context["total"]
    assert listed == figures["cities"]["value"] == 1


def test_the_shown_edition_brings_its_phases_and_announced_figures_with_their_sources(client):
    edition = make_edition(is_shown=True)
    today = timezone.localdate()
    for number, days in enumerate([-60, 0, 60]):
        day = today + timedelta(days=days)
        Phase.objects.create(
            edition=edition, number=number, name=f"Phase {number}",
            starts_on=day - timedelta(days=5), ends_on=day + timedelta(days=5),
        )  # fmt: skip
    Source.objects.create(key="A4", title="What the edition achieved")
    EditionFigure.objects.create(
        edition=edition, label="Cities", value="136", as_of=date(2022, 11, 15), source="A4"
    )

    answer = client.get("/")

    assert [step["state"] for step in answer.context["phases"]] == ["done", "current", "todo"]
    page = answer.content.decode()
    assert "136" in page
    assert "15 November 2022" in page
    assert '/sources/#A4">What the edition achieved</a>' in page


def test_the_newest_results_come_from_different_public_initiatives(client):
    first, second = make_initiative(), make_initiative()
    make_result(first, "old")
    make_result(second, "Rouen")
    make_result(first, "new")
    make_result(make_initiative(make_roadmap(published=False)), "secret")

    results = client.get("/").context["results"]

    assert [one.as_reported for one in results] == ["new", "Rouen"]


def test_results_are_ordered_by_the_day_they_were_measured_on(client):
    early, late = make_initiative(), make_initiative()
    for initiative, year in [(late, 2022), (early, 2020)]:
        Measurement.objects.create(
            kpi=make_kpi(initiative), kind="number", number=year, as_reported=str(year),
            as_of=date(year, 1, 1),
        )  # fmt: skip
    results = client.get("/").context["results"]
    assert [one.as_reported for one in results] == ["2022", "2020"]


def test_an_edition_whose_phases_are_over_says_so_and_names_the_next_one(client):
    first = make_edition(is_shown=True, starts_on=date(2020, 1, 1), ends_on=date(2022, 11, 16))
    second = make_edition(
        slug="second", name="Second edition", starts_on=date(2023, 7, 1), ends_on=date(2025, 6, 30)
    )
    Phase.objects.create(
        edition=first, number=1, name="All of it",
        starts_on=date(2020, 1, 1), ends_on=date(2022, 9, 30),
    )  # fmt: skip
    page = client.get("/").content.decode()
    assert "Completed September 2022" in page
    assert f"{second.name}: July 2023 – June 2025, completed." in page


def test_the_next_meetings_come_first_and_past_ones_fill_up(client):
    for year in (2020, 2021, 2090):
        make_event(title=str(year), starts_on=date(year, 1, 1), ends_on=date(year, 1, 1))

    assert [event.title for event in client.get("/").context["events"]] == ["2090", "2021", "2020"]


def test_a_visitor_of_an_empty_portal_gets_a_page_and_no_cookie(client):
    answer = client.get("/")

    assert answer.status_code == 200
    assert not answer.cookies
    assert not Edition.objects.exists()


def test_the_home_page_takes_as_many_queries_for_thirty_rows_as_for_three(client):
    def add(number):
        for _number in range(number):
            initiative = make_initiative()
            make_result(initiative)
            make_entry(initiative.roadmap.participation.city)
            make_event(city=make_city(), starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1))

    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        return len(queries)

    add(3)
    few = counted()
    add(27)

    assert counted() == few
    assert few <= 16


def test_the_desk_is_for_those_who_signed_in(client):
    assert client.get("/desk/").url == "/accounts/login/?next=/desk/"


def test_somebody_with_nothing_to_do_is_told_so_kindly(client):
    client.force_login(make_user())

    page = client.get("/desk/").content.decode()

    assert "Nothing waits for you" in page
    assert "You act for no city yet" in page


def test_the_desk_leads_an_officer_to_their_city_and_what_is_open(client):
    city = make_city(name="Home")
    client.force_login(make_officer(city))
    make_event(
        title="Open lab", starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1),
        registration_opens_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip

    page = client.get("/desk/").content.decode()

    assert f"/desk/city/{city.slug}/" in page
    assert "Open lab" in page
    assert "Registration is open" in page


def test_what_is_due_first_stands_first_and_what_is_empty_last():
    city = make_city()
    officer = make_officer(city)
    make_event(
        starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1),
        registration_opens_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip

    sections = sections_for(officer)

    filled = [bool(section.items) for section in sections]
    assert filled == sorted(filled, reverse=True)
    assert sections[0].items


def test_a_section_of_the_desk_says_how_many_more_there_are_and_leads_to_all(client):
    city = make_city()
    client.force_login(make_officer(city))
    for number in range(10):
        make_entry(city=city, state="draft", title=f"Draft {number}")
    page = client.get("/desk/").content.decode()
    assert page.count("Continue the draft") == 8
    assert "Not listed here: 2 more entries." in page
    assert '<a href="?all=entries">' in page
    whole = client.get("/desk/?all=entries").content.decode()
    assert whole.count("Continue the draft") == 10
    assert "10 in all" in whole


def test_every_section_can_be_seen_whole_and_others_are_none(client):
    client.force_login(make_officer(make_city()))
    for key in ["initiatives", "entries", "questions", "reuse", "needs", "events"]:
        assert client.get(f"/desk/?all={key}").status_code == 200, key
    assert client.get("/desk/?all=reviews").url == "/desk/"
    assert client.get("/desk/?all=%00").url == "/desk/"
    client.force_login(make_staff())
    assert client.get("/desk/?all=queue").status_code == 200


def test_all_of_a_section_is_read_in_pages(client):
    city = make_city()
    client.force_login(make_officer(city))
    for number in range(51):
        make_entry(city=city, state="draft", title=f"Draft {number}")
    assert client.get("/desk/?all=entries&page=2").content.decode().count("Continue the draft") == 1


def test_reviews_that_are_late_are_counted_whatever_their_entries(client):
    client.force_login(make_staff())
    for number in range(10):
        revision = make_entry(state="in_review", title=f"Late {number}").revisions.get()
        for _reviewer in range(2):
            make_review(revision, due_on=timezone.localdate() - timedelta(days=3))
    assert "4 more late reviews" in client.get("/desk/").content.decode()


def work_for(city, number):
    """Rows for each section of an officer's desk."""
    roadmap = city.participations.get().roadmap
    for _number in range(number):
        make_entry(city=city, state="draft")
        initiative = make_initiative(roadmap, status="running")
        make_milestone(initiative)
        make_kpi(initiative)
        make_contact_request(make_entry(city=city))
        make_deployment(make_entry(city=city))
        make_need(city)
        make_event(
            starts_on=date(2090, 1, 1), ends_on=date(2090, 1, 1),
            registration_opens_at=timezone.now() - timedelta(days=1),
        )  # fmt: skip


def queries_for(client, address):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    return len(queries), len(page.context["page_obj"]) if "?" in address else 0


@pytest.mark.parametrize(
    "key", ["", "initiatives", "entries", "questions", "reuse", "needs", "events"]
)
def test_a_desk_and_its_whole_sections_take_as_many_queries_for_many_rows_as_for_few(client, key):
    city = make_roadmap().participation.city
    client.force_login(make_officer(city))
    address = f"/desk/?all={key}" if key else "/desk/"
    work_for(city, 2)
    few, shown = queries_for(client, address)
    work_for(city, 10)
    many, more_shown = queries_for(client, address)
    assert many == few
    assert few <= 12
    assert not key or more_shown >= shown + 10


@pytest.mark.parametrize("key", ["reviews", "queue"])
def test_whole_sections_of_reviewers_and_staff_take_as_many_queries_for_many_rows(client, key):
    reviewer = make_reviewer()
    client.force_login(make_staff() if key == "queue" else reviewer)

    def add(number):
        for _number in range(number):
            revision = make_entry(state="in_review").revisions.get()
            make_review(revision, reviewer, due_on=timezone.localdate() - timedelta(days=1))

    add(2)
    few, shown = queries_for(client, f"/desk/?all={key}")
    add(10)
    many, more_shown = queries_for(client, f"/desk/?all={key}")
    assert (many, more_shown) == (few, shown + 10)
    assert few <= 12
