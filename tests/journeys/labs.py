"""Labs of their own for the journeys at one, as an operator could make them in the shell."""

from __future__ import annotations

# What all of them begin with: a lab in a fortnight, with a way to add sessions to its first day.
A_LAB = """
from datetime import datetime, time, timedelta, UTC
from django.utils import timezone
from cities.models import City, User
from events.models import Event, EventKind, MeetingRound, PeerRound, Session, SessionKind
def person(name):
    return User.objects.get(email=name + "@example.org")
def city(slug):
    return City.objects.get(slug=slug)
today = timezone.localdate()
lab = Event.objects.create(
    slug="{slug}", title="{title}", kind=EventKind.objects.get(slug="city-lab"),
    status="published", format="online", time_zone="UTC", starts_on=today + timedelta(days=14),
    ends_on=today + timedelta(days=15), registration_opens_at=timezone.now(),
)
day = lab.days.create(date=lab.starts_on)
def session(title, hour, minutes=60, **more):
    begins = datetime.combine(day.date, time(hour), tzinfo=UTC)
    return Session.objects.create(
        day=day, slug=title.lower().replace(" ", "-"), title=title,
        kind=SessionKind.objects.first(), starts_at=begins,
        ends_at=begins + timedelta(minutes=minutes), **more,
    )
def slots(round, hour, number):
    for at in range(number):
        begins = datetime.combine(day.date, time(hour), tzinfo=UTC) + timedelta(minutes=30 * at)
        round.slots.create(starts_at=begins, ends_at=begins + timedelta(minutes=20))
"""
# The same lab later: all of it lies so many days earlier than it did.
LATER = """
from datetime import timedelta
from django.db.models import F
from events.models import Event, MeetingSlot, Session
earlier = timedelta(days={days})
lab = Event.objects.filter(slug="{slug}")
lab.update(starts_on=F("starts_on") - earlier, ends_on=F("ends_on") - earlier)
lab.get().days.update(date=F("date") - earlier)
for rows in (
    Session.objects.filter(day__event__slug="{slug}"),
    MeetingSlot.objects.filter(round__event__slug="{slug}"),
):
    rows.update(starts_at=F("starts_at") - earlier, ends_at=F("ends_at") - earlier)
"""
