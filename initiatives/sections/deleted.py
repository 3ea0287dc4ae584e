"""Rows that were taken away lately, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.models import Actor
from initiatives.models import (
    KPI,
    MOST_LEVELS,
    Ambition,
    AmbitionStep,
    Axis,
    BudgetLine,
    CityNeed,
    Commitment,
    DealAction,
    DealSignatory,
    Dependency,
    GovernanceBody,
    Initiative,
    Lesson,
    LocalGreenDeal,
    MatrixEntry,
    Milestone,
    OwnChapter,
    PriorityAxis,
    Risk,
    Roadmap,
    Stakeholder,
    Standing,
    SupportNeed,
    Target,
)
from initiatives.models.histories import lists_of

KEPT_FOR = timedelta(days=30)
# Rows that go with another are taken away within the same moment.
TOGETHER = timedelta(seconds=5)


@dataclass(frozen=True)
class Kind:
    """A kind of rows: what people call one, and the column, or expression, with its words."""

    model: Any
    label: Any
    words: Any


# Somebody of the directory has no name of its own in the row.
SIGNATORY = Coalesce(NullIf("name", Value("")), "organisation__name")
# Nor has a dependency that is said by what it is on (`_words`).
SAID = NullIf("text", Value(""))
KINDS = {
    "priority": Kind(PriorityAxis, _("Priority"), "name"),
    "axis": Kind(Axis, _("Axis"), "name"),
    "ambition": Kind(Ambition, _("Ambition"), "statement"),
    "body": Kind(GovernanceBody, _("Body or role"), "name"),
    "lesson": Kind(Lesson, _("Lesson"), "text"),
    "commitment": Kind(Commitment, _("Commitment"), "text"),
    "need": Kind(CityNeed, _("Need of a city"), "text"),
    "entry": Kind(MatrixEntry, _("Entry of the matrix"), "text"),
    "step": Kind(AmbitionStep, _("Step"), "text"),
    "deal": Kind(LocalGreenDeal, _("Local Green Deal"), "title"),
    "signatory": Kind(DealSignatory, _("Signatory"), SIGNATORY),
    "action": Kind(DealAction, _("Action of a deal"), "text"),
    "initiative": Kind(Initiative, _("Initiative"), "name"),
    "milestone": Kind(Milestone, _("Milestone"), "title"),
    "kpi": Kind(KPI, _("KPI"), "name"),
    "dependency": Kind(Dependency, _("Dependency"), SAID),
    "stakeholder": Kind(Stakeholder, _("Stakeholder"), "name"),
    "risk": Kind(Risk, _("Risk"), "text"),
    "support": Kind(SupportNeed, _("Support needed"), "text"),
    "budget": Kind(BudgetLine, _("Budget line"), "label"),
    "chapter": Kind(OwnChapter, _("Chapter of your own"), "heading"),
}
OF_AN_INITIATIVE = Milestone, KPI, Dependency, Stakeholder, Risk, SupportNeed, BudgetLine
# What goes with an axis or an ambition, and by which column.
BELOW: dict[Any, list[tuple[Any, str]]] = {
    Axis: [(MatrixEntry, "axis")],
    Ambition: [(MatrixEntry, "ambition"), (AmbitionStep, "ambition")],
    LocalGreenDeal: [(DealSignatory, "deal"), (DealAction, "deal")],
    Initiative: [(model, "initiative") for model in OF_AN_INITIATIVE],
    KPI: [(Target, "kpi")],
}
# Rows that named it and stayed, by which column, and how they belong to a roadmap.
NAMED_BY: dict[Any, list[tuple[Any, str, str]]] = {
    GovernanceBody: [(GovernanceBody, "above", "roadmap")],
    Initiative: [
        (Lesson, "initiative", "roadmap"),
        (Commitment, "initiative", "roadmap"),
        (DealAction, "initiative", "deal__roadmap"),
    ],
    KPI: [(DealAction, "kpi", "deal__roadmap")],
    DealSignatory: [(DealAction, "signatory", "deal__roadmap")],
}

PARENTS = "roadmap_id", "axis_id", "ambition_id", "deal_id", "initiative_id"


@dataclass(frozen=True)
class Deleted:
    """A row that was taken away: what it said, by whom and when."""

    kind: str
    history: int
    row: int
    words: str
    when: datetime
    who: str

    @property
    def label(self) -> str:
        """Return what people call such a row."""
        return str(KINDS[self.kind].label)


class CannotReturn(Exception):
    """A row cannot be brought back; the words say why, and can be shown."""


def lately(
    roadmap: Roadmap, *, since: datetime | None = None, reader: Actor | None = None
) -> list[Deleted]:
    """Return what was taken away and is not back, the latest first: one query.

    Other cities' initiatives are named where the reader may know of them.
    """
    since = since or timezone.now() - KEPT_FOR
    reader = reader or AnonymousUser()
    parts = [_of_kind(name, kind, roadmap, since, reader) for name, kind in KINDS.items()]
    found: dict[tuple[str, int], Deleted] = {}
    for entry in parts[0].union(*parts[1:], all=True).order_by("-gone_at"):
        one = Deleted(*entry)
        found.setdefault((one.kind, one.row), one)
    return list(found.values())


def _of_kind(
    name: str, kind: Kind, roadmap: Roadmap, since: datetime, reader: Actor
) -> QuerySet[Any, Any]:
    gone = kind.model.history.filter(_in(kind.model, roadmap), history_type="-")
    here = kind.model._default_manager.order_by().values("pk")
    return (
        gone.filter(history_date__gte=since)
        .exclude(id__in=here)
        .order_by()
        .annotate(
            row_kind=Value(name, output_field=CharField()),
            row_words=Cast(_words(kind, roadmap, reader), CharField()),
            gone_at=F("history_date"),
            gone_by=F("history_user__name"),
        )
        .values_list("row_kind", "history_id", "id", "row_words", "gone_at", "gone_by")
    )


def _words(kind: Kind, roadmap: Roadmap, reader: Actor) -> Any:
    if kind.model is not Dependency:
        return kind.words
    own = Initiative.objects.filter(roadmap=roadmap)
    known = (own | Initiative.objects.visible_to(reader)).order_by()
    on_initiative = Case(
        When(on_initiative__in=known.values("pk"), then="on_initiative__name"),
        When(on_initiative__isnull=False, then=Value(gettext("An initiative that is not public"))),
    )
    return Coalesce(kind.words, on_initiative, "on_organisation__name")


def _in(model: Any, roadmap: Roadmap) -> Q:
    """Say that a record is of this roadmap; what went with its axis or ambition comes with it."""
    axes = Q(axis__in=roadmap.axes.order_by().values("pk"))
    ambitions = Q(ambition__in=roadmap.ambitions.order_by().values("pk"))
    if model in OF_AN_INITIATIVE:
        return Q(initiative__in=roadmap.initiatives.order_by().values("pk"))
    if model is MatrixEntry:
        return axes & ambitions
    if model in (DealSignatory, DealAction):
        return Q(deal__in=roadmap.deals.order_by().values("pk"))
    return ambitions if model is AmbitionStep else Q(roadmap=roadmap.pk)


@transaction.atomic
def bring_back(roadmap: Roadmap, kind: str, history: int, *, notes: list[str] | None = None) -> Any:
    """Put a row back, last among its like, with what went with it; None where it is back already.

    Raises CannotReturn. What had to become otherwise is added to `notes`.
    """
    Roadmap.objects.select_for_update().only("pk").get(pk=roadmap.pk)
    known = KINDS.get(kind)
    if known is None:
        return None
    model = known.model
    record = model.history.filter(_in(model, roadmap), history_type="-", history_id=history).first()
    if record is None or model._default_manager.filter(pk=record.id).exists():
        return None
    try:
        with transaction.atomic():
            return _insert_with_rows(record, roadmap, [] if notes is None else notes)
    except IntegrityError as fault:
        raise CannotReturn(_why_not(record.instance)) from fault


def _why_not(row: Any) -> str:
    """Say why the database refused a row: another stands there, or it would say nothing."""
    label = next((name for name in ("name", "title") if hasattr(row, name)), "")
    words = getattr(row, label) if label else ""
    if words and _like(row).filter(**{label: words}).exists():
        return gettext("“%s” is the name of another by now: rename that one first.") % words[:80]
    if isinstance(row, CityNeed) and _like(row).filter(city=row.city_id).exists():
        return gettext("Another need of %s stands in its place by now.") % row.city
    return gettext("All that it was about is gone.")


def _insert_with_rows(record: Any, roadmap: Roadmap, notes: list[str]) -> Any:
    """Write a row anew, and those that went with it at the same moment; others name it again."""
    row = _insert(record, notes)
    for below, column in BELOW.get(type(row), []):
        with_it = below.history.filter(
            **{column: row.pk},
            history_type="-",
            history_date__range=(record.history_date - TOGETHER, record.history_date + TOGETHER),
        )
        # A target is written after the later one by which it was superseded.
        for one in (
            with_it.order_by("-id") if below is Target else with_it.order_by("position", "id")
        ):
            if not below._default_manager.filter(pk=one.id).exists():
                _insert_with_rows(one, roadmap, notes)
    for naming, column, path in NAMED_BY.get(type(row), []):
        named_it = naming._default_manager.filter(**{path: roadmap})
        _names_again(named_it, column, row, record.history_date)
    if type(row) in Standing.NAMES:
        Standing.objects.name_again(row)
    return row


def _insert(record: Any, notes: list[str]) -> Any:
    """Write the row of a record anew; what it pointed at and is gone is left out."""
    row = record.instance
    for column in row._meta.concrete_fields:
        if column.many_to_one and column.null and getattr(row, column.attname) is not None:
            related = column.related_model._default_manager
            if not related.filter(pk=getattr(row, column.attname)).exists():
                setattr(row, column.attname, None)
    if isinstance(row, Initiative):
        _find_room(row, notes)
    if hasattr(row, "position"):
        row.position = _last_place(row)
    row.save(force_insert=True)
    if hasattr(record, "_history_m2m_fields"):
        for name, keys in lists_of(record).items():
            _fill(getattr(row, name), keys)
    return row


def _fill(named: Any, keys: list[int]) -> None:
    """Put into a list again what stood there and is not gone."""
    named.set(named.model._default_manager.filter(pk__in=keys))


def _find_room(row: Initiative, notes: list[str]) -> None:
    """Let an initiative come back where its address, or its place in the tree, is taken by now."""
    if Initiative.objects.filter(slug=row.slug).exists():
        row.slug = Initiative.objects.free_slug(row.roadmap, row.name)
        notes.append(gettext("Its address is another one's by now, so it has a new one."))
    if row.parent is not None and row.parent.level >= MOST_LEVELS:
        words = gettext("“%s” is on the last level by now, so this one is on the first.")
        notes.append(words % row.parent.name[:80])
        row.parent = None


def _like(row: Any) -> QuerySet[Any]:
    """Return those among which a row stands."""
    parent = next(name for name in PARENTS if hasattr(row, name))
    found: QuerySet[Any] = type(row)._default_manager.filter(**{parent: getattr(row, parent)})
    return found


def _last_place(row: Any) -> int:
    last = _like(row).order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _names_again(rows: QuerySet[Any], column: str, named: Any, when: datetime) -> None:
    """Let rows name this one again that did when it was taken away."""
    for row in rows.filter(**{column: None}):
        last = row.history.filter(history_date__lte=when).first()
        if last is not None and getattr(last, f"{column}_id") == named.pk:
            setattr(row, column, named)
            row.save(update_fields=[column])
