"""A city's desk tells what others did, with links, and what waits for somebody."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from initiatives import changes
from initiatives.deliverable import snapshots
from initiatives.models import FetchedValue, SectionComment
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.initiatives.test_comments import signed_in
from tests.initiatives.test_pages import number, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


@pytest.fixture
def running(roadmap):
    return factories.make_initiative(roadmap, name="Trees", status="running")


@pytest.fixture
def desk(city):
    return reverse("initiatives:my-city", args=[city.slug])


def comment(roadmap, author, section="lessons", **fields):
    fields = {"text": "Why so?", "audience": "team", **fields}
    return SectionComment.objects.create(roadmap=roadmap, section=section, author=author, **fields)


def part(page, name):
    return page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]


def test_values_comments_and_hand_ins_are_told_with_links(client, officer, desk, roadmap, running):
    colleague = factories.make_officer(roadmap.participation.city, name="Ada Example")
    kpi = factories.make_kpi(running)
    for value in (1, 2):
        number(kpi, value, reported_by=colleague)
    number(kpi, 3)
    said = comment(roadmap, colleague, f"charter-{running.pk}")
    comment(roadmap, colleague, taken_back_at=timezone.now())
    snapshots.hand_in(roadmap, make_outline(), by=colleague)
    told = {
        one.what: one for one in changes.lately([roadmap], officer, {running.pk: "Trees"}).changes
    }
    assert {what: one.url for what, one in told.items()} == {
        "2 values of “Trees” reported": f"{running.get_absolute_url()}#kpis",
        "Comment on “Trees”": said.get_absolute_url(),
        "“All kinds” handed in as number 1": reverse("initiatives:snapshot", args=[roadmap.pk, 1]),
    }
    assert {one.person for one in told.values()} == {colleague.pk}
    page = part(client.get(desk).content.decode(), "changes")
    for what, one in told.items():
        assert f'<a href="{one.url}">{what}</a>' in page


def test_what_was_done_leads_to_it_as_it_is_today_and_nowhere_when_it_is_gone(
    client, officer, roadmap, running
):
    gone = factories.make_initiative(roadmap, name="Gone")
    colleague = factories.make_officer(roadmap.participation.city)
    for one in (running, gone):
        one.history.update(history_user=colleague)
    gone.delete()
    running.slug = "renamed"
    running.save()
    urls = {one.what: one.url for one in changes.lately([roadmap], officer).changes}
    assert urls["Initiative “Trees” added"] == "/initiatives/renamed/"
    assert urls["Initiative “Gone” added"] == ""


def test_what_is_older_than_ninety_days_is_left_to_the_histories(client, officer, roadmap, running):
    colleague = factories.make_officer(roadmap.participation.city)
    for days, event in ((89, running), (91, roadmap)):
        when = timezone.now() - timedelta(days=days)
        event.history.update(history_user=colleague, history_date=when)
    old = number(factories.make_kpi(running), 1, reported_by=colleague)
    type(old).objects.update(reported_at=timezone.now() - timedelta(days=91))
    found = changes.lately([roadmap], officer).changes
    assert [one.what for one in found] == ["Initiative “Trees” added"]


def test_what_others_did_stands_before_all_that_i_did_since(
    client, officer, desk, roadmap, running
):
    colleague = factories.make_officer(roadmap.participation.city, name="Ada Example")
    running.name, running._history_user = "Renamed by Ada", colleague
    running.save()
    milestones = [factories.make_milestone(running, title=f"M{place}") for place in range(85)]
    milestones[0].history.model.objects.update(history_user=officer)
    comment(roadmap, officer)
    found = changes.lately([roadmap], officer)
    assert [one.who for one in found.changes] == ["Ada Example"]
    assert (found.own, found.more) == (86, 0)
    page = part(client.get(desk).content.decode(), "changes")
    assert "Renamed by Ada" in page
    assert "You made 86 changes yourself, the last on" in page


def test_more_changes_of_others_are_counted_and_lead_to_all_of_them(
    client, officer, desk, roadmap, running
):
    colleague = factories.make_officer(roadmap.participation.city, name="Ada Example")
    for place in range(14):
        factories.make_milestone(running, title=f"M{place:02}")
    running.milestones.first().history.model.objects.update(history_user=colleague)
    page = part(client.get(desk).content.decode(), "changes")
    assert page.count("Ada Example") == 10
    assert '<a href="?changes=all#changes">4 more changes by others</a>' in page
    whole = part(client.get(desk, {"changes": "all"}).content.decode(), "changes")
    assert whole.count("Ada Example") == 14
    assert "by others" not in whole


def test_sources_of_one_kpi_are_told_apart_by_their_cities(client, officer, desk, running):
    kpi = factories.make_kpi(running, name="Trees planted")
    number(kpi, 1)
    for name in ("Mechelen", "Leuven"):
        factories.make_connector(
            kpi, city=factories.make_city(name=name), failing_since=timezone.now(), trouble="denied"
        )
    due = part(client.get(desk).content.decode(), "due")
    assert "Trees planted (Mechelen)" in due
    assert "Trees planted (Leuven)" in due
    assert "Trees planted (Leuven)" in client.get("/desk/").content.decode()


def test_sources_that_fail_values_that_wait_and_open_comments_are_due(
    client, officer, city, desk, roadmap, running
):
    kpi = factories.make_kpi(running, name="Trees planted")
    number(kpi, 1)
    connector = factories.make_connector(kpi, failing_since=timezone.now(), trouble="denied")
    FetchedValue.objects.create(
        connector=connector, period="2022-06-01", kind="number", number=900, state="held",
        fetched_at=timezone.now(),
    )  # fmt: skip
    comment(roadmap, officer)
    comment(roadmap, officer)
    comment(roadmap, officer, resolved_at=timezone.now())
    number(factories.make_kpi(running, name="Without a source"), 1)
    due = part(client.get(desk).content.decode(), "due")
    assert "The source does not let us in" in due
    assert f'href="{connector.get_absolute_url()}"' in due
    assert f'href="{connector.get_absolute_url()}#held"' in due
    assert due.count("#held") == 2, "the title and the button of one value"
    assert "Without a source" not in due
    assert "2 open comments" in due
    assert f'href="{reverse("initiatives:section-talk", args=[roadmap.pk, "lessons"])}#open"' in due
    own = client.get("/desk/").content.decode()
    assert "The source does not let us in" in own
    # Sources are the team's, and so is what it says to itself.
    mentor = signed_in(factories.make_mentor(city))
    due = part(mentor.get(desk).content.decode(), "due")
    assert "let us in" not in due
    assert "2 open comments" not in due


@pytest.mark.parametrize("who", ["officer", "mentor", "staff"])
def test_the_desk_leads_to_the_deliverable(client, city, desk, roadmap, who):
    person = {
        "officer": lambda: factories.make_officer(city),
        "mentor": lambda: factories.make_mentor(city),
        "staff": lambda: factories.make_user(is_staff=True),
    }[who]()
    page = signed_in(person).get(desk).content.decode()
    address = reverse("initiatives:deliverable-desk", args=[roadmap.pk])
    assert f'href="{address}"' in page
    assert signed_in(person).get(address).status_code == 200


def test_whoever_types_in_a_charter_is_named(client, officer, city, desk, running):
    colleague = factories.make_officer(city, name="Ada Example")
    signed_in(colleague).post(
        reverse("cities:draft-save", args=["charter", str(running.pk)]),
        {"goal": "A secret", "autosave_page": "1", "autosave_number": "1"},
    )
    page = client.get(desk).content.decode()
    assert "Ada Example is writing “Trees” now." in page
    assert "A secret" not in page


def test_more_that_happens_and_waits_takes_no_more_queries(client, officer, desk, roadmap, running):
    def fill(rows):
        for place in range(rows):
            kpi = factories.make_kpi(running)
            number(kpi, place, reported_by=officer)
            factories.make_connector(
                kpi, city=factories.make_city(), failing_since=timezone.now(), trouble="denied"
            )
            comment(roadmap, officer)
            comment(roadmap, officer, f"charter-{running.pk}")

    fill(2)
    client.get(desk)
    few = queries(client, desk), queries(client, "/desk/")
    fill(20)
    assert (queries(client, desk), queries(client, "/desk/")) == few
    assert max(few) <= 12
