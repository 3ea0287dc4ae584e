"""Cells without a version: of two people's edits none is lost, and what both changed is asked."""

from random import Random

import pytest
from django import forms

from cities.editing.seen import CellsForm

NAMES = [f"cell-{number}" for number in range(8)]
WORDS = ["", "One", "Two\nlines", "Three"]


def cells():
    return {name: forms.CharField(required=False, widget=forms.Textarea) for name in NAMES}


def sent(seen, now):
    """What a browser sends: what was seen of each cell, and what stands there now."""
    lines = {name: text.replace("\n", "\r\n") for name, text in now.items()}
    return lines | {f"initial-{name}": text.replace("\n", "\r\n") for name, text in seen.items()}


def edited(random, saved):
    """Some cells changed at random."""
    chosen = {name for name in NAMES if random.random() < 0.4}
    return {name: random.choice(WORDS) if name in chosen else saved[name] for name in NAMES}


@pytest.mark.parametrize("seed", range(200))
def test_of_two_peoples_edits_every_one_is_kept_or_asked_about(seed):
    random = Random(seed)
    saved = {name: random.choice(WORDS) for name in NAMES}
    theirs, mine = edited(random, saved), edited(random, saved)
    form = CellsForm(sent(saved, mine), cells=cells(), saved=theirs)
    form.is_valid()
    both = {name for name in NAMES if len({saved[name], theirs[name], mine[name]}) == 3}
    assert {conflict.name for conflict in form.conflicts} == both
    assert form.is_valid() == (not both)
    for name in set(NAMES) - both:
        merged = form.cleaned_data[name].replace("\r\n", "\n")
        assert merged == (theirs[name] if mine[name] == saved[name] else mine[name]), name
    # Nothing typed is lost: asked again, the form holds it all, and one more press saves it.
    if both:
        again = CellsForm(form.data, cells=cells(), saved=theirs)
        assert again.is_valid()
        for name in both:
            assert again.cleaned_data[name].replace("\r\n", "\n") == mine[name]
