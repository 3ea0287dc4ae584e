"""Steps that the tests of spreadsheets share: fill, take along, type into cells, bring back."""

import io
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from cities.models import Goal
from initiatives.exchange import differences, workbooks, writing
from initiatives.models import (
    BudgetLine,
    Dependency,
    DependencyKind,
    Risk,
    Stakeholder,
    SupportNeed,
)
from tests import factories


def url(name, roadmap, *args):
    return reverse(f"initiatives:sheet-{name}", args=[roadmap.pk, *args])


def fill(initiative):
    """A charter with a row of each kind."""
    goal, _new = Goal.objects.get_or_create(number=11, defaults={"name": "Cities"})
    initiative.goals.add(goal)
    initiative.themes.add(factories.make_theme())
    initiative.partners.add(factories.make_organisation())
    factories.make_milestone(initiative)
    Dependency.objects.create(
        initiative=initiative,
        kind=DependencyKind.INITIATIVE,
        on_initiative=factories.make_initiative(),
    )
    Stakeholder.objects.create(initiative=initiative, name="Prefect", influence=5, interest=1)
    Risk.objects.create(initiative=initiative, text="Rain", likelihood=2, impact=3)
    SupportNeed.objects.create(initiative=initiative, text="A decision", amount=None)
    BudgetLine.objects.create(initiative=initiative, label="Work", amount=Decimal("350000.00"))


def compared(roadmap, user, read):
    return differences.compare(roadmap, user, *read)


def taken_along(roadmap, kind=workbooks):
    return kind.write(roadmap, writing.lines_of(roadmap))


def edited(data, *changes):
    """The workbook after somebody typed into cells: sheet, row below the heads, column, value."""
    book = load_workbook(io.BytesIO(data))
    for sheet, number, column, value in changes:
        names = [cell.value for cell in book[sheet][1]]
        book[sheet].cell(number + 2, names.index(column) + 1).value = value
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def bring(client, roadmap, data, name="charters.xlsx"):
    answer = client.post(url("bring", roadmap), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def all_boxes(client, address):
    page = client.get(address).content.decode()
    return [part.split('"')[0] for part in page.split('name="take" value="')[1:]]


def values_in(roadmap):
    """The cells of the values as they would be taken along now."""
    return [line.cells for line in writing.lines_of(roadmap)["values"]]
