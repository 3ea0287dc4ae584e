"""Invented persons, for demonstration mode only."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from cities.models import (
    City,
    CityMembership,
    CityRole,
    Edition,
    ExpertAssignment,
    ExpertRole,
    User,
)
from cities.programme.files import Record
from cities.programme.loading import Loading

PEOPLE = "demonstration/people.yaml"


def load_people(loading: Loading) -> None:
    """Create the invented persons with their places in city teams; who exists stays as they are."""
    # One salt for all: the password stands in the file for everybody to read.
    password = make_password(loading.files.word(PEOPLE, "password"))
    for record in loading.files.records(PEOPLE, key="key", part="people"):
        if (record.need("email"),) in loading.index(User, ("email",)):
            loading.unchanged[User] += 1
            continue
        record.get("key")  # by which other records name the person
        record.get("account")  # what `make run` calls the account
        record.get("action_group")  # read by the events
        user, _new = loading.put(
            User,
            record,
            {"email": record.need("email")},
            name=record.text("name"),
            position=record.text("position"),
            language=record.text("language", "en"),
            time_zone=record.text("time_zone", "Europe/Brussels"),
            is_staff=record.get("is_staff", False),
            is_superuser=record.get("is_superuser", False),
            demonstration=True,
            password=password,
        )
        names = record.items("groups")
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in names])
        for item in record.children("teams"):
            _join_team(loading, item, user)
        for item in record.children("experts"):
            _assign_expert(loading, item, user)
        record.close()


def person(loading: Loading, record: Record, name: str) -> User:
    """Return the invented person whom a field names by their key in the file of people."""
    key = record.need(name)
    for candidate in loading.files.records(PEOPLE, key="key", part="people"):
        if candidate.label == key:
            return loading.find(User, candidate, "email", by="email")
    raise record.wrong(name, f"“{key}” is no key in {PEOPLE}; add the person there.")


def _join_team(loading: Loading, item: Record, user: User) -> None:
    since, until = loading.ago(item, "since_days_ago"), loading.ago(item, "until_days_ago")
    loading.create(
        CityMembership,
        item,
        user=user,
        city=loading.find(City, item, "city"),
        role=loading.find(CityRole, item, "role"),
        since=timezone.localdate(since),
        until=timezone.localdate(until) if until else None,
    )
    item.close()


def _assign_expert(loading: Loading, item: Record, user: User) -> None:
    loading.create(
        ExpertAssignment,
        item,
        user=user,
        city=loading.find(City, item, "city"),
        role=loading.find(ExpertRole, item, "role"),
        edition=loading.find(Edition, item, "edition"),
        since=timezone.localdate(loading.ago(item, "since_days_ago")),
    )
    item.close()
