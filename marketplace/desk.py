"""What the marketplace has to do for a signed-in person, for /desk/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, DeskPart, DeskSection, OwnCities, counted, left_out
from cities.models.gathering import long_texts
from cities.permissions import is_programme_staff
from marketplace import desk_of_reviews
from marketplace.models import (
    RUNNING,
    UNDER_REVIEW,
    Confirmation,
    ContactRequest,
    Deployment,
    Need,
    Revision,
    RevisionState,
    Transfer,
)
from marketplace.permissions import is_reviewer

if TYPE_CHECKING:
    from cities.models import User

MOST_SHOWN = 8
MOST_NAMED = 5
# Of an entry the desk tells the title.
LIVE_TEXTS = long_texts(Revision, "entry__live_revision__")


# Under these names a desk shows all of a section.
ENTRIES, QUESTIONS, REUSE = "entries", "questions", "reuse"
TRANSFERS, NEEDS = "transfers", "needs"


def parts(user: User, own: OwnCities, *, whole: str = "") -> list[DeskPart]:
    """Return the marketplace's parts of somebody's desk: as officer, as reviewer, as staff.

    `whole` names the section of which everything is wanted.
    """
    found = []
    if own.edited:
        asked = {
            ENTRIES: _own_entries(own),
            QUESTIONS: _questions(user, own),
            REUSE: _reuse(own),
            NEEDS: _wanted(own),
            TRANSFERS: _transfers(own),
        }
        rows = (counted(one)[: None if key == whole else MOST_SHOWN] for key, one in asked.items())
        found.append(DeskPart((*rows,), _of_officers))
    if is_reviewer(user) and not user.is_superuser:
        found.append(desk_of_reviews.own_part(user, whole=whole))
    if is_programme_staff(user):
        found.append(desk_of_reviews.staff_part(user, whole=whole))
    return found


def _of_officers(
    revisions: list[Revision],
    asked: list[ContactRequest],
    reused: list[Deployment],
    needs: list[Need],
    offered: list[Transfer],
) -> list[DeskSection]:
    transfers = [_transfers_section(offered)] if offered else []
    return [
        _entries_section(revisions),
        _questions_section(asked),
        _reuse_section(reused),
        _needs_section(needs),
        *transfers,
    ]


def _own_entries(cities: OwnCities) -> QuerySet[Revision]:
    """Ask for drafts to be finished and what came back, then what is under review."""
    later = Revision.objects.filter(
        entry=OuterRef("entry"), number__gt=OuterRef("number")
    ).order_by()
    own = (
        Revision.objects.filter(entry__city__in=cities.edited)
        .exclude(Exists(later))
        .select_related("entry__city")
        .defer(*long_texts(Revision))
    )
    shown = [RevisionState.CHANGES_REQUESTED, RevisionState.DRAFT]
    waits_for_city = Case(When(state__in=shown, then=0), default=1)
    return own.filter(state__in=[*shown, *UNDER_REVIEW]).order_by(
        waits_for_city, "-changed_at", "pk"
    )


def _entries_section(revisions: list[Revision]) -> DeskSection:
    return DeskSection(
        key=ENTRIES,
        title=_("Your city's entries"),
        items=[_entry_item(revision) for revision in revisions],
        beyond=left_out(revisions, _more_entries),
        empty=_("No draft waits to be finished, and nothing is under review."),
        more_url=reverse("marketplace:offer"),
        more_label=_("Offer something"),
    )


def _entry_item(revision: Revision) -> DeskItem:
    actions = {
        RevisionState.DRAFT: _("Continue the draft"),
        RevisionState.CHANGES_REQUESTED: _("Revise it"),
    }
    return DeskItem(
        title=revision.title or _("Without a title"),
        url=revision.get_absolute_url(),
        kind=revision.get_state_display(),
        detail=f"{revision.entry.get_kind_display()} · {revision.entry.city}",
        action=actions.get(RevisionState(revision.state), _("See where it stands")),
    )


def _questions(user: User, own: OwnCities) -> QuerySet[ContactRequest]:
    """Ask for what people asked about the city's entries, the oldest first."""
    asked = ContactRequest.objects.received_by(user, own.all).open()
    asked = asked.select_related("entry__live_revision").defer(*LIVE_TEXTS)
    return asked.order_by("sent_at", "pk")


def _questions_section(asked: list[ContactRequest]) -> DeskSection:
    return DeskSection(
        key=QUESTIONS,
        title=_("Questions about your entries"),
        beyond=left_out(asked, _more_questions),
        items=[
            DeskItem(
                title=f"{one.name}: {one.entry}",
                url=one.get_absolute_url(),
                kind=_("Question"),
                detail=Truncator(one.words).chars(100),
                action=_("Read and answer"),
            )
            for one in asked
        ],
        empty=_("Nobody waits for an answer."),
        more_url=reverse("marketplace:contact-list"),
        more_label=_("All questions"),
    )


def _reuse(own: OwnCities) -> QuerySet[Deployment]:
    """Ask for reuse that this person can confirm, or doubts to be mended."""
    all_rows = Deployment.objects.order_by()
    to_confirm = all_rows.filter(
        entry__city__in=own.submitted, confirmation="waiting", status__in=RUNNING
    )
    in_doubt = all_rows.filter(city__in=own.edited, confirmation="doubted")
    return (
        # Each found by an index of its own; together in one condition, every row would be read.
        Deployment.objects.by_others()
        .filter(Q(pk__in=to_confirm.values("pk")) | Q(pk__in=in_doubt.values("pk")))
        .select_related("city", "entry__live_revision")
        .defer(*LIVE_TEXTS)
        .order_by("-changed_at", "pk")
    )


def _reuse_section(rows: list[Deployment]) -> DeskSection:
    return DeskSection(
        key=REUSE,
        title=_("Reuse between cities"),
        beyond=left_out(rows, _more_reuse),
        items=[_reuse_item(row) for row in rows],
        empty=_("No reuse waits for your confirmation."),
        more_url=reverse("marketplace:reuse-list"),
        more_label=_("The ledger of reuse"),
    )


def _reuse_item(row: Deployment) -> DeskItem:
    is_doubted = row.confirmation == Confirmation.DOUBTED
    answer = reverse("marketplace:reuse-answer", kwargs={"pk": row.pk})
    return DeskItem(
        title=str(row.entry),
        url=row.get_absolute_url() if is_doubted else answer,
        kind=_("In doubt") if is_doubted else _("To confirm"),
        detail=f"{row.city}, {row.get_status_display()}",
        action=_("Read what the owner doubts") if is_doubted else _("Confirm or doubt it"),
    )


def _transfers(own: OwnCities) -> QuerySet[Transfer]:
    """Ask for what other cities want to hand over to one this person submits for."""
    offered = Transfer.objects.open().filter(to_city__in=own.submitted)
    return offered.select_related("entry__live_revision", "from_city").defer(*LIVE_TEXTS)


def _transfers_section(offered: list[Transfer]) -> DeskSection:
    return DeskSection(
        key=TRANSFERS,
        title=_("Offered to your city"),
        beyond=left_out(offered, _more_transfers),
        items=[
            DeskItem(
                title=transfer.title,
                url=transfer.get_absolute_url(),
                kind=_("To take over"),
                detail=str(transfer.from_city or ""),
                action=_("Take it over, or not"),
            )
            for transfer in offered
        ],
    )


def _wanted(own: OwnCities) -> QuerySet[Need]:
    """Ask for what the person's cities need, what most others want first."""
    cities = Need.objects.active().filter(demand=OuterRef("demand")).order_by().values("demand")
    return (
        Need.objects.active()
        .filter(city__in=own.edited)
        .select_related("demand__procurement", "city")
        .annotate(number=Subquery(cities.annotate(n=Count("city", distinct=True)).values("n")))
        .order_by("-number", "-pk")
    )


def _needs_section(shown: list[Need]) -> DeskSection:
    """Tell who wants the same: one query more."""
    others: dict[int, list[str]] = {}
    asked = Need.objects.active().filter(demand__in=[need.demand_id for need in shown])
    for demand, city, name in asked.values_list("demand", "city", "city__name"):
        if city not in {need.city_id for need in shown if need.demand_id == demand}:
            others.setdefault(demand, []).append(name)
    return DeskSection(
        key=NEEDS,
        title=_("What your city needs"),
        beyond=left_out(shown, _more_needs),
        items=[_need_item(need, sorted(others.get(need.demand_id, []))) for need in shown],
        empty=_("Your city has stated no need. Say what you look for: others may want the same."),
        more_url=reverse("marketplace:demand-state"),
        more_label=_("State a need"),
    )


def _need_item(need: Need, others: list[str]) -> DeskItem:
    procurement = getattr(need.demand, "procurement", None)
    who = _("Nobody else yet")
    if others:
        who = _("Also wanted by {cities}").format(cities=", ".join(others[:MOST_NAMED]))
        if len(others) > MOST_NAMED:
            more = len(others) - MOST_NAMED
            who += " " + ngettext("and %d more", "and %d more", more) % more
    return DeskItem(
        title=need.title,
        url=need.demand.get_absolute_url(),
        kind=str(procurement.get_state_display()) if procurement else _("Need"),
        detail=who,
    )


# ── how many more ───────────────────────────────────────────────────────────────────────────────
def _more_entries(number: int) -> str:
    return ngettext("%d more entry", "%d more entries", number) % number


def _more_questions(number: int) -> str:
    return ngettext("%d more question", "%d more questions", number) % number


def _more_reuse(number: int) -> str:
    return ngettext("%d more row of the ledger", "%d more rows of the ledger", number) % number


def _more_transfers(number: int) -> str:
    return ngettext("%d more offer", "%d more offers", number) % number


def _more_needs(number: int) -> str:
    return ngettext("%d more need", "%d more needs", number) % number
