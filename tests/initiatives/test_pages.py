"""What the pages show, and that they ask the database as often for thirty rows as for three."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cities.desk import DeskItem, OwnCities, sections_of
from initiatives import due
from initiatives.desk import parts
from initiatives.models import (
    Ambition,
    Axis,
    Commitment,
    GovernanceBody,
    Lesson,
    MatrixEntry,
    Measurement,
    Risk,
    Roadmap,
    Stakeholder,
    Target,
)
from tests import factories

pytestmark = pytest.mark.django_db


def queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(captured)


def number(kpi, value, **fields):
    fields = {"as_reported": str(value), "as_of": date(2021, 6, 30), **fields}
    return Measurement.objects.create(kpi=kpi, kind="number", number=value, **fields)


def fill(initiative, rows):
    for place in range(rows):
        factories.make_milestone(initiative, position=place)
        Risk.objects.create(initiative=initiative, text=f"Risk {place}")
        Stakeholder.objects.create(
            initiative=initiative, name="Somebody", organisation=factories.make_organisation()
        )
        initiative.themes.add(factories.make_theme())
        kpi = factories.make_kpi(initiative)
        number(kpi, place)
        number(kpi, place + 1, as_of=date(2022, 6, 30))
        old = Target.objects.create(kpi=kpi, value=5)
        old.superseded_by = Target.objects.create(kpi=kpi, value=6)
        old.save()
        Lesson.objects.create(
            roadmap=initiative.roadmap, initiative=initiative, kind="key", text="L"
        )
        Commitment.objects.create(
            roadmap=initiative.roadmap, initiative=initiative, kind="kpis", text="C"
        )


def test_the_list_takes_at_most_eight_queries_however_long_it_is(client):
    url = reverse("initiatives:initiative-list")
    for _row in range(3):
        factories.make_initiative().themes.add(factories.make_theme())
    few = queries(client, url)
    for _row in range(20):
        factories.make_initiative().themes.add(factories.make_theme())
    assert queries(client, url) == few <= 8


@pytest.mark.parametrize("is_inside", [False, True])
def test_pages_of_an_initiative_and_its_roadmap_ask_no_more_for_more_rows(client, is_inside):
    city = factories.make_city()
    if is_inside:
        client.force_login(factories.make_officer(city))
    roadmap = factories.make_roadmap(city)
    initiative = factories.make_initiative(roadmap)
    fill(initiative, 3)
    urls = [initiative.get_absolute_url(), roadmap.get_absolute_url()]
    few = [queries(client, url) for url in urls]
    fill(initiative, 27)
    for place in range(27):
        other = factories.make_initiative(roadmap)
        factories.make_milestone(other, position=place)
    # Of very many initiatives a roadmap shows no milestones: it asks for less then.
    many = [queries(client, url) for url in urls]
    assert all(more <= fewer for more, fewer in zip(many, few, strict=True)), (few, many)


def test_a_kpis_page_asks_no_more_for_more_values(client):
    kpi = factories.make_kpi()
    url = reverse("initiatives:kpi-detail", args=[kpi.initiative.slug, kpi.pk])
    corrected = number(kpi, 1)
    corrected.corrected_by = number(kpi, 2)
    corrected.save()
    few = queries(client, url)
    for value in range(30):
        wrong = number(kpi, value)
        wrong.corrected_by = number(kpi, value + 1)
        wrong.save()
    assert queries(client, url) == few


def test_the_citys_own_page_and_the_charter_ask_no_more_for_more_rows(client):
    city = factories.make_city()
    client.force_login(factories.make_officer(city))
    initiative = factories.make_initiative(factories.make_roadmap(city), status="running")
    urls = [
        reverse("initiatives:my-city", args=[city.slug]),
        reverse("initiatives:initiative-edit", args=[initiative.slug]),
    ]
    fill(initiative, 3)
    # The first look of all is written down, which is an act of its own.
    client.get(urls[0])
    few = [queries(client, url) for url in urls]
    fill(initiative, 27)
    # Of very many initiatives a roadmap shows no milestones: it asks for less then.
    many = [queries(client, url) for url in urls]
    assert all(more <= fewer for more, fewer in zip(many, few, strict=True)), (few, many)


def test_the_api_asks_no_more_for_more_rows(client):
    initiative = factories.make_initiative()
    urls = [reverse("initiative-list"), reverse("initiative-detail", args=[initiative.slug])]
    fill(initiative, 3)
    few = [queries(client, url) for url in urls]
    fill(initiative, 27)
    for _row in range(27):
        factories.make_initiative()
    assert [queries(client, url) for url in urls] == few


def test_a_number_is_plotted_and_a_text_is_shown_beside_it(client):
    kpi = factories.make_kpi(name="Municipalities")
    number(kpi, Decimal(5), as_reported="5")
    number(kpi, Decimal(8), as_reported="8", as_of=date(2022, 6, 30))
    Measurement.objects.create(kpi=kpi, kind="text", text="Rouen", as_reported="Rouen")
    page = client.get(kpi.initiative.get_absolute_url()).content.decode()
    assert f'id="kpi-table-{kpi.pk}"' in page
    table = page.split(f'id="kpi-table-{kpi.pk}"')[1].split("</table>")[0]
    assert "June" in table
    assert "Rouen" not in table
    assert "Reported, but not compared" in page
    assert "“Rouen”" in page


def test_without_anything_comparable_there_is_no_picture(client):
    kpi = factories.make_kpi()
    Measurement.objects.create(kpi=kpi, kind="in_progress", as_reported="Work in progress")
    number(kpi, Decimal(12), as_reported="12 once", as_of=None)
    page = client.get(kpi.initiative.get_absolute_url()).content.decode()
    assert f'id="kpi-table-{kpi.pk}"' not in page
    assert "“Work in progress”" in page
    assert "“12 once”" in page


def test_a_corrected_value_is_marked_and_not_plotted(client):
    kpi = factories.make_kpi()
    wrong = number(kpi, Decimal(90), as_reported="90 by mistake")
    wrong.corrected_by = number(kpi, Decimal(9), as_reported="9")
    wrong.save()
    number(kpi, Decimal(12), as_of=date(2022, 6, 30))
    url = reverse("initiatives:kpi-detail", args=[kpi.initiative.slug, kpi.pk])
    page = client.get(url).content.decode()
    chart = page.split(f'id="kpi-table-{kpi.pk}"')[1].split("</table>")[0]
    assert "90 by mistake" not in chart
    assert not re.search(r">\s*90\s*<", chart)
    assert "<s>90 by mistake</s>" in page
    assert "Corrected: “9”" in page


def test_the_roadmap_shows_its_matrix_its_bodies_and_its_commitments(client):
    roadmap = factories.make_roadmap()
    axis = Axis.objects.create(roadmap=roadmap, position=1, name="Involving citizens")
    Axis.objects.create(roadmap=roadmap, position=2, name="Sharing data")
    ambition = Ambition.objects.create(roadmap=roadmap, position=1, statement="More inclusive")
    MatrixEntry.objects.create(axis=axis, ambition=ambition, text="A platform")
    above = GovernanceBody.objects.create(roadmap=roadmap, name="Steering committee")
    GovernanceBody.objects.create(roadmap=roadmap, name="Working group", above=above)
    Commitment.objects.create(roadmap=roadmap, kind="resources", text="Goes on as planned")
    page = client.get(roadmap.get_absolute_url()).content.decode()
    for words in ("Involving citizens", "More inclusive", "A platform", "Goes on as planned"):
        assert words in page
    assert page.index("Steering committee") < page.index("Working group")


def test_bodies_above_one_another_in_a_circle_do_not_break_the_page(client):
    roadmap = factories.make_roadmap()
    one = GovernanceBody.objects.create(roadmap=roadmap, name="One body")
    other = GovernanceBody.objects.create(roadmap=roadmap, name="Other body", above=one)
    one.above = other
    one.save()
    page = client.get(roadmap.get_absolute_url()).content.decode()
    assert page.count("One body") == page.count("Other body") == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=metropole", True), ("?q=TRÄMWAY", True), ("?q=ship", False), ("?country=FR", True),
     ("?status=done", False), ("?city=rouen&edition=first", True)],
)  # fmt: skip
def test_the_list_is_narrowed_by_words_without_accents_and_by_facets(client, query, found):
    city = factories.make_city(slug="rouen", name="Métropole Rouen")
    factories.make_initiative(factories.make_roadmap(city), name="A tramway", status="running")
    other = factories.make_city(slug="turku", name="Turku", country="FI")
    factories.make_initiative(factories.make_roadmap(other), name="A ferry", status="done")
    url = reverse("initiatives:initiative-list")
    assert ("A tramway" in client.get(url + query).content.decode()) == found
    told = client.get(reverse("initiative-list") + query).json()
    assert ("A tramway" in [one["name"] for one in told["results"]]) == found


def test_an_unknown_filter_is_named_and_does_not_break_the_page(client):
    factories.make_initiative(name="A tramway")
    url = reverse("initiatives:initiative-list")
    page = client.get(f"{url}?theme=nonsense&city=%00").content.decode()
    assert "nonsense" in page
    assert "A tramway" in page
    assert client.get(f"{reverse('initiative-list')}?theme=nonsense").status_code == 400


def test_what_is_due_is_late_soon_or_silent():
    today = timezone.localdate()
    initiative = factories.make_initiative(status="running")

    def milestone(title, days, **fields):
        day = today + timedelta(days=days)
        factories.make_milestone(initiative, title=title, starts_on=day, ends_on=day, **fields)

    milestone("late", -1)
    milestone("soon", 60)
    milestone("far", 61)
    milestone("reached", -1, status="reached")
    fresh, old, never = (factories.make_kpi(initiative, name=name) for name in "abc")
    number(fresh, 1)
    stale = number(old, 1)
    Measurement.objects.filter(pk=stale.pk).update(reported_at=timezone.now() - timedelta(days=91))
    roadmaps = Roadmap.objects.filter(pk=initiative.roadmap_id)
    todo = due.due_in(roadmaps, factories.make_user(), most=12)
    assert [item.title for item in todo.milestones.items] == ["late", "soon"]
    assert [item.is_late for item in todo.milestones.items] == [True, False]
    assert [item.title for item in todo.values.items] == [never.name, old.name]
    assert todo.beyond == []
    lacking = due.charters(due.charter_rows(roadmaps, most=12))
    assert [item.title for item in lacking.items] == [initiative.name]
    fewer = due.due_in(roadmaps, factories.make_user(), most=1)
    told = [item.title for item in (*fewer.milestones.items, *fewer.values.items)]
    assert told == ["late", never.name]
    assert fewer.beyond == ["1 more milestone", "1 more KPI without a fresh value"]


def test_what_is_next_begins_where_what_is_due_ends():
    today = timezone.localdate()
    initiative = factories.make_initiative(status="running")
    for title, days in [("far", 90), ("near", 61), ("due", 60)]:
        day = today + timedelta(days=days)
        factories.make_milestone(initiative, title=title, starts_on=day, ends_on=day)
    todo = due.due_in(
        Roadmap.objects.filter(pk=initiative.roadmap_id), factories.make_user(), most=12
    )
    assert [item.title for item in todo.next_milestones] == ["near", "far"]


def test_a_late_milestone_is_asked_about_and_only_what_people_changed_is_told(client):
    city = factories.make_city()
    initiative = factories.make_initiative(factories.make_roadmap(city), status="running")
    factories.make_milestone(
        initiative, title="Passed", ends_on=timezone.localdate() - timedelta(1)
    )
    officer = factories.make_officer(city)
    client.force_login(officer)
    address = reverse("initiatives:my-city", args=[city.slug])
    page = client.get(address).content.decode()
    assert "Say whether it was reached" in page
    assert "Nobody has changed anything in the last 90 days." in page

    change = initiative.history.first()
    change.history_user = officer
    change.save()
    page = client.get(address).content.decode()
    assert f"“{initiative.name}”" in page
    assert "Nobody has changed anything in the last 90 days." not in page


def test_the_desk_tells_officers_and_mentors_where_to_go():
    city = factories.make_city()
    factories.make_initiative(factories.make_roadmap(city), status="running")
    officer, mentor = factories.make_officer(city), factories.make_mentor(city)
    own = sections_of(parts(officer, OwnCities.of(officer)))
    assert [section.title for section in own] == ["Your initiatives"]
    assert all(isinstance(item, DeskItem) for item in own[0].items)
    assert [item.url for item in sections_of(parts(mentor, OwnCities.of(mentor)))[0].items] == [
        reverse("initiatives:my-city", args=[city.slug])
    ]
    nobody = factories.make_user()
    assert sections_of(parts(nobody, OwnCities.of(nobody))) == []


def test_many_of_one_kind_push_out_nothing_else_on_the_desk_and_are_counted(client):
    city = factories.make_city()
    initiative = factories.make_initiative(factories.make_roadmap(city), status="running")
    officer = factories.make_officer(city)
    for number in range(15):
        kpi = factories.make_kpi(initiative, name=f"KPI {number}")
        factories.make_connector(kpi, failing_since=timezone.now(), trouble="denied")
    for number in range(2):
        day = timezone.localdate() - timedelta(1)
        factories.make_milestone(initiative, title=f"Step {number}", starts_on=day, ends_on=day)
    client.force_login(officer)
    page = client.get("/desk/").content.decode()
    assert all(f"Step {number}</a>" in page for number in range(2))
    assert "Report a value" in page
    assert "Continue the charter" in page
    assert "Not listed here: 10 more sources of values, 11 more KPIs without a fresh value." in page
    of_city = client.get(reverse("initiatives:my-city", args=[city.slug])).content.decode()
    assert (
        "Not listed here: 3 more sources of values, 3 more KPIs without a fresh value." in of_city
    )


def test_a_milestone_whose_day_has_passed_unreported_says_so(client):
    initiative = factories.make_initiative()
    factories.make_milestone(initiative, title="Passed")
    said = "Not reported"
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert said in page
    assert "Planned" not in page.split('id="milestones"')[1]
    initiative.milestones.update(status="reached")
    assert said not in client.get(initiative.get_absolute_url()).content.decode()


def test_what_was_loaded_counts_as_no_change_and_one_number_is_no_picture(client):
    kpi = factories.make_kpi(unit="datasets")
    page = client.get(kpi.initiative.get_absolute_url()).content.decode()
    assert "Last changed" not in page
    number(kpi, 30)
    page = client.get(kpi.initiative.get_absolute_url()).content.decode()
    assert "Latest number" in page
    assert f'id="kpi-table-{kpi.pk}"' not in page
    assert '30<span class="unit"> datasets</span>' in page
    Target.objects.create(kpi=kpi, value=40)
    page = client.get(kpi.initiative.get_absolute_url()).content.decode()
    assert f'id="kpi-table-{kpi.pk}"' in page


def test_a_citys_page_leads_to_its_roadmap_and_initiatives(client):
    city = factories.make_city()
    roadmap = factories.make_roadmap(city)
    factories.make_initiative(roadmap, name="A tramway")
    factories.make_initiative(roadmap, name="Not yet", is_public=False)
    page = client.get(city.get_absolute_url()).content.decode()
    assert roadmap.title in page
    assert "A tramway" in page
    assert "Not yet" not in page


def test_the_citys_own_page_says_who_changed_what_and_what_is_missing(client):
    city = factories.make_city()
    officer = factories.make_officer(city, name="Ada Invented")
    client.force_login(officer)
    initiative = factories.make_initiative(factories.make_roadmap(city), status="running")
    add = reverse("initiatives:milestone-add", args=[initiative.slug])
    client.post(add, {"title": "Opening of the hall", "status": "planned", "when": "2022"})
    client.force_login(factories.make_officer(city))
    page = client.get(reverse("initiatives:my-city", args=[city.slug])).content.decode()
    changes = page.split('aria-labelledby="changes"')[1]
    assert "Milestone “Opening of the hall” added" in changes
    assert "Ada Invented" in changes
    assert f"{reverse('initiatives:initiative-edit', args=[initiative.slug])}#id_goal" in page


def test_a_card_names_the_themes_of_its_initiative(client):
    initiative = factories.make_initiative(is_public=True)
    theme = factories.make_theme(short_name="Flood warning")
    initiative.themes.add(theme)
    for url in (reverse("initiatives:initiative-list"), initiative.roadmap.get_absolute_url()):
        cards = re.findall(r'<ul class="tags">(.*?)</ul>', client.get(url).content.decode(), re.S)
        assert [re.sub(r"<.*?>|\s+", " ", card).strip() for card in cards] == ["Flood warning"], url
