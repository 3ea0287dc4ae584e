"""A draft that was saved or given up does not come back, in whatever order things arrive."""

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cities.editing import drafts
from cities.models import ClosedForm, FormDraft
from tests.factories import make_user

PAGES, NUMBERS = st.integers(1, 4), st.integers(1, 4)
SAVES = st.tuples(st.just("save"), PAGES, NUMBERS)
ENDS = st.tuples(st.sampled_from(["submit", "discard"]), PAGES, st.just(0))


class AnyOrder(TestCase):
    """Saves of several pages, early and late, between forms sent and drafts given up."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.one_of(SAVES, ENDS), max_size=12))
    def test_a_draft_is_the_newest_save_of_a_page_that_is_still_open(self, acts):
        user = make_user()
        closed, kept = 0, None
        for act, page, number in acts:
            if act == "save":
                typed = QueryDict(f"text={page}-{number}")
                try:
                    drafts.save(user, "charter", "1", typed, page=page, number=number)
                except drafts.Closed:
                    assert page <= closed
                else:
                    assert page > closed
                    kept = max(kept or (0, 0), (page, number))
            else:
                # The button that gives a draft up does not say from which page it comes.
                sent = str(page) if act == "submit" else ""
                drafts.discard(user, "charter", "1", page=sent)
                closed = max(closed, int(sent or 0), kept[0] if kept else 0)
                kept = None
            draft = drafts.load(user, "charter", "1")
            assert (draft and draft.data["text"]) == (kept and [f"{kept[0]}-{kept[1]}"])


@pytest.mark.django_db
def test_a_late_autosave_is_told_that_it_is_too_late(client):
    user = make_user()
    client.force_login(user)
    drafts.discard(user, "charter", "7", page="5")
    answer = client.post(
        reverse("cities:draft-save", args=["charter", "7"]),
        {"text": "late", "autosave_page": "5", "autosave_number": "9"},
    )
    assert answer.status_code == 409
    assert "Not kept" in answer.json()["message"]
    assert not FormDraft.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["9" * 18, "9" * 30, "x", "-1", ""])
def test_a_page_that_no_page_of_ours_sends_closes_nothing_for_good(page):
    user = make_user()
    drafts.discard(user, "charter", page=page)
    now = drafts.new_page() + 1
    assert drafts.save(user, "charter", "", QueryDict("text=x"), page=now, number=1).page == now
    assert ClosedForm.objects.get().page < now
