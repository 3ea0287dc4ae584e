"""A person's events on their desk: places they hold or wait for, and what is open."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.desk import DeskItem, DeskSection
from cities.models import User
from events.models import Event, EventStatus, Registration, RegistrationStatus


def sections(user: User) -> list[DeskSection]:
    """Return the events to come that concern this person; two queries."""
    own = list(
        Registration.objects.filter(user=user, event__in=Event.objects.coming())
        .exclude(status=RegistrationStatus.CANCELLED)
        .exclude(event__status=EventStatus.DRAFT)
        .select_related("event")
        .order_by("event__starts_on")
    )
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
    now = timezone.now()
    open_ones = (
        Event.objects.visible_to(user)
        .coming()
        .filter(status=EventStatus.PUBLISHED, registration_opens_at__lte=now)
        .exclude(registration_closes_at__lte=now)
        .exclude(pk__in=[one.event_id for one in own])[:5]
    )
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
    return [
        DeskSection(
            title=_("Events"),
            items=sorted(items, key=lambda item: item.due_on or date.max),
            empty=_("You are registered for no event to come, and none is open."),
            more_url=reverse("events:event-list"),
            more_label=_("All events"),
        )
    ]


def _called_off(event: Event) -> str:
    return _("Called off") if event.status == EventStatus.CANCELLED else ""
