"""Rows and cells written without a template say the same as fields that draw themselves."""

import pytest

from initiatives.forms.fields import WordsField, long_text
from initiatives.forms.pasting import GridForm
from initiatives.templatetags.grid_tags import grid_rows
from initiatives.templatetags.row_tags import commitment_rows

ODD = "<b>\"5\" & '6'</b>\r\n\ue000 \ue001 {{ x }} %s"
SAVED = {"one": "", "two": "A & B", "three": ODD}


def grid(data=None, most=None):
    cells = {
        name: WordsField(label=f"<{name}>", required=False, widget=long_text(3), max_length=most)
        for name in SAVED
    }
    return GridForm(data, columns=["<A>"], rows=[], cells=cells, saved=SAVED, prefix="g")


@pytest.mark.parametrize("most", [None, 4000])
@pytest.mark.parametrize("data", [None, {"g-one": ODD, "g-two": ""}])
def test_each_cell_is_drawn_as_its_field_draws_itself(data, most):
    form = grid(data, most)
    rows = [{"id": "r", "head": "<H>", "cells": [("<A>", field) for field in form]}]
    told = str(grid_rows(rows))
    for field in form:
        assert str(field) in told
        label = f'for="{field.id_for_label}">&lt;{field.name}&gt;</label>'
        assert told.count(label) == 1
    assert told.count('<td data-label="&lt;A&gt;">') == len(SAVED)
    assert '<th scope="row">&lt;H&gt;</th>' in told


def test_commitments_are_words_and_an_empty_cell_is_a_dash():
    row = {"initiative": None, "label": "All & <i>", "cells": [["<b>1</b>", "2"], []]}
    assert commitment_rows(["<K>", "L"], [row]) == (
        '<tr><th scope="row">All &amp; &lt;i&gt;</th>'
        '<td data-label="&lt;K&gt;"><div><p>&lt;b&gt;1&lt;/b&gt;</p><p>2</p></div></td>'
        '<td data-label="L"><span class="quiet">–</span></td></tr>\n'
    )
