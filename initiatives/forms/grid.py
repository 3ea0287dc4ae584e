"""The grid of this quarter's values: a row for each KPI, of which those with a value are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import F, OuterRef, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from cities.models import User
from cities.models.gathering import long_texts
from initiatives import dates, values
from initiatives.forms.measurements import MeasurementForm
from initiatives.forms.pasted_values import PastedValues
from initiatives.forms.quarters import Quarter
from initiatives.forms.units import in_another_unit
from initiatives.models import KPI, Initiative, Measurement, Roadmap, ValueKind
from initiatives.pictures import when_measured
from initiatives.series import cities_of, once_member
from initiatives.services import Circumstances, as_measurement

LONGEST_KEY = 19
# A box in which something can be typed for a KPI.
TYPED = re.compile(r"k([0-9]{1,18})-(?:value|note)")


@dataclass
class Row:
    """A KPI in the grid: what was typed, what is wrong with it, and its last value."""

    kpi: KPI
    last: Measurement | None
    as_of: str
    seen: str
    unit: str
    """The unit the page showed: a value typed beside it is one in that unit."""
    value: str = ""
    note: str = ""
    reading: str = ""
    asked_about: str = ""
    readings: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    form: MeasurementForm | None = None
    is_gone: bool = False
    """Whether the KPI was taken away: what was typed is shown, and cannot be saved."""

    @property
    def prefix(self) -> str:
        """Return what the names of its fields begin with."""
        return f"k{self.kpi.pk}"

    @property
    def last_words(self) -> str:
        """Return its last value as it was reported, and how it was understood."""
        last = self.last
        if last is None:
            return ""
        said = [f"“{last.as_reported}”"]
        if last.kind == ValueKind.NUMBER and last.number is not None:
            number = values.number_words(last.number)
            said = [number] if number == last.as_reported else [*said, f"= {number}"]
            said.append(last.former_unit if last.is_former else self.kpi.unit)
        told = [" ".join(filter(None, said)), when_measured(last)]
        if last.is_former:
            told.append(_("before the unit changed"))
        return ", ".join(filter(None, told))

    @property
    def can_copy(self) -> bool:
        """Say whether the last value would mean the same if it were reported again."""
        return self.last is not None and not self.last.is_former

    @property
    def is_good(self) -> bool:
        """Say whether it holds a value that can be saved."""
        return self.form is not None and not self.errors

    def empty(self, as_of: str) -> None:
        """Forget what was typed, once it is saved."""
        self.value = self.note = self.reading = self.asked_about = ""
        self.readings, self.form, self.as_of = [], None, as_of

    def fields(self) -> dict[str, str]:
        """Return its fields as a page would send them."""
        names = ("value", "as_of", "note", "reading", "asked_about", "seen", "unit")
        return {f"{self.prefix}-{name}": getattr(self, name) for name in names}


class ValueGrid:
    """All KPIs of a roadmap with room for a value each. Validate it inside the transaction."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        roadmap: Roadmap,
        quarter: Quarter,
        reader: User,
        city: str = "",
    ) -> None:
        """Read the KPIs and their last values: a few queries, however many there are."""
        self.data, self.roadmap, self.quarter, self.reader = data, roadmap, quarter, reader
        self.cities = cities_of(roadmap, also=_measured(roadmap))
        self.chosen = data.get("city", city) if data is not None else city
        self.city = next((one for one in self.cities if str(one.pk) == self.chosen), None)
        self.has_unknown_city = data is not None and bool(self.chosen) and self.city is None
        self.as_of = dates.compact(dates.of_day(quarter.last_day))
        self.pasted = PastedValues()
        self.rows = [self._row(kpi, lasts) for kpi, lasts in self._kpis()]
        self.gone = list(self._gone())

    # ── reading ──────────────────────────────────────────────────────────────────────────────────
    def _kpis(self) -> list[tuple[KPI, tuple[Measurement | None, Measurement | None]]]:
        """Return each KPI with its last value by date, and the one that was reported last."""
        current = Measurement.objects.current().filter(kpi=OuterRef("pk"), city=self.city)
        by_date = current.order_by(F("as_of").desc(nulls_last=True), "-pk")
        kpis = list(
            KPI.objects.filter(initiative__roadmap=self.roadmap)
            .select_related("initiative")
            .defer(*long_texts(Initiative, "initiative__"))
            .annotate(last_pk=Subquery(by_date.values("pk")[:1]))
            .annotate(newest_pk=Subquery(current.order_by("-pk").values("pk")[:1]))
            .order_by("initiative__position", "initiative__pk", "position", "pk")
        )
        keys = {kpi.last_pk for kpi in kpis} | {kpi.newest_pk for kpi in kpis}
        found = Measurement.objects.select_related("reported_by").in_bulk(keys - {None})
        return [(kpi, (found.get(kpi.last_pk), found.get(kpi.newest_pk))) for kpi in kpis]

    def _gone(self) -> Iterator[Row]:
        """Return what was typed for KPIs that were taken away meanwhile."""
        known = {row.kpi.pk for row in self.rows}
        typed = {int(found[1]) for found in map(TYPED.fullmatch, self.data or ()) if found}
        missing = sorted(typed - known)
        if not missing:
            return
        here = self.roadmap.initiatives.order_by().values("pk")
        told = KPI.history.filter(id__in=missing, initiative__in=here).order_by("history_date")
        names = dict(told.values_list("id", "name"))
        nowhere = Initiative(name=_("Taken away meanwhile"))
        for key in missing:
            kpi = KPI(pk=key, name=names.get(key, _("A KPI that is not here")), initiative=nowhere)
            row = self._row(kpi, (None, None))
            if row.value or row.note:
                row.is_gone = True
                row.errors = [_("This KPI was taken away; here is what you typed. Empty the row.")]
                yield row

    def _row(self, kpi: KPI, lasts: tuple[Measurement | None, Measurement | None]) -> Row:
        last, newest = lasts
        now = str(newest.pk) if newest else ""
        row = Row(kpi, last, as_of=self.as_of, seen=now, unit=kpi.unit)
        if self.data is None:
            return row

        def sent(name: str, default: str = "") -> str:
            return str(self.data.get(f"{row.prefix}-{name}", default)) if self.data else default

        row.value, row.note = sent("value").strip(), sent("note").strip()
        row.reading, row.asked_about = sent("reading"), sent("asked_about")
        row.as_of = sent("as_of", self.as_of)
        if row.value and newest and sent("seen", now) != now and newest.reported_by != self.reader:
            row.errors.append(_meanwhile(newest))
        if row.value and (before := sent("unit", kpi.unit)) != kpi.unit:
            row.errors.append(f"{in_another_unit(before, kpi.unit)} {_('Or empty the field.')}")
        return row

    def is_valid(self) -> bool:
        """Read every row with a value; say whether all of them can be saved."""
        for row in self.rows:
            self._check(row)
        return not self.has_unknown_city and not self.faulty

    def _check(self, row: Row) -> None:
        if not row.value:
            if row.note:
                row.errors.append(_("Write a value beside the note, or take the note away."))
            return
        sent = QueryDict(mutable=True)
        sent.update({name: getattr(row, name) for name in ("value", "as_of", "note")})
        sent.update({"reading": row.reading, "asked_about": row.asked_about})
        form = MeasurementForm(sent, kpi=row.kpi, cities=[])
        form.is_valid()
        for name, errors in form.errors.items():
            if name == "reading":
                row.readings = list(form.fields["reading"].choices)
                row.reading, row.asked_about = "0", row.value
            row.errors += [str(error) for error in errors]
        row.form = form

    # ── writing ──────────────────────────────────────────────────────────────────────────────────
    def save_good_rows(self) -> int:
        """Save every row that can be saved, and empty it; return how many."""
        good = self.good
        Measurement.objects.bulk_create(self._measurement(row) for row in good)
        for row in good:
            row.empty(self.as_of)
        return len(good)

    def _measurement(self, row: Row) -> Measurement:
        assert row.form is not None and row.form.understood is not None  # noqa: S101, PT018 - is_good
        told = row.form.circumstances()
        here = Circumstances(told.as_of, told.source_url, told.note, self.city)
        return as_measurement(row.kpi, row.form.understood, here, reported_by=self.reader)

    def fields(self) -> QueryDict:
        """Return what is typed and not saved, as the page would send it."""
        sent = QueryDict(mutable=True)
        for row in self.all_rows:
            if row.value or row.note:
                sent.update(row.fields())
        if sent and self.chosen:
            sent["city"] = self.chosen
        return sent

    # ── filling in ───────────────────────────────────────────────────────────────────────────────
    def copy_last(self, keys: Iterable[str]) -> None:
        """Put the last value of these KPIs into their rows, for the reader to look at."""
        wanted = set(keys)
        for row in self.rows:
            if row.last is not None and row.can_copy and str(row.kpi.pk) in wanted:
                row.value = row.last.as_reported

    def paste(self, text: str) -> None:
        """Put lines of a spreadsheet into the rows, and keep what was said of them."""
        self.pasted = PastedValues()
        self.pasted.put(text, self.rows)

    @property
    def all_rows(self) -> list[Row]:
        """Return the rows as they are shown: last those of KPIs that were taken away."""
        return [*self.rows, *self.gone]

    @property
    def good(self) -> list[Row]:
        """Return the rows that can be saved: none while nobody knows for which city they are."""
        return [] if self.has_unknown_city else [row for row in self.rows if row.is_good]

    @property
    def faulty(self) -> list[Row]:
        """Return the rows that must be mended."""
        return [row for row in self.all_rows if row.errors]

    @property
    def city_words(self) -> str:
        """Say that the city for which values were typed is not here any more; "" if it is."""
        if not self.has_unknown_city:
            return ""
        was = once_member(self.roadmap, pk=self.chosen) if is_key(self.chosen) else None
        if was is None:
            return _("Nothing is saved yet: choose for which city these values are.")
        return (
            _("%s has left the consortium. Nothing is saved yet: choose for which city these are.")
            % was
        )


def is_key(text: str) -> bool:
    """Say whether a text can be the key of a row."""
    return text.isascii() and text.isdecimal() and len(text) < LONGEST_KEY


def _measured(roadmap: Roadmap) -> set[int]:
    """Return the cities that have values of their own; only those of a consortium have any."""
    if roadmap.participation.consortium_id is None:
        return set()
    told = Measurement.objects.filter(kpi__initiative__roadmap=roadmap, city__isnull=False)
    return set(told.order_by().values_list("city", flat=True).distinct())


def _meanwhile(newest: Measurement) -> str:
    who = newest.reported_by.name if newest.reported_by else _("A connector")
    return _(
        "%(who)s reported “%(value)s” while you were writing. Save again to add yours as well, or "
        "empty the field."
    ) % {"who": who, "value": newest.as_reported}
