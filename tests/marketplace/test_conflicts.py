"""Who may not judge whom: at assignment, while reading, and when the review is saved."""

from datetime import date, timedelta
from itertools import cycle

import pytest
from django.utils import timezone

from cities.models import City, Consortium, ConsortiumMember, Mail, User
from icc_portal.templatetags.dashboard import dashboard
from marketplace import notifications
from marketplace.models import (
    ChangeWish,
    ConflictOfInterest,
    Entry,
    Review,
    ReviewerProfile,
    ReviewState,
    Revision,
)
from marketplace.models.conflicts import cities_in_conflict, people_in_conflict
from marketplace.periodic import remind_reviewers
from marketplace.services import Refused, assign, choose_reviewer, write_review
from tests.factories import (
    make_city,
    make_entry,
    make_process,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
    make_superuser,
    make_user,
)
from tests.marketplace.ways_into_conflict import (
    WAYS,
    acting_for,
    acts_for_a_partner,
    acts_for_it,
    acts_for_its_tandem,
    declared_it,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    return make_reviewer()


@pytest.fixture
def revision():
    return make_entry(state="in_review").revisions.get()


@pytest.mark.parametrize("way", WAYS)
def test_nobody_is_asked_to_judge_a_city_they_are_in_conflict_with(way, reviewer, revision):
    way(reviewer, revision.entry.city)
    assert choose_reviewer(revision) is None
    with pytest.raises(Refused, match="conflict of interest"):
        assign(revision, reviewer)
    assert not Review.objects.exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_conflict_that_came_later_closes_the_review_and_refuses_what_is_saved(
    way, reviewer, revision
):
    review = make_review(revision, reviewer)
    assert Review.objects.visible_to(reviewer).get() == review
    way(reviewer, revision.entry.city)
    assert not Review.objects.visible_to(reviewer).exists()
    with pytest.raises(Refused, match="conflict of interest"):
        write_review(review, version=1, scores={}, to_city="Splendid.", private_note="")
    review.refresh_from_db()
    assert review.to_city == ""


@pytest.mark.parametrize("way", [way for way in WAYS if way is not acts_for_it])
def test_a_conflict_takes_the_unpublished_revision_from_the_reviewers_eyes(way, reviewer, revision):
    make_review(revision, reviewer)
    assert revision in Revision.objects.visible_to(reviewer)
    way(reviewer, revision.entry.city)
    assert revision not in Revision.objects.visible_to(reviewer)
    assert revision.entry not in Entry.objects.visible_to(reviewer)


@pytest.mark.parametrize("way", WAYS)
def test_staff_in_conflict_read_no_review_of_that_city(way, revision):
    staff = make_staff()
    make_review(revision)
    way(staff, revision.entry.city)
    assert not Review.objects.visible_to(staff).exists()


def test_conflicts_are_the_same_from_both_sides():
    cities = [make_city() for _each in range(4)]
    people = [make_user() for _each in range(len(WAYS) + 1)]
    for way, user, city in zip(WAYS, people, cycle(cities), strict=False):
        way(user, city)
    for user in people:
        for city in City.objects.all():
            of_user = cities_in_conflict(user).filter(pk=city.pk).exists()
            of_city = people_in_conflict(city).filter(pk=user.pk).exists()
            assert of_user == of_city, (user, city)
    assert [cities_in_conflict(user).count() for user in people] == [2, 2, 1, 2, 2, 1, 0]


# ── the same country, where the process says so ──────────────────────────────────────────────────
def from_its_country(user, city):
    ReviewerProfile.objects.create(user=user, country=city.country)


def acts_for_a_city_of_its_country(user, city):
    acting_for(user, make_city(country=city.country))


@pytest.mark.parametrize("way", [from_its_country, acts_for_a_city_of_its_country])
def test_the_same_country_is_a_conflict_only_where_the_process_says_so(way, reviewer, revision):
    way(reviewer, revision.entry.city)
    assert choose_reviewer(revision) == reviewer
    revision.process = make_process(same_country_conflict=True)
    revision.save()
    assert choose_reviewer(revision) is None
    with pytest.raises(Refused, match="conflict of interest"):
        assign(revision, reviewer)
    make_review(revision, reviewer)
    assert not Review.objects.visible_to(reviewer).exists()
    assert revision not in Revision.objects.visible_to(reviewer)
    assert revision.entry not in Entry.objects.visible_to(reviewer)


def test_people_without_a_country_and_entries_without_a_city_are_in_no_conflict(reviewer):
    process = make_process(same_country_conflict=True)
    abroad = make_entry(make_city(country="GR"), state="in_review", process=process)
    shared = make_entry(state="in_review", process=process)
    Entry.objects.filter(pk=shared.pk).update(city=None)
    ReviewerProfile.objects.create(user=reviewer)
    staff = make_staff()
    for entry in (abroad, Entry.objects.get(pk=shared.pk)):
        revision = entry.revisions.get()
        review = make_review(revision, reviewer)
        assert review in Review.objects.visible_to(reviewer)
        assert review in Review.objects.visible_to(staff)
        assert revision in Revision.objects.visible_to(reviewer)
        assert revision in Revision.objects.visible_to(staff)
        assert entry in Entry.objects.visible_to(staff)


# ── staff too ────────────────────────────────────────────────────────────────────────────────────
def waiting_on_the_first_page(client):
    """What the first page of the staff screens counts of reviews."""
    request = client.get("/admin/").wsgi_request
    shown = dashboard({"request": request})["items"]
    return [(each.label, each.number) for each in shown if "review" in each.label]


@pytest.mark.parametrize("make_person", [make_staff, make_superuser])
@pytest.mark.parametrize("way", [acts_for_a_partner, declared_it, acts_for_its_tandem])
def test_staff_in_conflict_find_neither_submission_nor_numbers_anywhere(
    client, way, make_person, revision
):
    person = make_person()
    make_review(revision, due_on=timezone.localdate() - timedelta(days=1))
    revision.title = "canary-title"
    revision.due_on = timezone.localdate() - timedelta(days=1)
    revision.save()
    client.force_login(person)
    places = [
        "/desk/",
        "/review/",
        "/review/?scope=all",
        "/admin/marketplace/revision/",
        "/admin/marketplace/revision/?state=late",
        "/admin/marketplace/review/",
        "/admin/marketplace/entry/?stands=new",
    ]
    before = [client.get(place).content.decode() for place in places]
    assert all("canary-title" in before[number] for number in (2, 3, 4, 5))
    assert waiting_on_the_first_page(client) == [("in review", 1), ("review is late", 1)]
    way(person, revision.entry.city)
    for place in places:
        page = client.get(place).content.decode()
        assert "canary-title" not in page, place
        assert revision.entry.slug not in page, place
    queue = client.get("/review/?scope=all").context["counts"]
    assert set(queue.values()) == {0}
    assert waiting_on_the_first_page(client) == []
    for page in ("revision", "entry"):
        row = revision if page == "revision" else revision.entry
        assert client.get(f"/admin/marketplace/{page}/{row.pk}/change/").status_code == 302


def test_staff_in_conflict_read_no_load_that_counts_the_submission(client, revision, reviewer):
    staff, other = make_staff(), make_entry(state="checked").revisions.get()
    make_review(revision, reviewer)
    client.force_login(staff)
    page = f"/admin/marketplace/revision/ask/?ids={other.pk}"

    def shown():
        field = client.get(page).context["form"].fields["reviewer"]
        return [field.label_from_instance(person) for person in field.queryset]

    assert shown() == [f"{reviewer}, 1 open review"]
    declared_it(staff, revision.entry.city)
    assert shown() == [f"{reviewer}, 0 open reviews"]


def test_staff_do_not_learn_who_reviews_what_their_own_city_submitted(client, revision, reviewer):
    staff = make_staff()
    make_review(revision, reviewer)
    client.force_login(staff)
    rows = f"/admin/marketplace/revision/?reviewer={reviewer.pk}"
    assert client.get(rows).context["cl"].result_count == 1
    acts_for_it(staff, revision.entry.city)
    assert client.get(rows).context["cl"].result_count == 0


def test_what_ended_is_no_conflict():
    user, city, partner = make_user(), make_city(), make_city()
    yesterday = timezone.localdate() - timedelta(days=1)
    acts_for_it(user, city)
    user.memberships.update(until=yesterday)
    assert not cities_in_conflict(user).exists()

    acting_for(user, partner)
    both = Consortium.objects.create(slug="both", name="Both")
    for member in (city, partner):
        ConsortiumMember.objects.create(
            consortium=both, city=member, joined_on=date(2020, 1, 1), left_on=yesterday
        )
    assert list(cities_in_conflict(user)) == [partner]


def test_the_earlier_reviewer_of_an_entry_is_asked_before_those_with_less_to_do(revision):
    idle, busy, earlier = make_reviewer(), make_reviewer(), make_reviewer()
    make_review(make_entry(state="in_review").revisions.get(), busy)
    assert choose_reviewer(revision) == idle
    before = make_revision(revision.entry, state="changes_requested")
    make_review(before, earlier, state=ReviewState.GIVEN, given_at=timezone.now())
    make_review(make_entry(state="in_review").revisions.get(), earlier)
    assert choose_reviewer(revision) == earlier


def test_nobody_is_asked_twice_for_a_revision_nor_for_what_they_wrote(reviewer, revision):
    make_review(revision, state=ReviewState.DECLINED)
    revision.author = reviewer
    revision.save()
    assert choose_reviewer(revision) is None
    with pytest.raises(Refused, match="wrote this"):
        assign(revision, reviewer)
    with pytest.raises(Refused, match="asked already"):
        assign(revision, revision.reviews.get().reviewer)


def test_only_reviewers_are_asked(revision):
    left = make_reviewer(is_active=False)
    assert choose_reviewer(revision) is None
    for person in (left, make_user(), make_staff()):
        with pytest.raises(Refused, match="not a reviewer"):
            assign(revision, User.objects.get(pk=person.pk))


def test_who_comes_into_conflict_later_hears_no_more_of_it_and_somebody_else_is_asked(drain):
    revision = make_entry(state="in_review").revisions.get()
    review = make_review(revision, due_on=timezone.localdate() + timedelta(days=1))
    Review.objects.update(asked_at=timezone.now() - timedelta(days=9))
    other = make_reviewer()
    wish = ChangeWish(revision=revision, words="We found a wrong figure.")
    ConflictOfInterest.objects.create(user=review.reviewer, city=revision.entry.city)
    wish.save()
    notifications.tell_of_wish(wish)
    remind_reviewers()
    drain()
    assert not Mail.objects.filter(recipient=review.reviewer).exists()
    review.refresh_from_db()
    assert review.state == ReviewState.DECLINED
    assert Review.objects.open().get().reviewer == other
