"""What staff may change in the rounds of a process, once something was submitted under them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from marketplace.models import (
    ReviewRound,
    Rubric,
)
from tests.factories import (
    make_process,
    make_round,
    make_staff,
)
from tests.marketplace.rounds import in_first_round

pytestmark = pytest.mark.django_db


# ── what staff may change ────────────────────────────────────────────────────────────────────────
def test_a_round_that_was_used_is_ended_and_not_rewritten():
    revision = in_first_round()
    further = ReviewRound.objects.get()
    further.name = "Another name"
    further.clean()
    further.reviewers = 3
    with pytest.raises(ValidationError, match="end it, and add another"):
        further.clean()
    further.reviewers = 1
    further.ended_at = timezone.now()
    further.clean()
    type(revision).objects.update(submitted_at=timezone.now() - timedelta(days=999))
    further.reviewers = 3
    further.clean()


def test_another_kinds_questions_are_refused():
    rubric = Rubric.objects.create(kind="city_profile", name="Profiles", for_rounds=True)
    with pytest.raises(ValidationError, match="another kind of entry"):
        ReviewRound(process=make_process(), position=1, name="Board", rubric=rubric).clean()


def test_for_whom_questions_are_stays_once_reviews_rest_on_them():
    rubric = Rubric.objects.create(kind="solution", name="Board", for_rounds=True)
    make_round(make_process(), rubric=rubric)
    rubric.for_rounds = False
    with pytest.raises(ValidationError, match="make another rubric"):
        rubric.clean()


def save_rounds(client, process, rows, **changed):
    """Send the admin page of a process with these further rounds."""
    client.force_login(make_staff(is_superuser=True))
    address = reverse("admin:marketplace_reviewprocess_change", args=[process.pk])
    form = client.get(address).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value not in (None, False)}
    data |= {"embargo_until_0": "", "embargo_until_1": "", **changed}
    known = sum("id" in row for row in rows)
    data |= {"rounds-TOTAL_FORMS": len(rows), "rounds-INITIAL_FORMS": known}
    for number, row in enumerate(rows):
        whole = {"position": 1, "name": "Board", "reviewers": 1, "days_to_review": 1} | row
        data |= {f"rounds-{number}-{name}": value for name, value in whole.items()}
    return client.post(address, data)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"days_to_review": 6}], "have 21 working days together, and cities are promised 20"),
        ([{}, {"name": "Council"}], "Two rounds are at place 1"),
        ([{"only_named": "on"}], "Name at least one person"),
        ([{"reviewers": 10}], "less than or equal to 9"),
    ],
)
def test_a_round_that_cannot_be_is_refused_with_words(client, rows, words):
    process = make_process(days_in_all=20)
    page = save_rounds(client, process, rows)
    assert words in page.content.decode()
    assert not ReviewRound.objects.exists()


def test_staff_add_rounds_swap_them_and_end_one_for_good(client):
    process = make_process(days_in_all=20)
    board, council = {"name": "Board"}, {"name": "Council", "position": 2}
    assert save_rounds(client, process, [board, council]).status_code == 302
    first, second = ReviewRound.objects.all()
    board |= {"id": first.pk, "process": process.pk, "position": 2}
    council |= {"id": second.pk, "process": process.pk, "position": 1}
    assert save_rounds(client, process, [council, board]).status_code == 302
    assert [each.name for each in ReviewRound.objects.all()] == ["Council", "Board"]
    assert save_rounds(client, process, [council | {"is_ended": "on"}, board]).status_code == 302
    ended = ReviewRound.objects.get(name="Council").ended_at
    assert ended is not None
    save_rounds(client, process, [council, board])
    assert ReviewRound.objects.get(name="Council").ended_at == ended
