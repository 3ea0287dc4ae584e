"""Staff screens: the review queue, steps for several at once, and what nobody may change."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace.models import ConflictOfInterest, Entry, Review, RevisionState
from tests.factories import (
    make_attachment,
    make_entry,
    make_figure,
    make_officer,
    make_review,
    make_reviewer,
    make_revision,
    make_staff,
    make_theme,
)

pytestmark = pytest.mark.django_db
QUEUE = "/admin/marketplace/revision/"


@pytest.fixture
def staff(client):
    person = make_staff()
    client.force_login(person)
    return person


def act(client, action, *revisions):
    data = {"action": action, "_selected_action": [each.pk for each in revisions]}
    return client.post(QUEUE, data, follow=True)


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_queue_shows_what_is_under_review_with_age_reviewer_and_due_date(client, staff):
    a_week_ago = timezone.now() - timedelta(days=7)
    revision = make_entry(
        state="in_review", title="Smart bins", submitted_at=a_week_ago
    ).revisions.get()
    review = make_review(revision)
    make_entry(title="Public already")
    page = client.get(QUEUE).content.decode()
    for shown in ("Smart bins", "5 working days", review.reviewer.name):
        assert shown in page
    assert "Public already" not in page
    assert "Public already" in client.get(QUEUE, {"state": "all"}).content.decode()
    assert "Smart bins" not in client.get(QUEUE, {"state": "waiting"}).content.decode()
    by_reviewer = {"reviewer": review.reviewer_id}
    assert "Smart bins" in client.get(QUEUE, by_reviewer).content.decode()


@pytest.mark.parametrize("state", ["in_review", "checked"])
def test_lists_take_as_many_queries_for_thirty_rows_as_for_three(
    client, staff, state, django_assert_max_num_queries
):
    theme = make_theme()
    lists = [QUEUE, "/admin/marketplace/entry/", "/admin/marketplace/review/"]
    taken = []
    reviewer = make_reviewer()
    for number in (3, 27):
        for _each in range(number):
            entry = make_entry(state=state, themes=[theme])
            make_review(entry.revisions.get(), reviewer)
        for address in lists:
            with django_assert_max_num_queries(30) as queries:
                assert client.get(address).status_code == 200
            taken.append(len(queries))
    assert taken[:3] == taken[3:]


def test_every_page_of_the_marketplace_opens(client, staff):
    review = make_review(make_entry(state="in_review").revisions.get())
    pages = [
        reverse("admin:marketplace_revision_change", args=[review.revision_id]),
        reverse("admin:marketplace_entry_change", args=[review.revision.entry_id]),
        reverse("admin:marketplace_review_change", args=[review.pk]),
        reverse("admin:marketplace_entry_add"),
        reverse("admin:cities_goal_changelist"),
        reverse("admin:cities_goal_add"),
        *(
            reverse(f"admin:marketplace_{model}_{page}")
            for model in ("rubric", "technology", "conflictofinterest")
            for page in ("changelist", "add")
        ),
    ]
    for page in pages:
        assert client.get(page).status_code == 200, page


def test_a_reviewer_is_asked_for_several_at_once_and_each_refusal_is_named(client, staff):
    reviewer = make_reviewer()
    free = make_entry(state="checked").revisions.get()
    bound = make_entry(state="checked").revisions.get()
    done = make_entry(state="published").revisions.get()
    ConflictOfInterest.objects.create(user=reviewer, city=bound.entry.city)
    page = act(client, "ask_a_reviewer", free, bound)
    address = page.redirect_chain[-1][0]
    assert f"conflict of interest with {bound.entry.city}" in page.content.decode()

    answer = client.post(f"{address},{done.pk}", {"reviewer": reviewer.pk}, follow=True)
    assert Review.objects.get().revision == free
    said = messages_of(answer)
    assert "Done for 1 revision." in said
    assert any(str(bound) in words and "conflict of interest" in words for words in said)
    assert any(str(done) in words and "moved on" in words for words in said)


def test_whoever_is_free_is_asked(client, staff):
    reviewer = make_reviewer()
    revision = make_entry(state="checked").revisions.get()
    act(client, "ask_anybody_free", revision)
    assert Review.objects.get().reviewer == reviewer
    again = act(client, "ask_anybody_free", revision)
    assert "with its reviewers already" in " ".join(messages_of(again))
    other = make_entry(state="checked", author=reviewer).revisions.get()
    assert "Nobody is free" in " ".join(messages_of(act(client, "ask_anybody_free", other)))


def test_approving_several_asks_first_and_leaves_out_what_cannot_be(client, staff):
    ready = make_entry(state="in_review").revisions.get()
    own = make_entry(state="in_review").revisions.get()
    membership = make_officer(own.entry.city).memberships.get()
    membership.user = staff
    membership.save()
    page = act(client, "approve", ready, own)
    ready.refresh_from_db()
    assert ready.state == RevisionState.IN_REVIEW
    address = page.redirect_chain[-1][0]
    for typed in ("", "3"):
        again = client.post(address, {"note": "Well done.", "typed": typed})
        assert "Well done." in again.content.decode()
        ready.refresh_from_db()
        assert ready.state == RevisionState.IN_REVIEW
    answer = client.post(address, {"note": "Well done.", "typed": "2"}, follow=True)
    ready.refresh_from_db()
    own.refresh_from_db()
    assert (ready.state, own.state) == (RevisionState.APPROVED, RevisionState.IN_REVIEW)
    assert ready.events.get().note == "Well done."
    assert any(str(own) in words for words in messages_of(answer))


def test_words_that_were_submitted_and_states_cannot_be_changed_here(client, staff):
    revision = make_entry(state="in_review", title="As submitted").revisions.get()
    address = reverse("admin:marketplace_revision_change", args=[revision.pk])
    assert client.post(address, {"title": "Otherwise", "state": "published"}).status_code == 403
    revision.refresh_from_db()
    assert (revision.title, revision.state) == ("As submitted", RevisionState.IN_REVIEW)
    assert client.post(f"{QUEUE}{revision.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_reviewers_words_are_the_reviewers_and_the_due_date_is_staffs(client, staff):
    review = make_review(make_entry(state="in_review").revisions.get(), to_city="Mine.")
    address = reverse("admin:marketplace_review_change", args=[review.pk])
    data = {"due_on": "2031-05-06", "to_city": "Yours."}
    scores = {"scores-TOTAL_FORMS": 0, "scores-INITIAL_FORMS": 0}
    assert client.post(address, {**data, **scores}).status_code == 302
    review.refresh_from_db()
    assert (f"{review.due_on}", review.to_city) == ("2031-05-06", "Mine.")


def test_reviewers_and_officers_have_no_staff_screens(client):
    for person in (make_reviewer(), make_officer(make_entry().city)):
        client.force_login(person)
        assert client.get(QUEUE).status_code == 302


def test_a_draft_without_a_city_is_not_overwritten_by_a_stale_page(client, staff):
    entry = Entry.objects.create(kind="solution", slug="ministry", owner_note="A ministry")
    revision = make_revision(entry, title="Old")
    url = reverse("admin:marketplace_revision_change", args=[revision.pk])
    page = client.get(url)
    assert page.content.decode().count('name="version"') == 1
    form = page.context["adminform"].form
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    for prefix in ("figures", "attachments", "reviews", "checks", "events"):
        sent |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    first = client.post(url, sent | {"title": "By a colleague"})
    assert first.status_code == 302, first.context["adminform"].form.errors

    refused = client.post(url, sent | {"title": "By me"})

    assert [each.name for each in refused.context["adminform"].form.conflicts] == ["title"]
    assert 'name="keep-title"' in refused.content.decode()
    revision.refresh_from_db()
    assert revision.title == "By a colleague"


def test_staff_see_figures_and_files_of_a_revision_and_are_led_to_them(client, staff):
    revision = make_entry(state="in_review").revisions.get()
    make_figure(revision, "121", label="Registered users")
    picture = make_attachment(revision)

    page = client.get(reverse("admin:marketplace_revision_change", args=[revision.pk]))

    assert "Registered users" in page.content.decode()
    assert f'href="{picture.get_absolute_url()}"' in page.content.decode()


# ── somebody else is asked ───────────────────────────────────────────────────────────────────────
REVIEWS = "/admin/marketplace/review/"


def act_on_reviews(client, action, *reviews):
    data = {"action": action, "_selected_action": [each.pk for each in reviews]}
    return client.post(REVIEWS, data, follow=True)


def test_staff_choose_who_is_asked_instead_and_say_why(client, staff):
    late = make_review(make_entry(state="in_review").revisions.get())
    given = make_review(make_entry(state="published").revisions.get(), state="ended")
    other = make_reviewer()
    page = act_on_reviews(client, "ask_somebody_else", late, given)
    address = page.redirect_chain[-1][0]
    assert late.reviewer.name in page.content.decode()
    assert "asked already" in page.content.decode()

    answer = client.post(address, {"reviewer": other.pk, "private_note": "Is ill."}, follow=True)
    late.refresh_from_db()
    assert late.state == "ended"
    assert Review.objects.open().get().reviewer == other
    event = late.revision.events.get()
    assert (event.action, event.actor, event.private_note) == ("reassign", staff, "Is ill.")
    said = messages_of(answer)
    assert f"Asked instead: {other}." in said
    assert any(str(given.revision) in words and "closed" in words for words in said)


def test_whoever_suits_best_is_asked_instead_of_several_at_once(client, staff):
    reviews = [make_review(make_entry(state="in_review").revisions.get()) for _each in range(2)]
    for review in reviews:
        ConflictOfInterest.objects.create(user=review.reviewer, city=make_entry().city)
    act_on_reviews(client, "ask_whoever_suits", *reviews)
    for review in reviews:
        review.refresh_from_db()
        assert review.state == "ended"
        assert review.revision.reviews.exclude(pk=review.pk).get().state == "asked"
    # Nobody is left to be asked a third time.
    left = Review.objects.open().filter(revision=reviews[0].revision)
    said = messages_of(act_on_reviews(client, "ask_whoever_suits", *left))
    assert any("Nobody is free for it" in words for words in said)


def test_what_was_given_back_and_nobody_took_over_is_a_filter(client, staff):
    alone = make_review(make_entry(state="in_review", title="Alone").revisions.get())
    taken = make_review(make_entry(state="in_review", title="Taken over").revisions.get())
    Review.objects.filter(pk__in=[alone.pk, taken.pk]).update(state="declined")
    make_review(taken.revision)
    page = client.get(REVIEWS, {"late": "back"}).content.decode()
    assert "Alone" in page
    assert "Taken over" not in page
    instead = reverse("admin:marketplace_review_instead")
    change = client.get(reverse("admin:marketplace_review_change", args=[alone.pk]))
    assert f"{instead}?ids={alone.pk}" in change.content.decode()
    client.post(f"{instead}?ids={alone.pk}", {"reviewer": make_reviewer().pk})
    assert alone.revision.reviews.exclude(pk=alone.pk).get().state == "asked"


def test_reviews_of_ones_own_city_are_not_on_the_page(client, staff):
    review = make_review(make_entry(state="in_review", title="Our own").revisions.get())
    ConflictOfInterest.objects.create(user=staff, city=review.revision.entry.city)
    address = f"{reverse('admin:marketplace_review_instead')}?ids={review.pk}"
    assert "Our own" not in client.get(address).content.decode()
    client.post(address, {"reviewer": make_reviewer().pk})
    assert Review.objects.get().state == "asked"


def test_what_is_of_one_theme_is_narrowed_and_shared_out_at_once(client, staff):
    reviewer = make_reviewer()
    theme, other = make_theme(slug="mobility"), make_theme(slug="energy")
    of_it = [make_entry(state="checked", themes=[theme]).revisions.get() for _each in range(2)]
    beside = make_entry(state="checked", themes=[other]).revisions.get()
    narrowed = f"{QUEUE}?themes__id__exact={theme.pk}"
    assert set(client.get(narrowed).context["cl"].result_list) == set(of_it)

    # All of the list, as it is narrowed, is ticked at once.
    data = {"action": "ask_anybody_free", "select_across": "1", "_selected_action": of_it[0].pk}
    client.post(narrowed, data, follow=True)
    assert {each.revision for each in Review.objects.filter(reviewer=reviewer)} == set(of_it)
    assert not beside.reviews.exists()


def test_staff_approve_with_an_embargo_and_lift_it(client, staff, drain):
    revision = make_entry(state="in_review").revisions.get()
    address = act(client, "approve", revision).redirect_chain[-1][0]
    # What is typed is meant where the person is.
    where = ZoneInfo(staff.time_zone)
    until = (timezone.now() + timedelta(days=7)).astimezone(where).replace(second=0, microsecond=0)
    refused = client.post(address, {"note": "Well done.", "embargo_until": "next week"})
    assert "Well done." in refused.content.decode()
    client.post(address, {"note": "Well done.", "embargo_until": f"{until:%Y-%m-%dT%H:%M}"})
    drain()
    revision.refresh_from_db()
    assert (revision.state, revision.embargo_until) == (RevisionState.APPROVED, until)
    assert client.get(f"{QUEUE}?state=embargo").context["cl"].result_count == 1

    act(client, "lift", revision)
    drain()
    revision.refresh_from_db()
    assert (revision.state, revision.embargo_until) == (RevisionState.PUBLISHED, None)
