"""What staff with a conflict of interest read of a revision: on every page of theirs, nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from cities import effects
from cities.models import Effect, EffectState, Mail, MailState
from icc_portal.templatetags.dashboard import dashboard
from marketplace import moves
from marketplace.models import Remark, ReviewEvent
from tests.factories import (
    make_city,
    make_entry,
    make_review,
    make_reviewer,
    make_revision,
    make_superuser,
)
from tests.marketplace.ways_into_conflict import WAYS, acts_for_it, declared_it

pytestmark = pytest.mark.django_db

# What only those may read who review, or follow from inside.
OF_THE_REVIEW = {"canary-private", "Canary Reviewer", "canary-error"}
OF_WHAT_IS_WRITTEN = {
    "canary-running",
    "canary-author",
    "In review",
    "is open: In review",
    "canary-words",
}
# Not told of the first revision of an entry.
OF_A_LATER_ONE = {"canary-words", "is open: In review"}


def a_step(revision, reviewer, action, **fields):
    """A step of a reviewer from "in review", with private words."""
    ReviewEvent.objects.create(
        revision=revision,
        action=action,
        before="in_review",
        actor=reviewer,
        private_note="canary-private",
        at=timezone.now(),
        **fields,
    )


def a_story(entry, revision, reviewer):
    """A review that is under way, with all that is said in it, and work on it given up."""
    made = make_review(revision, reviewer)
    a_step(revision, reviewer, "consult", after="in_review")
    key = f"assign:{revision.pk}:1"
    effects.hand_over("marketplace.assign", key=key, revision=revision.pk)
    Effect.objects.filter(key=key).update(state=EffectState.DEAD, last_error="canary-error")
    return made


def decided(revision, reviewer):
    """Tell how the public revision was decided on, in words for its city and in private ones."""
    review = make_review(revision, reviewer, state="given", given_at=timezone.now())
    Remark.objects.create(review=review, field="problem", words="canary-words")
    a_step(revision, reviewer, "approve", after="approved", note="canary-words")


@pytest.fixture
def running():
    """A revision under review; its entry is public by an earlier one."""
    reviewer = make_reviewer(name="Canary Reviewer")
    entry = make_entry()
    decided(entry.live_revision, reviewer)
    author = make_reviewer(name="canary-author")
    revision = make_revision(entry, state="in_review", title="canary-running", author=author)
    a_story(entry, revision, reviewer)
    return revision


@pytest.fixture
def first():
    """A revision under review of an entry that was never public."""
    author = make_reviewer(name="canary-author")
    revision = make_entry(state="in_review", title="canary-running", author=author).revisions.get()
    a_story(revision.entry, revision, make_reviewer(name="Canary Reviewer"))
    return revision


def pages_about(revision):
    """Every page on which staff could read of a revision, its entry, or its review."""
    entry, other = revision.entry, make_entry()
    of_entry = f"?ids={entry.pk},{other.pk}"
    return [
        *("/desk/", "/review/?scope=all", "/admin/"),
        *(each.get_absolute_url() for each in entry.revisions.all()),
        *(
            reverse("admin:marketplace_revision_change", args=[each.pk])
            for each in entry.revisions.all()
        ),
        reverse("admin:marketplace_revision_changelist"),
        reverse("admin:marketplace_review_changelist"),
        reverse("admin:marketplace_entry_change", args=[entry.pk]),
        reverse("admin:marketplace_entry_changelist"),
        reverse("admin:marketplace_entry_merge") + of_entry,
        reverse("admin:marketplace_entry_hand_over") + of_entry,
        reverse("admin:cities_effect_changelist"),
        entry.get_absolute_url(),
    ]


def told_on(client, page, words):
    text = client.get(page, follow=True).content.decode()
    # Filters, beside the rows, name every reviewer and every state there is.
    text = text.partition('id="changelist-filter"')[0]
    return {word for word in words if word in text}


@pytest.mark.parametrize("which", ["running", "first"])
def test_staff_without_a_conflict_read_all_of_it(client, which, request):
    revision = request.getfixturevalue(which)
    client.force_login(make_superuser())
    words = OF_THE_REVIEW | OF_WHAT_IS_WRITTEN
    told = set().union(*(told_on(client, page, words) for page in pages_about(revision)))
    assert told == (words if which == "running" else words - OF_A_LATER_ONE)


@pytest.mark.parametrize("which", ["running", "first"])
@pytest.mark.parametrize("way", WAYS)
def test_staff_in_conflict_read_nothing_of_it_on_any_page(client, way, which, request):
    revision = request.getfixturevalue(which)
    person = make_superuser()
    way(person, revision.entry.city)
    client.force_login(person)
    hidden = OF_THE_REVIEW
    if way is not acts_for_it:
        # Whoever acts for the city reads what it wrote, and where that stands.
        hidden = OF_THE_REVIEW | OF_WHAT_IS_WRITTEN
    for page in pages_about(revision):
        assert told_on(client, page, hidden) == set(), page


@pytest.mark.parametrize("way", WAYS)
def test_staff_find_entries_by_the_titles_they_may_read_alone(client, way, running):
    person = make_superuser()
    client.force_login(person)
    address = reverse("admin:marketplace_entry_changelist")

    def found(words):
        return list(client.get(address, {"q": words}).context["cl"].queryset)

    public = running.entry.live_revision.title
    assert found("canary-running") == found(public) == [running.entry]
    way(person, running.entry.city)
    assert found("canary-running") == ([running.entry] if way is acts_for_it else [])
    assert found(public) == [running.entry]


@pytest.mark.parametrize("way", WAYS)
def test_the_first_page_counts_failures_that_its_lists_show(client, way, running):
    person = make_superuser()
    about = f"marketplace.entry:{running.entry.pk}"
    Mail.objects.create(
        recipient=make_reviewer(), key="about-it", about=about, state=MailState.UNCERTAIN
    )
    client.force_login(person)

    def counted():
        request = client.get("/admin/").wsgi_request
        shown = dashboard({"request": request})["items"]
        return [each.number for each in shown if "given up" in each.label or "mail" in each.label]

    assert counted() == [1, 1]
    way(person, running.entry.city)
    assert counted() == []


@pytest.mark.parametrize("way", WAYS)
def test_staff_in_conflict_neither_hand_an_entry_over_nor_merge_it(way):
    entry, other = make_entry(), make_entry()
    person = make_superuser()
    way(person, entry.city)
    with pytest.raises(PermissionDenied):
        moves.move_now(entry, make_city(), actor=person, reason="It moved.")
    for kept, merged in ((entry, other), (other, entry)):
        with pytest.raises(PermissionDenied):
            moves.merge(kept, merged, actor=person, reason="The same.")
    moves.move_now(entry, make_city(), actor=make_superuser(), reason="It moved.")


def test_the_pages_that_move_entries_say_why_they_are_closed(client):
    entry, other = make_entry(), make_entry()
    person = make_superuser()
    declared_it(person, entry.city)
    client.force_login(person)
    for page in ("merge", "hand_over"):
        address = reverse(f"admin:marketplace_entry_{page}")
        answer = client.get(f"{address}?ids={entry.pk},{other.pk}", follow=True)
        assert [str(said) for said in answer.context["messages"]] == [
            f"{entry}: You are in a conflict of interest; ask a colleague."
        ]
