"""Something in review that goes through more than one round, and a review given on it."""

from marketplace.services import (
    give_review,
)
from tests.factories import (
    make_entry,
    make_process,
    make_review,
    make_round,
)

WORDS = {"version": 1, "scores": {}, "to_city": "Good.", "private_note": ""}


def in_first_round(*, further=1, round_fields=None, **process_fields):
    """A revision in review, in the first round, with `further` rounds after it."""
    process = make_process(**process_fields)
    for position in range(1, further + 1):
        make_round(process, position, **(round_fields or {}))
    return make_entry(state="in_review", process=process).revisions.get()


def given(revision, recommendation="approve", **fields):
    review = make_review(revision, round_number=revision.round_number, **fields)
    return give_review(review, recommendation=recommendation, **WORDS)
