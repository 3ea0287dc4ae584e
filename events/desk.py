"""A person's events on their desk: places they hold, groups and talks, and what is open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.desk import DeskItem, DeskPart, DeskSection, OwnCities, counted, left_out
from cities.models import User
from events.models import (
    Event,
    EventStatus,
    Meeting,
    MeetingAsker,
    MeetingExpert,
    NextStep,
    PeerGroup,
    Registration,
    RegistrationStatus,
    known_zone,
)

# Of events at which one can register, so many are shown unless all are asked for.
MOST_OPEN, EVENTS = 5, "events"


def parts(user: User, cities: OwnCities, *, whole: str = "") -> list[DeskPart]:
    """Return the events to come that concern this person.

    `whole` names the section of which everything is wanted.
    """
    own = Registration.objects.filter(user=user, event__in=Event.objects.coming()).exclude(
        Q(status=RegistrationStatus.CANCELLED) | Q(event__status=EventStatus.DRAFT)
    )
    now = timezone.now()
    open_ones = counted(
        Event.objects.visible_to(user)
        .coming()
        .filter(status=EventStatus.PUBLISHED, registration_opens_at__lte=now)
        .exclude(registration_closes_at__lte=now)
        .exclude(pk__in=own.order_by().values("event"))
    )[: None if whole == EVENTS else MOST_OPEN]
    places = own.select_related("event").order_by("event__starts_on")
    steps = NextStep.objects.on_the_desk_of(user, cities.all)
    rows = (
        *(places, open_ones, *_groups_and_talks(user, cities), *_offers_and_wishes(user, cities)),
        steps.select_related("city", "group", "session"),
    )
    return [DeskPart(rows, _section)]


def _section(
    own: list[Registration],
    open_ones: list[Event],
    groups: list[PeerGroup],
    talks: list[Meeting],
    experts: list[MeetingExpert],
    askers: list[MeetingAsker],
    steps: list[NextStep],
) -> list[DeskSection]:
    items = [
        DeskItem(
            title=one.event.title,
            url=one.event.get_absolute_url(),
            kind=_("Event"),
            detail=_called_off(one.event) or str(one.get_status_display()),
            due_on=one.event.starts_on,
            takes_place=True,
        )
        for one in own
    ]
    items += [
        DeskItem(
            title=event.title,
            url=reverse("events:register", kwargs={"slug": event.slug}),
            kind=_("Event"),
            detail=_("Registration is open"),
            due_on=event.starts_on,
            takes_place=True,
            action=_("Register"),
        )
        for event in open_ones
    ]
    items += _items_of_talks(groups, talks) + _items_of_wishes(experts, askers)
    return [
        *_steps_to_take(steps),
        DeskSection(
            key=EVENTS,
            title=_("Events"),
            beyond=left_out(open_ones, _more_open),
            items=sorted(items, key=lambda item: item.due_on or date.max),
            empty=_("You are registered for no event to come, and none is open."),
            more_url=reverse("events:event-list"),
            more_label=_("All events"),
        ),
    ]


def _steps_to_take(steps: list[NextStep]) -> list[DeskSection]:
    """Return what was promised at labs and in groups, if anything waits."""
    items = [
        DeskItem(
            title=step.title,
            url=step.get_absolute_url(),
            kind=_("Commitment") if step.session_id else _("Next step"),
            detail=" · ".join(
                str(one) for one in (step.city, step.group or step.session) if one is not None
            ),
            due_on=step.due_on,
            action=_("Say how it stands"),
        )
        for step in steps
    ]
    if not items:
        return []
    return [DeskSection(title=_("Commitments and next steps"), items=items)]


def _groups_and_talks(user: User, cities: OwnCities) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Ask for the person's peer-review groups and one-to-one talks at events to come."""
    coming = Event.objects.coming().filter(status=EventStatus.PUBLISHED)
    groups = PeerGroup.objects.concerning(user, cities.all).filter(round__event__in=coming)
    talks = Meeting.objects.concerning(user, cities.all).live().filter(round__event__in=coming)
    names = ("round__event", "asker__city", "expert__user", "slot")
    return groups.select_related("round__event", "session__day"), talks.select_related(*names)


def _items_of_talks(groups: list[PeerGroup], talks: list[Meeting]) -> list[DeskItem]:
    items = [
        DeskItem(
            title=f"{group.round.title}: {group.name}",
            url=group.get_absolute_url(),
            kind=_("Peer-review group"),
            detail=_("Cancelled") if group.session.is_cancelled else group.round.event.title,
            due_on=group.session.day.date,
            takes_place=True,
        )
        for group in groups
    ]
    return items + [
        DeskItem(
            title=f"{talk.asker.city.name} – {talk.expert.user.name}",
            url=talk.get_absolute_url(),
            kind=_("One-to-one talk"),
            detail=talk.round.event.title,
            due_on=talk.slot.starts_at.astimezone(
                known_zone(talk.round.event.time_zone) or UTC
            ).date(),
            takes_place=True,
        )
        for talk in talks
    ]


def _offers_and_wishes(user: User, cities: OwnCities) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Ask where slots can be offered and experts wished for."""
    events = Event.objects.visible_to(user).coming()
    experts = MeetingExpert.objects.filter(user=user, round__event__in=events)
    askers = MeetingAsker.objects.filter(city__in=cities.all, round__event__in=events)
    return experts.select_related("round__event"), askers.select_related("round__event", "city")


def _items_of_wishes(experts: list[MeetingExpert], askers: list[MeetingAsker]) -> list[DeskItem]:
    """Return those that are open now; their pages ask the database's clock as well."""
    moment = timezone.now()
    items = [
        DeskItem(
            title=_("Slots for one-to-one talks"),
            url=reverse("events:meeting-offers", args=[expert.round_id]),
            kind=expert.round.event.title,
            due_on=_day(expert.round.wishes_until),
            action=_("Offer slots"),
        )
        for expert in experts
        if expert.round.takes_wishes_at(moment)
    ]
    return items + [
        DeskItem(
            title=_("Experts for %s to talk with") % asker.city.name,
            url=reverse("events:meeting-wishes", args=[asker.pk]),
            kind=asker.round.event.title,
            due_on=_day(asker.round.wishes_until),
            action=_("Choose experts"),
        )
        for asker in askers
        if asker.round.takes_wishes_at(moment)
    ]


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _called_off(event: Event) -> str:
    return _("Called off") if event.status == EventStatus.CANCELLED else ""


def _more_open(number: int) -> str:
    return ngettext(
        "%d more event open for registration", "%d more events open for registration", number
    ) % number  # fmt: skip
