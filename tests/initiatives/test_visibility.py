"""Who sees what of a roadmap and its initiatives, on pages and in the API."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from cities.models import Consortium, ConsortiumMember
from initiatives import permissions
from initiatives.models import BudgetLine, Dependency, Initiative, Risk, Roadmap
from tests import factories

pytestmark = pytest.mark.django_db
INTERNAL = ["Too few people", "A sponsor is needed", "350,000.00 EUR"]


@pytest.fixture
def city():
    return factories.make_city(slug="a", name="City A")


@pytest.fixture
def people(city):
    return {
        "anonymous": None,
        "officer A": factories.make_officer(city),
        "officer B": factories.make_officer(factories.make_city()),
        "mentor": factories.make_mentor(city),
        "reviewer": factories.make_reviewer(),
        "staff": factories.make_staff(),
        "superuser": factories.make_superuser(),
    }


def with_internal_parts(roadmap, **fields):
    initiative = factories.make_initiative(roadmap, support_needed="A sponsor is needed", **fields)
    Risk.objects.create(initiative=initiative, text="Too few people")
    BudgetLine.objects.create(initiative=initiative, label="Line", amount="350000.00")
    return initiative


def status(client, user, url, method="get"):
    client.logout()
    if user is not None:
        client.force_login(user)
    return getattr(client, method)(url).status_code


@pytest.mark.parametrize("who", ["officer A", "mentor", "staff", "superuser"])
def test_insiders_read_what_is_internal(client, city, people, who):
    initiative = with_internal_parts(factories.make_roadmap(city))
    client.force_login(people[who])
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert all(words in page for words in INTERNAL)


@pytest.mark.parametrize("who", ["anonymous", "officer B", "reviewer"])
def test_everybody_else_reads_none_of_it(client, city, people, who):
    initiative = with_internal_parts(factories.make_roadmap(city))
    if people[who]:
        client.force_login(people[who])
    answer = client.get(initiative.get_absolute_url())
    assert answer.status_code == 200
    assert not any(words in answer.content.decode() for words in INTERNAL)


@pytest.mark.parametrize(
    "who", ["anonymous", "officer A", "officer B", "mentor", "staff", "superuser"]
)
def test_the_api_tells_nobody_what_is_internal(client, city, people, who):
    initiative = with_internal_parts(factories.make_roadmap(city))
    if people[who]:
        client.force_login(people[who])
    url = reverse("initiative-detail", args=[initiative.slug])
    answer = client.get(url, headers={"accept": "application/json"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["slug"] == initiative.slug
    assert not {"risks", "budget_lines", "support_needed"} & set(told)
    assert not any(words in answer.content.decode() for words in [*INTERNAL, "350000"])


@pytest.mark.parametrize(
    ("who", "expected"),
    [("anonymous", 404), ("officer A", 200), ("officer B", 404), ("mentor", 200),
     ("reviewer", 404), ("staff", 200), ("superuser", 200)],
)  # fmt: skip
def test_a_draft_roadmap_and_its_initiatives_exist_for_insiders_alone(
    client, city, people, who, expected
):
    roadmap = factories.make_roadmap(city, published=False)
    initiative = factories.make_initiative(roadmap)
    kpi = factories.make_kpi(initiative)
    for url in (
        roadmap.get_absolute_url(),
        initiative.get_absolute_url(),
        reverse("initiatives:kpi-detail", args=[initiative.slug, kpi.pk]),
        reverse("initiative-detail", args=[initiative.slug]),
    ):
        assert status(client, people[who], url) == expected
    listed = client.get(reverse("initiatives:initiative-list")).content.decode()
    assert (initiative.name in listed) == (expected == 200)


@pytest.mark.parametrize(
    ("who", "expected"),
    [("anonymous", 302), ("officer A", 200), ("officer B", 403), ("mentor", 403),
     ("reviewer", 403), ("staff", 403), ("superuser", 200)],
)  # fmt: skip
def test_only_the_team_writes(client, city, people, who, expected):
    roadmap = factories.make_roadmap(city)
    initiative = factories.make_initiative(roadmap)
    milestone, kpi = factories.make_milestone(initiative), factories.make_kpi(initiative)
    slug = initiative.slug
    for name, args in (
        ("initiative-edit", [slug]),
        ("milestone-add", [slug]),
        ("milestone-edit", [slug, milestone.pk]),
        ("milestone-delete", [slug, milestone.pk]),
        ("kpi-add", [slug]),
        ("kpi-edit", [slug, kpi.pk]),
        ("target-add", [slug, kpi.pk]),
        ("measurement-add", [slug, kpi.pk]),
        ("section-write", [roadmap.pk, "vision"]),
    ):
        assert status(client, people[who], reverse(f"initiatives:{name}", args=args)) == expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [("anonymous", 302), ("officer A", 200), ("officer B", 404), ("mentor", 200),
     ("reviewer", 404), ("staff", 200), ("superuser", 200)],
)  # fmt: skip
def test_a_citys_own_page_is_for_its_team_its_experts_and_staff(
    client, city, people, who, expected
):
    assert status(client, people[who], reverse("initiatives:my-city", args=["a"])) == expected


def test_somebody_who_may_only_read_along_in_the_team_writes_nothing(client, city):
    roadmap = factories.make_roadmap(city)
    initiative = factories.make_initiative(roadmap, is_public=False)
    reader = factories.make_officer(city, {"may_edit": False, "may_submit": False})
    assert status(client, reader, initiative.get_absolute_url()) == 200
    edit = reverse("initiatives:initiative-edit", args=[initiative.slug])
    assert status(client, reader, edit) == 403


def test_publishing_needs_the_right_to_submit(client, city):
    initiative = factories.make_initiative(factories.make_roadmap(city), is_public=False)
    url = reverse("initiatives:initiative-publish", args=[initiative.slug])
    assert status(client, factories.make_officer(city, {"may_submit": False}), url, "post") == 403
    client.force_login(factories.make_officer(city))
    client.post(url, {"public": "1"})
    assert Initiative.objects.visible_to(AnonymousUser()).filter(pk=initiative.pk).exists()


def test_who_signs_in_after_pressing_a_button_comes_to_the_page_with_the_button(client, city):
    initiative = factories.make_initiative(factories.make_roadmap(city))
    user = factories.make_officer(city)
    for name, row in (
        ("initiative-publish", initiative.slug),
        ("roadmap-publish", initiative.roadmap.pk),
    ):
        client.logout()
        url = reverse(f"initiatives:{name}", args=[row])
        assert url in unquote(client.post(url, {"public": "1"})["Location"])
        client.force_login(user)
        shown = initiative if name.startswith("initiative") else initiative.roadmap
        assert client.get(url).url == shown.get_absolute_url()


def test_a_consortiums_roadmap_is_written_by_its_members_until_they_leave():
    consortium = Consortium.objects.create(slug="c", name="Consortium")
    member, former, leaving = (factories.make_city() for _each in range(3))
    ConsortiumMember.objects.create(consortium=consortium, city=member)
    last_day = ConsortiumMember.objects.create(
        consortium=consortium, city=leaving, left_on=timezone.localdate()
    )
    ConsortiumMember.objects.create(
        consortium=consortium, city=former, joined_on="2020-01-01", left_on="2020-06-01"
    )
    participation = factories.make_participation(consortium=consortium)
    roadmap = factories.make_roadmap(participation=participation)
    assert permissions.may_edit(factories.make_officer(member), roadmap)
    assert not permissions.may_edit(factories.make_officer(former), roadmap)
    for city, known in ((member, True), (leaving, True), (former, False)):
        for person in (factories.make_officer(city), factories.make_mentor(city)):
            assert permissions.may_read_inside(person, roadmap) is known
    officer = factories.make_officer(leaving)
    assert permissions.may_edit(officer, roadmap)
    assert list(Roadmap.objects.acted_for_by(officer)) == [roadmap]
    last_day.left_on -= timedelta(days=1)
    last_day.save()
    assert not permissions.may_edit(officer, roadmap)
    assert not Roadmap.objects.acted_for_by(officer).exists()


def test_an_ended_membership_ends_every_right(client, city):
    officer = factories.make_officer(city)
    roadmap = factories.make_roadmap(city, published=False)
    officer.memberships.update(until="2020-02-01")
    assert not permissions.may_edit(officer, roadmap)
    assert not permissions.may_read_inside(officer, roadmap)
    assert status(client, officer, roadmap.get_absolute_url()) == 404
    assert not Roadmap.objects.visible_to(officer).exists()


def test_a_dependency_on_a_hidden_initiative_does_not_name_it(client, city):
    hidden = factories.make_initiative(
        factories.make_roadmap(published=False), name="The secret tram"
    )
    initiative = factories.make_initiative(factories.make_roadmap(city))
    Dependency.objects.create(initiative=initiative, kind="initiative", on_initiative=hidden)
    page = client.get(initiative.get_absolute_url()).content.decode()
    assert "The secret tram" not in page
    assert "An initiative that is not public" in page
