"""Whatever happens in roadmaps as rows of one shape, so that one query reads it all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, NullIf, TruncDate
from django.utils import timezone

from cities.models import FormDraft, User
from initiatives.models import (
    KPI,
    DeliverableSnapshot,
    Initiative,
    Measurement,
    Milestone,
    Roadmap,
    SectionComment,
    SectionSave,
)
from initiatives.sections.activity import CHARTER_DRAFTS, DRAFTS, HERE_NOW

LATELY = timedelta(days=14)
# Whoever comes back after a summer still learns what changed; what is older is in the histories.
TOLD = timedelta(days=90)
# Of so many events the newest changes and saved sections are told.
MOST_READ = 80

Rows = QuerySet[Any, dict[str, Any]]


def of(
    roadmaps: list[int], initiatives: Iterable[int], user: User, *, in_team: bool = False
) -> Rows:
    """Return what happened in these roadmaps and their initiatives, the latest first.

    Each row has `when`, `event` (its kind), `named`, `done`, `count`, `roadmap_key`, `page_slug`
    (of the initiative as it is called today; "" when it is gone), `row_key`, `person`, `who`.
    Comments that are open come first of all, as one row of the kind "open" for each section. What
    this person did is one row of the kind "own" for each sort of thing, however much it is: nobody
    has to look for what others did among it. `in_team` where they are known to be
    in the team of all these roadmaps.
    """
    own = Initiative.history.filter(roadmap__in=roadmaps).order_by().values("id")
    now = timezone.now()
    typed = reduce(Q.__or__, (Q(target__startswith=f"{key}-") for key in roadmaps), Q(pk=None))
    charters = Q(form=CHARTER_DRAFTS, target__in=[str(key) for key in initiatives])
    either = Q(typed, form=DRAFTS) | charters
    drafts = FormDraft.objects.filter(either, saved_at__gte=now - HERE_NOW)
    saves = SectionSave.objects.filter(roadmap__in=roadmaps, saved_at__gte=now - LATELY)
    said = SectionComment.objects.visible_to(user, in_team=in_team).filter(
        roadmap__in=roadmaps, taken_back_at__isnull=True
    )
    since = now - TOLD
    handed_in = DeliverableSnapshot.objects.filter(roadmap__in=roadmaps, handed_in_at__gte=since)
    lately_said = said.filter(created_at__gte=since)
    reported = Measurement.objects.filter(
        kpi__initiative__roadmap__in=roadmaps, reported_by__isnull=False, reported_at__gte=since
    )
    changed = {
        Initiative: _changed(Initiative, since, roadmap__in=roadmaps),
        Milestone: _changed(Milestone, since, initiative__in=own),
        KPI: _changed(KPI, since, initiative__in=own),
        Roadmap: _changed(Roadmap, since, id__in=roadmaps),
    }
    by_me = [
        *(_own(rows, user, "history_user", "history_date") for rows in changed.values()),
        _own(reported, user, "reported_by", "reported_at"),
        _own(lately_said, user, "author", "created_at"),
        _own(handed_in, user, "handed_in_by", "handed_in_at"),
    ]
    found = [
        _open(said, now),
        *by_me,
        _changes(Initiative, changed, user, "name", "slug"),
        _changes(Milestone, changed, user, "title", "initiative__slug"),
        _changes(KPI, changed, user, "name", "initiative__slug"),
        _changes(Roadmap, changed, user, "title", ""),
        _values(reported.exclude(reported_by=user)),
        _row(lately_said.exclude(author=user), "comment", when=F("created_at"),
             named="section", roadmap=F("roadmap"), key=F("pk"), by="author"),
        _row(handed_in.exclude(handed_in_by=user), "hand_in", when=F("handed_in_at"),
             named="template__name", roadmap=F("roadmap"), number=F("number"), by="handed_in_by"),
        _row(saves, "save", when=F("saved_at"), named="section", roadmap=F("roadmap")),
        _row(drafts.exclude(user=user), "draft", when=F("saved_at"), named="target",
             done=F("form")),
    ]  # fmt: skip
    return found[0].union(*found[1:], all=True).order_by("-when")[:MOST_READ]


def _changed(model: Any, since: datetime, **of: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.history.filter(
        history_user__isnull=False, history_date__gte=since, **of
    )
    return rows


def _own(rows: QuerySet[Any], user: User, by: str, when: str) -> Rows:
    """What somebody did of one sort, as one row: how often, and when last."""
    own = rows.order_by().filter(**{by: user}).values(by)
    return _row(
        own.annotate(at=Max(when), of_it=Count("pk")),
        "own",
        when=F("at"),
        named=Value(""),
        number=F("of_it"),
        by="",
    )


def _changes(
    model: Any, changed: dict[Any, QuerySet[Any]], user: User, name: str, slug: str
) -> Rows:
    today = model.objects.filter(pk=OuterRef("id")).order_by()
    return _row(
        changed[model].exclude(history_user=user),
        model._meta.model_name,
        when=F("history_date"),
        named=name,
        done=F("history_type"),
        slug=Subquery(today.values(slug)) if slug else None,
        key=F("id"),
        roadmap=None if slug else F("id"),
        by="history_user",
    )


def _values(reported: QuerySet[Any]) -> Rows:
    """Values that people reported, as one row for each initiative, person and day."""
    days = reported.order_by().annotate(day=TruncDate("reported_at")).values(
        "kpi__initiative__name", "kpi__initiative__slug", "reported_by", "reported_by__name",
        "reported_by__email", "day",
    )  # fmt: skip
    return _row(
        days.annotate(at=Max("reported_at"), of_it=Count("pk")),
        "value",
        when=F("at"),
        named="kpi__initiative__name",
        number=F("of_it"),
        slug=F("kpi__initiative__slug"),
        by="reported_by",
    )


def _open(said: QuerySet[SectionComment], now: Any) -> Rows:
    """Comments that wait, as one row for each section; they happen now, so they come first."""
    waiting = said.filter(resolved_at=None).order_by().values("section", "roadmap")
    return _row(
        waiting.annotate(of_it=Count("pk")),
        "open",
        when=Value(now, output_field=DateTimeField()),
        named="section",
        number=F("of_it"),
        roadmap=F("roadmap"),
        by="",
    )


def _row(rows: QuerySet[Any, Any], kind: str, *, when: Any, named: Any, done: Any = None,
         number: Any = None, roadmap: Any = None, slug: Any = None, key: Any = None,
         by: str = "user") -> Rows:  # fmt: skip
    """Return rows of any kind with the columns that all events have."""
    nobody = Value("", output_field=CharField())
    who = Coalesce(NullIf(f"{by}__name", Value("")), f"{by}__email", output_field=CharField())
    whole = {"output_field": IntegerField()}
    return rows.order_by().values(
        when=when,
        event=Value(kind),
        named=Cast(named, CharField()),
        done=Cast(done, CharField()) if done else nobody,
        count=Cast(number, **whole) if number else Value(0, **whole),
        roadmap_key=Cast(roadmap, **whole) if roadmap else Value(0, **whole),
        page_slug=Coalesce(slug, Value(""), output_field=CharField()) if slug else nobody,
        row_key=Cast(key, **whole) if key else Value(0, **whole),
        person=Cast(by, **whole) if by else Value(0, **whole),
        who=who if by else nobody,
    )
