"""Who registered is forgotten two years after an event; how many they were stays."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import (
    Event,
    EventStatus,
    Guest,
    Presence,
    Registration,
    RegistrationStatus,
    SessionStar,
    SignUp,
)

# 24 months, a leap year among them.
KEPT_DAYS = 731


def forget_old() -> int:
    """Delete who registered, signed up, was marked or came as a guest at events of long ago.

    Certificates end with it. Invented people stay. Returns how many registrations and guests went.
    """
    last = timezone.localdate() - timedelta(days=KEPT_DAYS)
    old = Event.objects.filter(ends_on__lt=last, demonstration=False)
    some = Q(pk__in=Registration.objects.order_by().values("event"))
    some |= Q(pk__in=Guest.objects.order_by().values("event"))
    return sum(_forget_at(event) for event in old.filter(some).order_by("pk"))


@transaction.atomic
def _forget_at(event: Event) -> int:
    """Forget the people of one event, once what is counted of them is kept as its figures."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    if event.status == EventStatus.PUBLISHED:
        _keep_figures(event)
    SignUp.objects.filter(session__day__event=event).delete()
    SessionStar.objects.filter(session__day__event=event).delete()
    people, guests = event.registrations.all(), event.guests.all()
    number = people.count() + guests.count()
    people.delete()
    guests.delete()
    return number


def _keep_figures(event: Event) -> None:
    had_place = event.registrations.filter(status=RegistrationStatus.CONFIRMED).count()
    marks = Presence.objects.standing().filter(registration__event=event).order_by()
    counted = {
        _("people with a place"): had_place,
        _("people marked as present"): marks.values("registration").distinct().count(),
        _("cities of people marked as present"): marks.exclude(registration__city=None)
        .values("registration__city")
        .distinct()
        .count(),
    }
    for position, (label, number) in enumerate(counted.items(), start=event.figures.count() + 1):
        if number:
            # What staff wrote under the same name stays as they wrote it.
            told = {"value": str(number), "position": position}
            event.figures.get_or_create(label=label, defaults=told)
