"""The grid of this quarter's values: a row for each KPI, of which those with a value are read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F, OuterRef, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from cities.models import User
from cities.models.gathering import long_texts
from initiatives import dates, values
from initiatives.forms.measurements import MeasurementForm
from initiatives.forms.pasted_values import PastedValues
from initiatives.forms.units import in_another_unit
from initiatives.models import KPI, Initiative, Measurement, Roadmap, ValueKind
from initiatives.pictures import when_measured
from initiatives.series import cities_of
from initiatives.services import Circumstances, as_measurement

QUARTER = re.compile(r"(\d{4})-([1-4])")


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, as an address names it: "2022-3"."""

    year: int
    number: int

    @classmethod
    def named(cls, text: str, today: date) -> Quarter:
        """Return the quarter an address names; without one, the last that has ended."""
        found = QUARTER.fullmatch(text)
        if found and 1900 < int(found[1]) < 2200:
            return cls(int(found[1]), int(found[2]))
        return cls(today.year, (today.month + 2) // 3).before

    @property
    def before(self) -> Quarter:
        """Return the quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> Quarter:
        """Return the quarter after."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def code(self) -> str:
        """Return how an address names it."""
        return f"{self.year}-{self.number}"

    @property
    def last_day(self) -> date:
        """Return its last day."""
        following = self.after
        return date(following.year, following.number * 3 - 2, 1) - timedelta(days=1)

    def __str__(self) -> str:
        return dates.words(dates.parse(f"Q{self.number} {self.year}"))


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
        self.cities = cities_of(roadmap)
        chosen = data.get("city", city) if data is not None else city
        self.city = next((one for one in self.cities if str(one.pk) == chosen), None)
        self.as_of = dates.compact(dates.of_day(quarter.last_day))
        self.pasted = PastedValues()
        self.rows = [self._row(kpi, lasts) for kpi, lasts in self._kpis()]

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
        return not any(row.errors for row in self.rows)

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
        good = [row for row in self.rows if row.is_good]
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
        for row in self.rows:
            if row.value or row.note:
                sent.update(row.fields())
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
    def faulty(self) -> list[Row]:
        """Return the rows that must be mended."""
        return [row for row in self.rows if row.errors]


def _meanwhile(newest: Measurement) -> str:
    who = newest.reported_by.name if newest.reported_by else _("A connector")
    return _(
        "%(who)s reported “%(value)s” while you were writing. Save again to add yours as well, or "
        "empty the field."
    ) % {"who": who, "value": newest.as_reported}
