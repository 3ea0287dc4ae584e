"""Thematic action groups: what cities rank, share and promise, and who sees it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from events.models import CityRanking, NextStep, Outcome
from events.services import rankings
from tests.factories import (
    day_of,
    make_city,
    make_event,
    make_group,
    make_officer,
    make_session,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def group():
    """A group of two cities with four priorities."""
    made = make_group("Corfu", "Cork", slug="circular", name="Circular")
    for at, title in enumerate(["Models", "Money", "Tenders", "Skills"]):
        made.priorities.create(title=title, position=at)
    return made


def rank(group, city, *titles):
    keys = {one.title: one.pk for one in group.priorities.all()}
    ranks = {keys[title]: at for at, title in enumerate(titles, start=1)}
    rankings.set_ranking(group, city, ranks, by=make_user())


def city_of(group, name):
    return group.members.get(city__name=name, user=None).city


def officer(group, name="Corfu"):
    return make_officer(city_of(group, name))


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


# ── the ranking ─────────────────────────────────────────────────────────────────────────────────
def test_points_are_those_of_the_modified_borda_count(group):
    rank(group, city_of(group, "Corfu"), "Money", "Models", "Tenders", "Skills")
    rank(group, city_of(group, "Cork"), "Tenders", "Money")

    order, own = rankings.combined(group, group.priorities.all())

    told = [(one.place, one.priority.title, one.points, one.firsts) for one in order]
    # 4 + 1 for money, 2 + 2 for tenders, 3 for models; who ranks two gives two points at most.
    assert told == [
        (1, "Money", 5, 1), (2, "Tenders", 4, 1), (3, "Models", 3, 0), (4, "Skills", 1, 0),
    ]  # fmt: skip
    assert len(own) == 2


def test_equal_points_share_a_place_and_a_priority_taken_away_leaves_no_gap(group):
    rank(group, city_of(group, "Corfu"), "Money", "Models", "Tenders")
    group.priorities.get(title="Money").delete()

    order, _own = rankings.combined(group, group.priorities.all())

    assert [(one.place, one.priority.title, one.points) for one in order] == [
        (1, "Models", 2), (2, "Tenders", 1), (3, "Skills", 0),
    ]  # fmt: skip
    rank(group, city_of(group, "Cork"), "Tenders", "Models")
    order, _own = rankings.combined(group, group.priorities.all())
    assert [one.place for one in order] == [1, 1, 3]


def test_an_officer_ranks_and_the_group_sees_how_each_city_did(group, client):
    client.force_login(officer(group))
    url = f"/events/groups/circular/ranking/{city_of(group, 'Corfu').slug}/"
    keys = {one.title: f"priority_{one.pk}" for one in group.priorities.all()}

    page(client, url)
    unseen = {f"initial-{name}": "" for name in keys.values()}
    answer = client.post(url, {**unseen, keys["Skills"]: "1", keys["Money"]: "3"})

    assert answer.status_code == 302
    work = page(client, group.work_url())
    assert "Ranking by 1 city" in work
    assert "Peter Emerson" in work
    places = CityRanking.objects.get().places.values_list("rank", "priority__title")
    assert list(places) == [(1, "Skills"), (2, "Money")]


def test_a_rank_is_given_once_and_what_was_chosen_stays(group, client):
    client.force_login(officer(group))
    url = f"/events/groups/circular/ranking/{city_of(group, 'Corfu').slug}/"
    first, second = (f"priority_{one.pk}" for one in group.priorities.all()[:2])

    unseen = {f"initial-{name}": "" for name in (first, second)}
    html = client.post(url, {**unseen, first: "2", second: "2"}).content.decode()

    assert "has rank 2 already: give each rank once" in html
    assert html.count('<option value="2" selected>') >= 2
    assert not CityRanking.objects.exists()


def test_a_rank_that_two_colleagues_changed_is_asked_about(group, client):
    city = city_of(group, "Corfu")
    client.force_login(make_officer(city))
    url = f"/events/groups/circular/ranking/{city.slug}/"
    name = f"priority_{group.priorities.get(title='Money').pk}"
    rank(group, city, "Money")

    # Seen before the colleague saved: no rank.
    html = client.post(url, {name: "3", f"initial-{name}": ""}).content.decode()

    assert "Somebody else saved this page" in html
    assert rankings.ranks_of(group, city) == {group.priorities.get(title="Money").pk: 1}


def test_mentor_cities_other_cities_and_strangers_do_not_rank(group, client):
    porto, other = make_city(name="Porto"), make_city(name="Elsewhere")
    group.members.create(city=porto, role="mentor")
    client.force_login(make_officer(porto))
    assert client.get(f"/events/groups/circular/ranking/{porto.slug}/").status_code == 403
    assert client.get(f"/events/groups/circular/ranking/{other.slug}/").status_code == 404
    client.force_login(make_officer(other))
    url = f"/events/groups/circular/ranking/{city_of(group, 'Corfu').slug}/"
    assert client.post(url, {}).status_code == 404


def test_the_database_keeps_each_rank_once(group):
    rank(group, city_of(group, "Corfu"), "Money")
    ranking = CityRanking.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ranking.places.create(priority=group.priorities.get(title="Skills"), rank=1)


# ── what is public, what is not ─────────────────────────────────────────────────────────────────
def test_the_public_page_shows_what_cities_chose_to_show(group, client):
    corfu = city_of(group, "Corfu")
    speaker = make_user(name="Ana Speaks")
    group.members.create(city=corfu, user=speaker)
    group.outcomes.create(kind="practice", city=corfu, title="Volunteers collect", is_public=True)
    group.outcomes.create(kind="practice", city=corfu, title="Not for all")
    group.outcomes.create(kind="need", city=corfu, title="Money for bins")
    group.outputs.create(title="A guide")
    group.outputs.create(title="A draft", is_public=False)
    group.steps.create(title="Write to all", city=corfu, due_on=TODAY)
    rank(group, corfu, "Skills")
    group.meetings.add(make_event(title="Between labs"), make_event(title="Secret", status="draft"))

    public = page(client, group.get_absolute_url())

    for words in ["Volunteers collect", "A guide", "Between labs", "Skills"]:
        assert words in public
    hidden = ["Not for all", "Money for bins", "A draft", "Write to all", "Secret", "Ana Speaks"]
    for words in [*hidden, "Points"]:
        assert words not in public
    group.ranking_is_public = True
    group.save()
    public = page(client, group.get_absolute_url())
    assert "Points" in public
    assert '<th scope="col" class="number">Corfu' not in public

    client.force_login(speaker)
    inside = page(client, group.work_url())
    for words in [*hidden, '<th scope="col" class="number">Corfu']:
        assert (words in inside) == (words != "Secret"), words


def test_the_inside_is_for_members_teams_of_member_cities_and_staff(group, client):
    url = group.work_url()
    assert client.get(url).status_code == 302
    coordinator = make_user()
    group.members.create(user=coordinator, role="coordinator")
    for person, status in [
        (make_user(), 404),
        (make_officer(make_city()), 404),
        (coordinator, 200),
        (officer(group), 200),
        (make_staff(), 200),
    ]:
        client.force_login(person)
        assert client.get(url).status_code == status


def test_the_pages_take_as_many_queries_whatever_a_group_holds(group, client):
    corfu, cork = city_of(group, "Corfu"), city_of(group, "Cork")

    def add(number):
        for at in range(number):
            for kind in ("practice", "need"):
                group.outcomes.create(kind=kind, city=corfu, title=f"{kind} {at}", is_public=True)
            group.steps.create(title="Step", city=cork, with_city=corfu, due_on=TODAY)
            group.outputs.create(title=f"Output {make_user().pk}").cities.add(corfu, cork)
            group.sub_groups.create(name=f"Part {make_user().pk}")
            group.members.create(city=make_city(), user=make_user())
            make_session(make_event(), group=group)
            group.meetings.add(make_event())

    def counted():
        found = []
        for url in (group.get_absolute_url(), group.work_url()):
            with CaptureQueriesContext(connection) as queries:
                page(client, url)
            found.append(len(queries))
        return found

    client.force_login(officer(group))
    rank(group, corfu, "Skills", "Money")
    add(1)
    few = counted()
    add(12)
    rank(group, cork, "Money")
    assert counted() == few


# ── practices, needs, next steps ────────────────────────────────────────────────────────────────
def test_an_officer_shares_a_practice_once_and_changes_it(group, client):
    corfu = city_of(group, "Corfu")
    client.force_login(make_officer(corfu))
    assert "Share it" in page(client, "/events/groups/circular/share/?kind=need")
    typed = {
        "kind": "need", "city": corfu.pk, "title": "Contracts", "text": "Signed ones",
        "key": "0c5a4a5e-4f4d-4a6c-9d5e-3c1f0f9f1d11",
    }  # fmt: skip
    for _twice in range(2):
        assert client.post("/events/groups/circular/share/", typed).status_code == 302
    one = Outcome.objects.get()
    assert (one.group, one.kind, one.is_public) == (group, "need", False)

    url = f"/events/outcomes/{one.pk}/"
    page(client, url)
    changed = {"kind": "need", "city": corfu.pk, "title": "Clauses", "version": 1}
    assert client.post(url, changed).status_code == 302
    one.refresh_from_db()
    assert (one.title, one.version) == ("Clauses", 2)
    # A page that was opened before: both changed the title.
    html = client.post(url, {**changed, "title": "Papers"}).content.decode()
    assert "Somebody else saved this page" in html
    assert "Papers" in html


def test_nobody_writes_for_a_city_that_is_not_theirs(group, client):
    corfu, cork = city_of(group, "Corfu"), city_of(group, "Cork")
    client.force_login(make_officer(corfu))
    typed = {"kind": "practice", "city": cork.pk, "title": "Theirs"}
    assert client.post("/events/groups/circular/share/", typed).status_code == 200
    step = {"title": "Theirs", "city": cork.pk, "due_on": "2090-01-01"}
    assert client.post("/events/groups/circular/steps/new/", step).status_code == 200
    assert not Outcome.objects.exists()
    assert not NextStep.objects.exists()

    other = group.outcomes.create(kind="practice", city=cork, title="Theirs")
    assert client.get(f"/events/outcomes/{other.pk}/").status_code == 403
    client.force_login(make_user())
    assert client.get(f"/events/outcomes/{other.pk}/").status_code == 404


def step_of(group, **fields):
    values = {"title": "Send it", "city": city_of(group, "Corfu"), "due_on": TODAY, **fields}
    return group.steps.create(**values)


def test_a_next_step_has_an_owner_and_a_day_and_is_said_to_be_done(group, client):
    person = officer(group)
    client.force_login(person)
    url = "/events/groups/circular/steps/new/"
    typed = {"title": "Send it", "city": city_of(group, "Corfu").pk, "owner": person.pk}
    assert "Fill this in" in client.post(url, typed).content.decode()
    past = client.post(url, {**typed, "due_on": "2020-01-01"}).content.decode()
    assert "This day is over" in past
    assert client.post(url, {**typed, "due_on": "2090-01-01"}).status_code == 302
    step = NextStep.objects.get()
    assert (step.owner, step.due_on, step.is_open) == (person, date(2090, 1, 1), True)

    done = {
        **typed, "due_on": "2090-01-01", "version": 1, "standing": "done",
        "initial-standing": "open", "result": "All have it.",
    }  # fmt: skip
    assert client.post(step.get_absolute_url(), done).status_code == 302
    step.refresh_from_db()
    assert (step.done_on, step.result) == (day_of(person), "All have it.")


def test_who_did_not_touch_how_it_stands_does_not_open_it_again(group, client):
    client.force_login(officer(group))
    step = step_of(group, done_on=TODAY, version=2)
    typed = {
        "title": "Send it", "city": step.city_id, "due_on": "2026-03-02", "version": 1,
        "standing": "open", "initial-standing": "open",
    }  # fmt: skip
    client.post(step.get_absolute_url(), typed)
    step.refresh_from_db()
    assert step.done_on == TODAY


def test_a_step_without_city_and_owner_is_refused_in_words(group, client):
    coordinator = make_user()
    group.members.create(user=coordinator, role="coordinator")
    client.force_login(coordinator)
    typed = {"title": "Send it", "due_on": "2090-01-01"}
    html = client.post("/events/groups/circular/steps/new/", typed).content.decode()
    assert "Say which city or who sees to it." in html
    assert 'value="Send it"' in html
    corfu = city_of(group, "Corfu").pk
    twice = client.post(
        "/events/groups/circular/steps/new/", {**typed, "city": corfu, "with_city": corfu}
    )
    assert "Name another city" in twice.content.decode()
    assert not NextStep.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        group.steps.create(title="Nobody's", due_on=TODAY)


def test_members_read_a_step_and_those_it_concerns_change_it(group, client):
    step = step_of(group, owner=make_user())
    client.force_login(officer(group, "Cork"))
    assert "How it stands" not in page(client, step.get_absolute_url())
    assert client.post(step.get_absolute_url(), {}).status_code == 403
    client.force_login(step.owner)
    assert "How it stands" in page(client, step.get_absolute_url())
    client.force_login(make_user())
    assert client.get(step.get_absolute_url()).status_code == 404


def test_the_desk_shows_what_is_due_to_its_owner_or_to_the_citys_team(group, client):
    person = officer(group)
    step_of(group, title="Mine by name", owner=person, due_on=TODAY - timedelta(days=400))
    step_of(group, title="My city's")
    step_of(group, title="A colleague's", owner=make_user())
    step_of(group, title="Done already", owner=person, done_on=TODAY)
    client.force_login(person)

    html = page(client, "/desk/")

    assert "Commitments and next steps" in html
    assert "Mine by name" in html
    assert "My city's" in html or "My city&#x27;s" in html
    assert "A colleague" not in html
    assert "Done already" not in html


def test_staff_set_a_group_up_in_the_admin(group, client):
    client.force_login(make_staff())
    rank(group, city_of(group, "Corfu"), "Money")
    step_of(group)
    html = page(client, f"/admin/events/thematicactiongroup/{group.pk}/change/")
    for words in ["Sub-groups", "Priorities of groups", "Joint outputs", "Meetings between labs"]:
        assert words.lower() in html.lower()
    for name in ("thematicactiongroup", "cityranking", "outcome", "nextstep", "subgroup"):
        page(client, f"/admin/events/{name}/")
    page(client, f"/admin/events/cityranking/{CityRanking.objects.get().pk}/change/")
