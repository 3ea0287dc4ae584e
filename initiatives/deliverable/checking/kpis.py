"""KPIs that changed between plan and result without a word, and pictures without words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import pictures
from initiatives.deliverable import plain_kpis
from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.facts import Facts
from initiatives.models import KPI, Direction, EvidenceFile, Initiative

# While a KPI is being written it is not a plan yet.
WRITING = timedelta(days=7)


@dataclass(frozen=True)
class Planned:
    """The KPIs that a hand-in told."""

    names: set[str]
    kpis: dict[int, dict[str, Any]]
    """Each by its key, as `deliverable.plain_kpis` keeps it; hand-ins of old have names alone."""


def planned_in(told: dict[str, Any]) -> Planned:
    """Return the KPIs as a snapshot planned them."""
    names: set[str] = set()
    for chapter in told["chapters"]:
        if chapter["kind"] == "kpis":
            for block in chapter["blocks"]:
                rows = block.get("rows") or [[one] for one in block.get("items", [])]
                names.update(row[0] for row in rows)
    known = {one["key"]: one for one in told.get("kpis", [])}
    return Planned(names | {one["name"] for one in known.values()}, known)


def changed(facts: Facts, earlier: Planned) -> Iterator[Finding]:
    """Find KPIs that an earlier hand-in planned and that are gone or not the same, and new ones."""
    if not earlier.names:
        return
    now = {kpi.name: (one, kpi) for one in facts.initiatives for kpi in one.kpis.all()}
    by_key = {kpi.pk: (one, kpi) for one, kpi in now.values()}
    by_key |= {kpi.pk: (one, kpi) for one in facts.initiatives for kpi in one.kpis.all()}
    kept = {key: earlier.kpis[key] for key in earlier.kpis if key in by_key}
    for key, planned in kept.items():
        yield from _not_as_handed_in(*by_key[key], planned)
    url = facts.roadmap.get_absolute_url()
    for name in sorted(earlier.names - now.keys() - {one["name"] for one in kept.values()}):
        what = _("This KPI was planned in an earlier hand-in and is gone; lessons do not say why.")
        if not any(name in lesson.text for lesson in facts.lessons):
            yield Finding("kpi-gone", Grade.ERROR, what, name, url, name)
    for name in sorted(now.keys() - earlier.names - {by_key[key][1].name for key in kept}):
        one, kpi = now[name]
        if not kpi.note:
            what = _("This KPI is new since an earlier hand-in; its note does not say why.")
            edit = reverse("initiatives:kpi-edit", args=[one.slug, kpi.pk])
            yield Finding("kpi-new", Grade.QUESTION, what, name, f"{edit}#id_note", name)


def _not_as_handed_in(one: Initiative, kpi: KPI, planned: dict[str, Any]) -> Iterator[Finding]:
    """Find what a KPI is otherwise than in a hand-in, unless a note written since says why."""
    if kpi.note and kpi.note != planned["note"]:
        return
    directions = dict(Direction.choices)
    pairs = [(planned[name], getattr(kpi, name)) for name in ("name", "unit")]
    pairs.append((str(directions[planned["direction"]]), str(directions[kpi.direction])))
    before, now = planned["targets"], plain_kpis.targets_of(kpi)
    if before != now:
        pairs.append((_targets(before), _targets(now)))
    yield from _told(one, kpi, pairs)


def _targets(rows: list[dict[str, Any]]) -> str:
    """Return targets in words, as they are told elsewhere."""
    return "; ".join(pictures.target_words(one) for one in plain_kpis.as_targets(rows))


def changed_since_planned(facts: Facts) -> Iterator[Finding]:
    """Find KPIs that are not what they were soon after they were written, without a word why.

    This is for roadmaps that were never handed in: there is no plan to compare with but the
    history. One query.
    """
    now = {kpi.pk: (one, kpi) for one in facts.initiatives for kpi in one.kpis.all()}
    for key, versions in _versions(facts).items():
        written_by = versions[0].history_date + WRITING
        first = [one for one in versions if one.history_date <= written_by][-1]
        if key in now:
            yield from _differs(*now[key], first)
        elif first.history_type != "-" and not any(first.name in one.text for one in facts.lessons):
            what = _("This KPI was planned and is gone; lessons do not say why.")
            gone = reverse("initiatives:sections-deleted", args=[facts.roadmap.pk])
            yield Finding("kpi-gone", Grade.QUESTION, what, first.name, gone, first.name)


def _versions(facts: Facts) -> dict[int, list[Any]]:
    """Return what each KPI of the roadmap was, from its first version on."""
    initiatives = [one.pk for one in facts.initiatives]
    found: dict[int, list[Any]] = defaultdict(list)
    rows = KPI.history.filter(initiative__in=initiatives)
    for row in rows.order_by("history_date", "history_id"):
        found[row.id].append(row)
    return found


def _differs(one: Initiative, kpi: KPI, planned: Any) -> Iterator[Finding]:
    """Find what a KPI is otherwise than a record of its history, unless a later note says why."""
    if kpi.note and kpi.note != planned.note:
        return
    pairs = [(planned.name, kpi.name), (planned.unit, kpi.unit)]
    pairs.append((planned.get_direction_display(), kpi.get_direction_display()))
    yield from _told(one, kpi, pairs)


def _told(one: Initiative, kpi: KPI, pairs: list[tuple[str, str]]) -> Iterator[Finding]:
    edit = reverse("initiatives:kpi-edit", args=[one.slug, kpi.pk])
    asks = _("This KPI was planned as “%s”; its note does not say why it changed.")
    for before, after in pairs:
        # What nobody had said yet is no plan.
        if before and before != after:
            where, note = f"{one.name}: {kpi.name}", f"{edit}#id_note"
            excerpt = after or _("nothing")
            yield Finding("kpi-changed", Grade.QUESTION, asks % before, where, note, excerpt)


def without_target(facts: Facts) -> Iterator[Finding]:
    """Find KPIs of which nobody says what they should reach."""
    for one in facts.initiatives:
        for kpi in one.kpis.all():
            if not any(target.superseded_by_id is None for target in kpi.targets.all()):
                what = _("No target says what this KPI should reach by when.")
                add = reverse("initiatives:target-add", args=[one.slug, kpi.pk])
                where = f"{one.name}: {kpi.name}"
                yield Finding("kpi-no-target", Grade.QUESTION, what, where, add, kpi.name)


def pictures_without_words(facts: Facts) -> Iterator[Finding]:
    """Find pictures shown with a value of which nobody said what they show: one query."""
    shown = EvidenceFile.objects.filter(
        measurement__kpi__initiative__roadmap=facts.roadmap,
        measurement__corrected_by__isnull=True,
        media_type__startswith="image/",
        shows="",
    ).select_related("measurement__kpi__initiative")
    for file in shown.order_by("pk"):
        kpi = file.measurement.kpi
        what = _("Nobody has said what this picture shows, so the public does not see it.")
        address = [kpi.initiative.slug, kpi.pk, file.measurement_id]
        url = reverse("initiatives:measurement-files", args=address)
        where = f"{kpi.initiative.name}: {kpi.name}"
        yield Finding("picture-without-words", Grade.ERROR, what, where, url, file.name)


def without_result(facts: Facts) -> Iterator[Finding]:
    """Find KPIs of which nothing was ever reported, and numbers reported in words alone."""
    for one in facts.initiatives:
        for kpi in one.kpis.all():
            url = reverse("initiatives:kpi-detail", args=[one.slug, kpi.pk])
            where = f"{one.name}: {kpi.name}"
            values = [value for value in kpi.measurements.all() if value.corrected_by_id is None]
            if not values:
                what = _("Nothing was reported for this KPI.")
                yield Finding("kpi-silent", Grade.QUESTION, what, where, url, kpi.name)
            for value in values:
                asks_number = kpi.name.casefold().startswith(("number of", "nombre de"))
                if asks_number and value.kind == "text" and not (kpi.note or value.note):
                    what = _("A number was planned, words were reported, and no note says why.")
                    excerpt = value.as_reported
                    yield Finding("kpi-words", Grade.QUESTION, what, where, url, excerpt)
