"""What KPIs, their targets and their values have in common in a workbook."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.tables.cells import CellFault
from initiatives.exchange.changes import Change
from initiatives.exchange.reading import Known
from initiatives.models import KPI, Initiative

UNIT = gettext_lazy("The unit belongs to the KPI, and is changed on the KPI's page.")


def kpi_of(change: Change, known: Known) -> KPI:
    """Return the KPI of a value or target: that of the saved row, or the one a new row names."""
    if change.row is not None:
        kpi: KPI = change.row.kpi
        return kpi
    cells = change.line.cells
    return known.kpi(cells.get("initiative", ""), cells.get("kpi", ""))


def see_that_it_stays(change: Change, known: Known, words: str | Promise) -> None:
    """Raise CellFault with these words when a saved row would go to another KPI."""
    cells, kpi = change.line.cells, change.row.kpi
    known.find("initiative", cells.get("initiative", kpi.initiative.name))
    if not stays(change, known):
        raise CellFault(str(words))


def stays(change: Change, known: Known) -> bool:
    """Say whether a saved row names its own KPI, by a name that the file itself gives it or not."""
    cells, kpi = change.line.cells, change.row.kpi
    named = cells.get("initiative", kpi.initiative.name), cells.get("kpi", kpi.name)
    try:
        return known.kpi(*named).pk == kpi.pk
    except CellFault:
        return False


def followers(old: models.QuerySet[Any], by: str) -> dict[str, str]:
    """Return the keys of rows that hold by the keys of those before them: one query.

    `by` names the field that leads to the row which took its place.
    """
    pairs = old.filter(**{f"{by}__isnull": False}).values_list("pk", by)
    leads_to = {str(key): str(to) for key, to in pairs}
    found = {}
    for key in leads_to:
        last = key
        while last in leads_to:
            last = leads_to[last]
        found[key] = last
    return found


def ask_about_unit(change: Change, kpi: KPI | None, known: Known) -> None:
    """Let a new number wait for a person where the unit changed since the file was taken along."""
    if change.row is not None or kpi is None or change.line.cells.get("unit"):
        return
    then = known.units_taken.get(str(kpi.pk), kpi.unit)
    if then == kpi.unit:
        return
    for one in change.fields:
        # One field without the others would make another row.
        one.is_conflict = True
        if one.column == "value":
            asks = _("Typed when the unit was “%(then)s”. Is it right in “%(now)s” as well?")
            told = asks % {"then": then or _("no unit"), "now": kpi.unit or _("no unit")}
            one.note = f"{one.note}. {told}" if one.note else told


# ── the KPIs themselves ─────────────────────────────────────────────────────────────────────────
def see_that_it_can_change(change: Change, column: str, known: Known) -> None:
    """Raise CellFault for what the sheet of KPIs cannot change."""
    kpi, text = change.row, change.line.cells[column]
    if kpi is None:
        return
    if column == "initiative" and known.find("initiative", text).pk != kpi.initiative_id:
        raise CellFault(_("A KPI stays with its initiative. Add a row for one of another."))
    if column == "unit" and text != kpi.unit and kpi.pk in known.counted:
        raise CellFault(
            _("Numbers or targets stand here in “%s”. Change the unit on the KPI's page.")
            % (kpi.unit or _("no unit"))
        )
    if column == "name" and known.kpis.get((kpi.initiative_id, text), kpi).pk != kpi.pk:
        raise CellFault(_("This initiative has a KPI of that name already."))


def namesake(change: Change, known: Known) -> KPI | None:
    """Return the KPI that is there already under the name of a new row."""
    cells = change.line.cells
    try:
        found = known.kpi(cells.get("initiative", ""), cells.get("name", ""))
    except CellFault:
        return None
    return found if found.pk else None


def with_names_of(lines: Any, known: Known) -> None:
    """Let cells name the KPIs that the file itself adds or renames."""
    by_key = {str(one.pk): one for one in known.kpis.values()}
    for line in lines:
        above: Initiative | None = known.initiatives.get(line.cells.get("initiative", ""))
        name = line.cells.get("name", "")
        if above is not None and name:
            made = by_key.get(line.key) or KPI(name=name, unit=line.cells.get("unit", ""))
            known.kpis.setdefault((above.pk, name), made)
