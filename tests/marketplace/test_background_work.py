"""The list of background work tells staff nothing of a review they have a conflict over."""

import pytest
from django.urls import reverse

from cities import effects
from cities.models import Effect
from marketplace import notifications
from marketplace.models import Check, ConflictOfInterest
from marketplace.workflow import Action, perform
from tests.factories import make_entry, make_officer, make_review, make_superuser

pytestmark = pytest.mark.django_db
LIST = reverse("admin:cities_effect_changelist")


@pytest.fixture
def submitted():
    """A revision on its way, with work for itself, a check, a review and the mail about it."""
    revision = make_entry(state="draft").revisions.get()
    perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city))
    review = make_review(revision)
    notifications.tell_reviewer(review)
    check = Check.objects.create(revision=revision, name="answers")
    effects.hand_over("marketplace.reassign", key="reassign:it", review=review.pk)
    effects.hand_over("marketplace.ask_outside", key="outside:it", check=check.pk)
    return revision


@pytest.fixture
def others():
    """Work of the same kinds for others, also with a number that is no revision's."""
    effects.hand_over("cities.write_digest", key="digest:1", user=1, day="2026-03-02")
    effects.hand_over("events.tell", key="round:1", revision=1, round=1)
    return {"digest:1", "round:1"}


def shown(client, person):
    client.force_login(person)
    response = client.get(LIST)
    return {one.key for one in response.context["cl"].queryset}


def test_staff_without_a_conflict_find_all_of_it(client, submitted, others):
    every = set(Effect.objects.values_list("key", flat=True))
    assert {"reassign:it", "outside:it"} | others < every
    assert any(key.startswith("mail:") for key in every)
    assert shown(client, make_superuser()) == every


def test_staff_in_conflict_find_the_work_for_others_alone(client, submitted, others):
    person = make_superuser()
    ConflictOfInterest.objects.create(user=person, city=submitted.entry.city)
    assert shown(client, person) == others
    for effect in Effect.objects.exclude(key__in=others):
        page = reverse("admin:cities_effect_change", args=[effect.pk])
        assert client.get(page).status_code == 302, effect
    for action in ("retry", "discard"):
        keys = list(Effect.objects.values_list("pk", flat=True))
        client.post(LIST, {"action": action, "_selected_action": keys, "decide": 1, "reason": "x"})
    assert not Effect.objects.exclude(note="").exists()
