"""What the marketplace has to do for a signed-in person, for /desk/."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, DeskSection
from cities.models import CityMembership, Effect, EffectState
from cities.permissions import is_programme_staff
from marketplace.models import (
    RUNNING,
    UNDER_REVIEW,
    Confirmation,
    ContactRequest,
    Deployment,
    Need,
    Review,
    Revision,
    RevisionState,
    Transfer,
)
from marketplace.permissions import is_reviewer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cities.models import User

MOST_SHOWN = 8
MOST_NAMED = 5


def sections(user: User) -> list[DeskSection]:
    """Return the marketplace's parts of somebody's desk: as officer, as reviewer, as staff."""
    found = []
    if CityMembership.objects.running().filter(user=user, role__may_edit=True).exists():
        found.append(_own_entries(user))
        found.append(_questions(user))
        found += [_between_cities(user), _wanted_by_others(user)]
        found += [section for section in [_transfers(user)] if section.items]
    if is_reviewer(user) and not user.is_superuser:
        found.append(_own_reviews(user))
    if is_programme_staff(user):
        found.append(_for_staff(user))
    return found


def _own_entries(user: User) -> DeskSection:
    """Drafts to be finished and what came back, then what is under review."""
    running = CityMembership.objects.running().filter(user=user, role__may_edit=True).order_by()
    later = Revision.objects.filter(
        entry=OuterRef("entry"), number__gt=OuterRef("number")
    ).order_by()
    own = (
        Revision.objects.filter(entry__city__in=running.values("city"))
        .exclude(Exists(later))
        .select_related("entry__city")
    )
    shown = [RevisionState.CHANGES_REQUESTED, RevisionState.DRAFT]
    revisions = (
        own.filter(state__in=[*shown, *UNDER_REVIEW])
        .annotate(waits_for_city=Q(state__in=shown))
        .order_by("-waits_for_city", "-changed_at")[:MOST_SHOWN]
    )
    return DeskSection(
        title=_("Your city's entries"),
        items=[_entry_item(revision) for revision in revisions],
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


def _questions(user: User) -> DeskSection:
    """What people asked about the city's entries, the oldest first."""
    asked = ContactRequest.objects.received_by(user).open().select_related("entry__live_revision")
    return DeskSection(
        title=_("Questions about your entries"),
        items=[
            DeskItem(
                title=f"{one.name}: {one.entry}",
                url=one.get_absolute_url(),
                kind=_("Question"),
                detail=Truncator(one.words).chars(100),
                action=_("Read and answer"),
            )
            for one in asked.order_by("sent_at", "pk")[:MOST_SHOWN]
        ],
        empty=_("Nobody waits for an answer."),
        more_url=reverse("marketplace:contact-list"),
        more_label=_("All questions"),
    )


def _between_cities(user: User) -> DeskSection:
    """What other cities report to run and this person can confirm, and doubts to be mended."""
    running = CityMembership.objects.running().filter(user=user).order_by()
    speaks_for = running.filter(role__may_submit=True).values("city")
    rows = (
        Deployment.objects.by_others()
        .filter(
            Q(entry__city__in=speaks_for, confirmation="waiting", status__in=RUNNING)
            | Q(city__in=running.filter(role__may_edit=True).values("city"), confirmation="doubted")
        )
        .select_related("city", "entry__live_revision")
        .order_by("-changed_at")
    )
    return DeskSection(
        title=_("Reuse between cities"),
        items=[_reuse_item(row) for row in rows[:MOST_SHOWN]],
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


def _transfers(user: User) -> DeskSection:
    """What other cities want to hand over to one this person submits for."""
    running = CityMembership.objects.running().filter(user=user, role__may_submit=True)
    offered = Transfer.objects.open().filter(to_city__in=running.order_by().values("city"))
    return DeskSection(
        title=_("Offered to your city"),
        items=[
            DeskItem(
                title=transfer.title,
                url=transfer.get_absolute_url(),
                kind=_("To take over"),
                detail=str(transfer.from_city or ""),
                action=_("Take it over, or not"),
            )
            for transfer in offered.select_related("entry__live_revision", "from_city")[:MOST_SHOWN]
        ],
    )


def _wanted_by_others(user: User) -> DeskSection:
    """What the person's cities need, with who wants the same."""
    own = CityMembership.objects.running().filter(user=user, role__may_edit=True).order_by()
    cities = Need.objects.active().filter(demand=OuterRef("demand")).order_by().values("demand")
    needs = (
        Need.objects.active()
        .filter(city__in=own.values("city"))
        .select_related("demand__procurement", "city")
        .annotate(number=Subquery(cities.annotate(n=Count("city", distinct=True)).values("n")))
        .order_by("-number", "-pk")
    )
    shown = list(needs[:MOST_SHOWN])
    others: dict[int, list[str]] = {}
    asked = Need.objects.active().filter(demand__in=[need.demand_id for need in shown])
    for demand, city, name in asked.values_list("demand", "city", "city__name"):
        if city not in {need.city_id for need in shown if need.demand_id == demand}:
            others.setdefault(demand, []).append(name)
    return DeskSection(
        title=_("What your city needs"),
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


def _own_reviews(user: User) -> DeskSection:
    owed = (
        Review.objects.visible_to(user)
        .open()
        .filter(reviewer=user)
        .select_related("revision__entry__city")
        .order_by("due_on", "pk")
    )
    return DeskSection(
        title=_("Your reviews"),
        items=[_review_item(review) for review in owed[:MOST_SHOWN]],
        empty=_("No review is waiting for you."),
        more_url=reverse("marketplace:review-desk"),
        more_label=_("Review desk"),
    )


def _review_item(review: Review, people: str = "") -> DeskItem:
    entry = review.revision.entry
    words = [str(entry.get_kind_display()), str(entry.city or ""), people]
    return DeskItem(
        title=review.revision.title,
        url=review.get_absolute_url(),
        kind=_("Review"),
        detail=" · ".join(filter(None, words)),
        due_on=review.due_on,
    )


def _late_items(late: Iterable[Review]) -> list[DeskItem]:
    """One row for each revision with a late review, naming everybody who owes one."""
    of_revision: dict[int, list[Review]] = defaultdict(list)
    for review in late:
        of_revision[review.revision_id].append(review)
    return [
        _review_item(owed[0], ", ".join(str(one.reviewer) for one in owed))
        for owed in of_revision.values()
    ]


def _waiting_words(revision: Revision) -> str:
    words = [str(revision.entry.city or "")]
    if revision.submitted_at:
        days = (timezone.now() - revision.submitted_at).days
        words.append(ngettext("waiting %d day", "waiting %d days", days) % days)
    return " · ".join(filter(None, words))


def _for_staff(user: User) -> DeskSection:
    """What nobody reviews, what is late, and what the worker gave up."""
    waiting = Revision.objects.visible_to(user).waiting_for_a_reviewer()
    late = (
        Review.objects.visible_to(user)
        .open()
        .filter(due_on__lt=timezone.localdate())
        .select_related("revision__entry__city", "reviewer")
        .order_by("due_on", "pk")
    )
    items = [
        DeskItem(
            title=revision.title,
            url=reverse("admin:marketplace_revision_change", args=[revision.pk]),
            kind=_("Waiting for a reviewer"),
            detail=_waiting_words(revision),
            action=_("Ask a reviewer"),
        )
        for revision in waiting.select_related("entry__city").order_by("submitted_at")[:MOST_SHOWN]
    ]
    items += _late_items(late)[:MOST_SHOWN]
    items += [
        DeskItem(
            title=str(effect),
            url=reverse("admin:cities_effect_change", args=[effect.pk]),
            kind=_("Work given up"),
            detail=effect.last_error[:120],
            action=_("Retry or discard"),
        )
        for effect in Effect.objects.filter(state=EffectState.DEAD)[:MOST_SHOWN]
    ]
    return DeskSection(
        title=_("Review queue"),
        items=items,
        empty=_("Everything under review has a reviewer, nothing is late, nothing was given up."),
        more_url=reverse("admin:marketplace_revision_changelist"),
        more_label=_("All under review"),
    )
