"""Who came from which city, on which days and to which sessions: for staff."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from cities.models import City
from events.models import Event, Presence, Registration, RegistrationStatus
from events.services.attendance import lab_days, people_at


@dataclass
class Person:
    """Somebody with a place or marks: those of each day, and the sessions they were in."""

    registration: Registration
    days: dict[date, Presence] = field(default_factory=dict)
    sessions: list[str] = field(default_factory=list)

    @property
    def has_place(self) -> bool:
        """Say whether they did not give it back."""
        return self.registration.status == RegistrationStatus.CONFIRMED

    @property
    def came(self) -> bool:
        """Say whether they were there at all."""
        return bool(self.days)


@dataclass
class OfCity:
    """A city (None for whoever comes for none), its people, and how many came on each day."""

    city: City | None
    people: list[Person] = field(default_factory=list)

    @property
    def places(self) -> int:
        """Count those who have a place."""
        return sum(person.has_place for person in self.people)

    @property
    def came(self) -> int:
        """Count those who were there at all."""
        return sum(person.came for person in self.people)

    def on(self, day: date) -> int:
        """Count those who were there on a day."""
        return sum(day in person.days for person in self.people)


@dataclass
class WhoCame:
    """Everybody with a place at an event, or who was there, by city."""

    days: list[date]
    cities: list[OfCity]

    @property
    def people(self) -> list[Person]:
        """Return everybody, city by city."""
        return [person for one in self.cities for person in one.people]

    @property
    def places(self) -> int:
        """Count those who have a place."""
        return sum(one.places for one in self.cities)


def who_came(event: Event) -> WhoCame:
    """Read everybody with a place and their marks, in three questions however many they are.

    Who was there and gave the place back since was there all the same.
    """
    registered = people_at(event)
    people = {
        one.pk: Person(one)
        for one in registered.select_related("user", "city").order_by("user__name", "pk")
    }
    marks = Presence.objects.standing().filter(registration__in=registered)
    for mark in marks.select_related("session").order_by("at", "pk"):
        person = people.get(mark.registration_id)
        if person is None:
            # They moved up between the two questions.
            continue
        mark.registration = person.registration
        if mark.session is None:
            person.days[mark.day] = mark
        else:
            person.sessions.append(mark.session.title)
    by_city: dict[City | None, OfCity] = defaultdict(lambda: OfCity(None))
    for person in people.values():
        city = person.registration.city
        by_city[city].city = city
        by_city[city].people.append(person)
    cities = sorted(by_city.values(), key=lambda one: (one.city is None, str(one.city or "")))
    return WhoCame(lab_days(event), cities)
