"""Until when a deliverable is handed in, by the clock that all hosts share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, OuterRef, QuerySet, Subquery, TextField
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities import clock
from cities.desk import DeskItem
from cities.models import Participation, User
from initiatives.models import DeliverableSnapshot, DocumentTemplate, LateHandIn, Roadmap


class TooLate(Exception):
    """The deadline has passed; the words say so, and whom to ask."""


def is_over(template: DocumentTemplate, now: datetime) -> bool:
    """Say whether nothing can be handed in any more, the minute of grace included."""
    return clock.has_passed(template.due_at, now)


def refuse_late(template: DocumentTemplate, by: User) -> None:
    """Raise TooLate after the deadline, except for whom a city would ask."""
    if template.due_at and is_over(template, clock.now()) and not by.is_superuser:
        raise TooLate(
            _("The deadline was %(when)s. Nothing is lost: what you wrote is kept as a late draft.")
            % {"when": words(template)}
            + " "
            + whom_to_ask()
        )


def words(template: DocumentTemplate) -> str:
    """Return the deadline with its time zone; "" where there is none."""
    if template.due_at is None:
        return ""
    return f"{date_format(timezone.localtime(template.due_at), 'DATETIME_FORMAT')} ({_zone()})"


def keep_late(
    roadmap: Roadmap, template: DocumentTemplate, *, by: User, note: str, publish: bool
) -> LateHandIn:
    """Keep what somebody wrote too late, for their team to hand in once the deadline is moved."""
    return LateHandIn.objects.update_or_create(
        roadmap=roadmap,
        template=template,
        written_by=by,
        defaults={"note": note, "publish": publish},
    )[0]


class Numbers(Aggregate):
    """The numbers of rows in one text, with commas between."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Say it as PostgreSQL does."""
        template = "STRING_AGG(%(expressions)s::text, ',')"
        return self.as_sql(compiler, connection, template=template, **more)


def with_hand_ins(participations: QuerySet[Participation]) -> QuerySet[Participation]:
    """Fetch with participations which outlines were handed in, and whose late draft is the last."""
    snapshots = DeliverableSnapshot.objects.filter(roadmap=OuterRef("roadmap")).order_by()
    late = LateHandIn.objects.filter(roadmap=OuterRef("roadmap"))
    return participations.annotate(
        handed_in=Subquery(
            snapshots.values("roadmap").annotate(all=Numbers("template")).values("all")
        ),
        late_outline=Subquery(late.values("template")[:1]),
        late_by=Subquery(late.values("written_by__name")[:1]),
    )


def due_rows(
    roadmaps: Iterable[Roadmap] | QuerySet[Roadmap],
) -> tuple[QuerySet[Participation], QuerySet[DocumentTemplate]]:
    """Return what is asked for `due_of`: participations, and the outlines of their editions."""
    rows = with_hand_ins(Participation.objects.filter(roadmap__in=roadmaps).order_by("pk"))
    editions = Participation.objects.filter(roadmap__in=roadmaps).order_by().values("edition")
    outlines = DocumentTemplate.objects.filter(edition__in=editions, due_at__isnull=False)
    return rows.select_related("roadmap"), outlines


def due_of(
    participations: Iterable[Any], outlines: Iterable[DocumentTemplate] | None = None
) -> list[DeskItem]:
    """Return what has to be handed in and was not yet, the most pressing first: no query.

    Participations came `with_hand_ins`, their outlines beside them or fetched with their edition.
    """
    known = None if outlines is None else list(outlines)

    def of(one: Any) -> Iterable[DocumentTemplate]:
        if known is None:
            return one.edition.document_templates.all()  # type: ignore[no-any-return]
        return [outline for outline in known if outline.edition_id == one.edition_id]

    waiting = [
        (one, outline)
        for one in participations
        if getattr(one, "roadmap", None) is not None
        for outline in of(one)
        if outline.due_at and str(outline.pk) not in (one.handed_in or "").split(",")
    ]
    waiting.sort(key=lambda found: (found[1].due_at, found[1].pk))
    return [_as_item(one, outline) for one, outline in waiting]


def _as_item(participation: Any, outline: DocumentTemplate) -> DeskItem:
    told = [participation.roadmap.title, words(outline)]
    if participation.late_outline == outline.pk:
        told.append(_("a late draft by %s is kept") % participation.late_by)
    return DeskItem(
        title=outline.name,
        url=reverse("initiatives:deliverable-desk", args=[participation.roadmap.pk]),
        kind=_("Hand-in"),
        detail=" · ".join(told),
        due_on=timezone.localdate(outline.due_at),
        action=_("See the deliverable"),
        late_words=_("Not handed in") if is_over(outline, timezone.now()) else "",
    )


def said(template: DocumentTemplate) -> str:
    """Return what the page says of the deadline of an outline; "" where there is none."""
    told = {"outline": template.name, "when": words(template)}
    if template.due_at is None:
        return ""
    if is_over(template, clock.now()):
        return _("%(outline)s: the deadline was %(when)s.") % told + " " + whom_to_ask()
    return _("%(outline)s: to be handed in by %(when)s.") % told


def whom_to_ask() -> str:
    """Say who can still hand it in."""
    if settings.PORTAL_CONTACT:
        return _("Ask %s: the programme can move the deadline or hand it in for you.") % (
            settings.PORTAL_CONTACT
        )
    return _("Ask the programme's staff: they can move the deadline or hand it in for you.")


def _zone() -> str:
    return timezone.get_current_timezone_name()
