"""Lines copied from a spreadsheet are put into rows and cells, and saved by whoever has looked."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from cities.models import FormDraft
from initiatives.models import Axis, BudgetLine, Risk
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(initiative):
    return initiative.roadmap


def charter(initiative):
    return reverse("initiatives:initiative-edit", args=[initiative.slug])


def section(roadmap, key):
    return reverse("initiatives:section-write", args=[roadmap.pk, key])


def paste(client, url, name, text, form="section-form"):
    """Open a form and paste into it; return what it would send now, and the page."""
    sent = fields_of(client.get(url).content.decode(), form)
    answer = client.post(url, sent | {f"paste-{name}": [text], "fill": [name]})
    page = answer.content.decode()
    assert answer.status_code == 200
    return fields_of(page, form), page


def test_lines_become_rows_of_a_charter_and_are_saved_once_looked_at(client, officer, initiative):
    initiative.risks.create(text="Rain", position=1)
    text = 'Frost\t2\t4\tSalt\tDepartment of roads\r\n"Heat,\nfor weeks"\t5\t\t\t\r\n'
    sent, page = paste(client, charter(initiative), "risks", text, "charter-form")
    assert "2 lines are put into the form. Look at them, then save: nothing is saved yet." in page
    assert Risk.objects.count() == 1
    for _time in range(2):
        assert client.post(charter(initiative), sent).status_code == 302
    told = initiative.risks.order_by("position").values_list(
        "text", "likelihood", "impact", "mitigation", "owner"
    )
    assert list(told) == [
        ("Rain", None, None, "", ""),
        ("Frost", 2, 4, "Salt", "Department of roads"),
        ("Heat,\r\nfor weeks", 5, None, "", ""),
    ]


def test_a_first_line_of_heads_says_which_column_is_which(client, officer, initiative):
    heads = ("Funding level", "What for", "Amount", "Secured")
    lines = [heads, ("EU", "Sensors", "1,250.50", "yes"), ("Council", "Work", "many", "")]
    text = "\n".join("\t".join(cells) for cells in lines)
    sent, page = paste(client, charter(initiative), "budget", text, "charter-form")
    assert "“Council” is none of the choices of “Funding level”." in page
    # What is wrong is told at once, beside what was pasted.
    assert "id_budget-1-amount_error" in page
    assert sent["budget-1-amount"] == ["many"]
    sent |= {"budget-1-amount": ["10"]}
    assert client.post(charter(initiative), sent).status_code == 302
    told = BudgetLine.objects.order_by("position").values_list("label", "amount", "level")
    assert [(label, str(amount), level) for label, amount, level in told] == [
        ("Sensors", "1250.50", "eu"), ("Work", "10.00", "unknown"),
    ]  # fmt: skip
    assert BudgetLine.objects.get(label="Sensors").is_secured


def test_lines_fill_the_blank_rows_of_a_section_and_more_until_there_is_no_room(
    client, officer, roadmap
):
    url = section(roadmap, "vision")
    sent, page = paste(client, url, "axes", "\n".join(f"Axis {number}" for number in range(70)))
    assert "10 lines were left over: there is no room for them." in page
    assert sent["axes-0-name"] == ["Axis 0"]
    assert client.post(url, sent).status_code == 302
    assert list(Axis.objects.order_by("position").values_list("name", flat=True)) == [
        f"Axis {number}" for number in range(60)
    ]


def test_what_was_pasted_is_kept_like_what_was_typed(client, officer, roadmap):
    paste(client, section(roadmap, "vision"), "axes", "Data")
    draft = FormDraft.objects.get(user=officer)
    assert draft.data["axes-0-name"] == ["Data"]
    assert "paste-axes" not in draft.data


def test_a_block_is_put_into_a_grid_in_order_or_by_the_names_of_rows(client, officer, roadmap):
    axes = [Axis.objects.create(roadmap=roadmap, name=f"A{n}", position=n) for n in range(2)]
    one, two = (roadmap.ambitions.create(statement=f"Towards {n}", position=n) for n in range(2))
    url = section(roadmap, "matrix")
    text = '\tA1\tA0\nTowards 1\tx1\tx0\nTowards 0\t"y1\nz1"\t\nTowards 9\tq\t\n'
    sent, page = paste(client, url, "matrix", text)
    assert "2 lines are put into the form" in page
    assert "1 line was left over" in page
    assert client.post(url, sent).status_code == 302
    cells = {
        (entry.ambition_id, entry.axis_id, entry.text)
        for axis in axes
        for entry in axis.entries.all()
    }
    a0, a1 = (axis.pk for axis in axes)
    assert cells == {
        (two.pk, a1, "x1"), (two.pk, a0, "x0"), (one.pk, a1, "y1"), (one.pk, a1, "z1"),
    }  # fmt: skip


def test_columns_and_rows_of_equal_heads_are_filled_in_their_order(client, officer, roadmap):
    axes = [Axis.objects.create(roadmap=roadmap, name="Data", position=n) for n in range(2)]
    both = [roadmap.ambitions.create(statement="Clean air", position=n) for n in range(2)]
    text = "\tData\tData\nClean air\ta\tb\nClean air\tc\td\nClean air\te\tf\n"
    sent, page = paste(client, section(roadmap, "matrix"), "matrix", text)
    assert "2 lines are put into the form" in page
    assert "1 line was left over" in page
    cells = [sent[f"cell-{row.pk}-{axis.pk}"] for row in both for axis in axes]
    assert [cell if isinstance(cell, str) else cell[0] for cell in cells] == ["a", "b", "c", "d"]


def test_a_third_column_of_a_head_that_two_have_is_no_head(client, officer, roadmap):
    axes = [Axis.objects.create(roadmap=roadmap, name="Data", position=n) for n in range(2)]
    one, two = (roadmap.ambitions.create(statement=f"Towards {n}", position=n) for n in range(2))
    text = "Data\tData\tData\nx\ty\tz\n"
    sent, _page = paste(client, section(roadmap, "matrix"), "matrix", text)
    told = [sent[f"cell-{row.pk}-{axis.pk}"] for row in (one, two) for axis in axes]
    assert [cell if isinstance(cell, str) else cell[0] for cell in told] == [
        "Data", "Data", "x", "y",
    ]  # fmt: skip


def test_commitments_are_pasted_kind_by_kind(client, officer, roadmap, initiative):
    url = section(roadmap, "commitments")
    sent, _page = paste(client, url, "commitments", "Money\tFriends\tCounting\n")
    assert client.post(url, sent).status_code == 302
    told = roadmap.commitments.order_by("kind").values_list("initiative", "kind", "text")
    assert list(told) == [
        (initiative.pk, "collaboration", "Friends"),
        (initiative.pk, "kpis", "Counting"),
        (initiative.pk, "resources", "Money"),
    ]


def test_what_was_pasted_and_not_put_anywhere_is_not_lost_by_saving(client, officer, roadmap):
    url = section(roadmap, "vision")
    sent = fields_of(client.get(url).content.decode())
    answer = client.post(url, sent | {"paste-axes": ["Data"], "vision": ["Clear"]})
    assert answer.status_code == 200
    assert "1 line is put into the form." in answer.content.decode()
    assert client.post(url, fields_of(answer.content.decode())).status_code == 302
    roadmap.refresh_from_db()
    assert (roadmap.vision, roadmap.axes.get().name) == ("Clear", "Data")


def test_what_was_pasted_when_the_session_had_ended_stands_in_the_form(client, officer, roadmap):
    url = section(roadmap, "vision")
    sent = fields_of(client.get(url).content.decode())
    client.logout()
    answer = client.post(url, sent | {"paste-axes": ["Data"], "fill": ["axes"]})
    client.force_login(officer)
    page = client.get(parse_qs(urlsplit(answer.url).query)["next"][0]).content.decode()
    assert fields_of(page)["axes-0-name"] == ["Data"]


def test_what_belongs_to_no_rows_changes_nothing(client, officer, initiative):
    sent, page = paste(client, charter(initiative), "nothing", "a\tb", "charter-form")
    assert sent["name"] == [initiative.name]
    assert "put into the form. Look at" not in page
