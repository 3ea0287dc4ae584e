"""One officer submits a draft while another saves it."""

from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace.models import RevisionState
from tests.factories import make_entry, make_officer
from tests.marketplace.at_once import all_at_once

BEFORE, AFTER = "Nobody found anything.", "Nobody found it in time."


@pytest.mark.django_db(transaction=True)
def test_of_a_submission_and_an_edit_at_once_the_words_sent_are_those_before_or_after():
    let_them_submit_and_edit(rounds=3)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_submitting_and_editing_meet_in_one_legal_order_two_hundred_times(record):
    record("F14, edit", **let_them_submit_and_edit(rounds=200))


def let_them_submit_and_edit(rounds):
    """An officer submits while another saves: saved before, or refused with every word kept."""
    counted = Counter(rounds=rounds, edited_first=0, submitted_first=0, texts_kept=0)
    for number in range(rounds):
        draft = make_entry(state="draft", problem=BEFORE).revisions.get()
        officers = [make_officer(draft.entry.city) for _each in range(2)]
        # Submitting takes less: it would nearly always come first.
        sends = partial(submit_or_edit_behind, draft, reads_again=bool(number % 2))
        submitted, edited = all_at_once(sends, officers)
        assert submitted.status_code == 302
        draft.refresh_from_db()
        assert (draft.state, draft.events.count()) == (RevisionState.SUBMITTED, 1)
        is_late = edited.status_code == 409
        assert is_late or edited.status_code == 302
        sent = BEFORE if is_late else AFTER
        assert draft.problem == sent
        assert not is_late or AFTER in edited.content.decode()
        counted.update({"submitted_first": 1, "texts_kept": 1} if is_late else {"edited_first": 1})
        browser = Client()
        browser.force_login(officers[1])
        assert edit(browser, draft, "Much later.").status_code == 409
        draft.refresh_from_db()
        assert draft.problem == sent
    return counted


def submit_or_edit_behind(draft, officer, number, gate, *, reads_again):
    browser = Client()
    browser.force_login(officer)
    connection.close()
    gate.wait()
    if number:
        return edit(browser, draft, AFTER)
    where = {"slug": draft.entry.slug, "number": draft.number}
    if reads_again:
        browser.get(reverse("marketplace:revision-check", kwargs=where))
    return browser.post(reverse("marketplace:revision-act", kwargs=where), {"act": "submit"})


def edit(browser, draft, problem):
    where = {"slug": draft.entry.slug, "number": draft.number, "step": "text"}
    sent = {"problem": problem, "approach": "A way.", "version": draft.version, "go": "stay"}
    return browser.post(reverse("marketplace:revision-step", kwargs=where), sent)
