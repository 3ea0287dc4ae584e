"""The smallest valid rows of people, cities, initiatives, events and mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.utils import timezone

from cities import mails
from cities.models import (
    City,
    CityMembership,
    CityRole,
    CityTrait,
    Edition,
    ExpertAssignment,
    ExpertRole,
    MailAddress,
    Organisation,
    OrganisationKind,
    Participation,
    ParticipationRole,
    Theme,
    ThemeKind,
    TraitKind,
    User,
)
from events.models import Event, EventDay, EventKind, EventStatus, Session, SessionKind
from initiatives.connectors import seal
from initiatives.models import (
    KPI,
    Connector,
    Initiative,
    LibraryKPI,
    LocalGreenDeal,
    Milestone,
    Precision,
    Roadmap,
    RoadmapStatus,
)

numbers = count(1)
PASSWORD = "correct-horse-battery"


def make_user(**fields: Any) -> User:
    """A person who can sign in with PASSWORD and may do nothing."""
    number = next(numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("name", f"Person {number}")
    return User.objects.create_user(password=PASSWORD, **fields)


def day_of(user: User) -> date:
    """The day it is where somebody reads, which need not be the portal's."""
    return timezone.localdate(timezone=ZoneInfo(user.time_zone))


def make_staff(**fields: Any) -> User:
    """A person of the programme staff."""
    user = make_user(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name="Programme staff"))
    return user


def make_superuser(**fields: Any) -> User:
    """A person who may do everything."""
    return make_user(is_staff=True, is_superuser=True, **fields)


def make_reviewer(**fields: Any) -> User:
    """A person who may review entries."""
    user = make_user(**fields)
    user.groups.add(Group.objects.get(name="Reviewers"))
    return user


def make_edition(**fields: Any) -> Edition:
    """The edition in which everything happens unless a test says otherwise."""
    fields.setdefault("slug", "first")
    edition, _created = Edition.objects.get_or_create(
        slug=fields.pop("slug"),
        defaults={
            "name": "First edition",
            "short_name": "First",
            "starts_on": date(2020, 9, 1),
            "ends_on": date(2022, 11, 30),
            **fields,
        },
    )
    return edition


def make_theme(**fields: Any) -> Theme:
    """A theme of the edition."""
    number = next(numbers)
    kind, _created = ThemeKind.objects.get_or_create(
        edition=make_edition(), slug="track", defaults={"name": "Track", "name_plural": "Tracks"}
    )
    fields = {
        "kind": kind,
        "slug": f"theme-{number}",
        "name": f"Theme {number}",
        "short_name": f"Theme {number}",
        **fields,
    }
    return Theme.objects.create(**fields)


def make_city(**fields: Any) -> City:
    """A city in France."""
    number = next(numbers)
    fields = {"slug": f"city-{number}", "name": f"City {number}", "country": "FR", **fields}
    return City.objects.create(**fields)


def make_trait(slug: str, **fields: Any) -> CityTrait:
    """Something cities may have in common: a trait of place unless told otherwise."""
    fields = {"name": slug.capitalize(), "kind": TraitKind.PLACE, **fields}
    return CityTrait.objects.get_or_create(slug=slug, defaults=fields)[0]


def make_organisation(**fields: Any) -> Organisation:
    """A Digital Innovation Hub."""
    number = next(numbers)
    kind, _created = OrganisationKind.objects.get_or_create(
        slug="dih", defaults={"name": "Digital Innovation Hub"}
    )
    fields = {
        "slug": f"organisation-{number}",
        "name": f"Organisation {number}",
        "kind": kind,
        **fields,
    }
    return Organisation.objects.create(**fields)


def make_officer(city: City, role: dict[str, bool] | None = None, **fields: Any) -> User:
    """A person of a city's team, who may do everything there unless `role` says otherwise."""
    flags = {"may_edit": True, "may_submit": True, "may_manage_team": True, **(role or {})}
    slug = "".join("1" if flag else "0" for flag in flags.values())
    city_role, _created = CityRole.objects.get_or_create(
        slug=f"role-{slug}", defaults={"name": f"Role {slug}", **flags}
    )
    user = make_user(**fields)
    CityMembership.objects.create(user=user, city=city, role=city_role, since=date(2020, 1, 1))
    return user


def make_mentor(city: City, **fields: Any) -> User:
    """A person who helps a city from outside."""
    role, _created = ExpertRole.objects.get_or_create(slug="mentor", defaults={"name": "Mentor"})
    user = make_user(**fields)
    ExpertAssignment.objects.create(
        user=user, city=city, role=role, edition=make_edition(), since=date(2020, 1, 1)
    )
    return user


def make_participation(**fields: Any) -> Participation:
    """A core city's participation in the edition."""
    edition = fields.pop("edition", None) or make_edition()
    role, _created = ParticipationRole.objects.get_or_create(
        edition=edition,
        slug="core",
        defaults={"name": "Core city", "name_plural": "Core cities", "has_roadmap": True},
    )
    if "city" not in fields and "consortium" not in fields:
        fields["city"] = make_city()
    return Participation.objects.create(edition=edition, role=fields.pop("role", role), **fields)


def make_roadmap(city: City | None = None, *, published: bool = True, **fields: Any) -> Roadmap:
    """A roadmap of a city, public unless asked otherwise."""
    if "participation" not in fields:
        fields["participation"] = make_participation(city=city or make_city())
    if published:
        fields |= {"status": RoadmapStatus.PUBLISHED, "published_at": timezone.now()}
    fields.setdefault("title", f"Roadmap {next(numbers)}")
    return Roadmap.objects.create(**fields)


def make_initiative(roadmap: Roadmap | None = None, **fields: Any) -> Initiative:
    """An initiative the public may see if it may see the roadmap."""
    number = next(numbers)
    fields = {
        "roadmap": roadmap or make_roadmap(),
        "slug": f"initiative-{number}",
        "name": f"Initiative {number}",
        "is_public": True,
        **fields,
    }
    return Initiative.objects.create(**fields)


def make_deal(roadmap: Roadmap | None = None, **fields: Any) -> LocalGreenDeal:
    """A deal the public may see if it may see the roadmap."""
    fields = {"title": f"Deal {next(numbers)}", "is_public": True, **fields}
    return LocalGreenDeal.objects.create(roadmap=roadmap or make_roadmap(), **fields)


def make_milestone(initiative: Initiative | None = None, **fields: Any) -> Milestone:
    """A milestone on a day."""
    fields = {
        "initiative": initiative or make_initiative(),
        "title": f"Milestone {next(numbers)}",
        "precision": Precision.DAY,
        "starts_on": date(2021, 2, 8),
        "ends_on": date(2021, 2, 8),
        **fields,
    }
    return Milestone.objects.create(**fields)


def make_kpi(initiative: Initiative | None = None, **fields: Any) -> KPI:
    """A KPI without targets or values."""
    fields = {
        "initiative": initiative or make_initiative(),
        "name": f"Number of things {next(numbers)}",
        **fields,
    }
    return KPI.objects.create(**fields)


def make_connector(kpi: KPI | None = None, **fields: Any) -> Connector:
    """A connector that fetches a number from a JSON address, with a credential."""
    kpi = kpi or make_kpi()
    fields = {
        "kpi": kpi,
        "unit": kpi.unit,
        "kind": "json",
        "address": "https://data.example.org/value.json",
        "pick": 'path:["value"]',
        "status": "active",
        "sealed_credential": seal("canary-credential", "https://data.example.org/"),
        **fields,
    }
    return Connector.objects.create(**fields)


def make_library_kpi(**fields: Any) -> LibraryKPI:
    """A KPI of the library, shown to everybody."""
    number = next(numbers)
    fields = {"slug": f"library-kpi-{number}", "name": f"Share of things {number}", **fields}
    return LibraryKPI.objects.create(**fields)


def make_event(**fields: Any) -> Event:
    """A published City Lab of one day."""
    number = next(numbers)
    kind, _created = EventKind.objects.get_or_create(
        slug="city-lab", defaults={"name": "City Lab", "name_plural": "City Labs"}
    )
    fields = {
        "slug": f"event-{number}",
        "title": f"Event {number}",
        "kind": kind,
        "status": EventStatus.PUBLISHED,
        "starts_on": date(2021, 2, 16),
        "ends_on": date(2021, 2, 16),
        **fields,
    }
    return Event.objects.create(**fields)


def make_session(event: Event | None = None, **fields: Any) -> Session:
    """A plenary of an hour on the event's first day."""
    number = next(numbers)
    event = event or make_event()
    day, _created = EventDay.objects.get_or_create(event=event, date=event.starts_on)
    kind, _created = SessionKind.objects.get_or_create(slug="plenary", defaults={"name": "Plenary"})
    if "capacity" in fields or "join_link" in fields:
        # A test that is about places lets everybody in unless it says otherwise.
        fields.setdefault("audience", "public")
        # Places are given until a session is over: it lies where its day is.
        at_nine = datetime.combine(fields.get("day", day).date, time(9), UTC)
        fields.setdefault("starts_at", at_nine)
        fields.setdefault("ends_at", at_nine + timedelta(hours=1))
    fields = {
        "day": day,
        "slug": f"session-{number}",
        "title": f"Session {number}",
        "kind": kind,
        "starts_at": datetime(2021, 2, 16, 9, tzinfo=UTC),
        "ends_at": datetime(2021, 2, 16, 10, tzinfo=UTC),
        **fields,
    }
    return Session.objects.create(**fields)


def make_token(address: str = "reader@example.org", **fields: Any) -> str:
    """The token that was mailed to an address without an account, which nobody confirmed yet."""
    fields = {"purpose": "news", "text": "I want the news.", **fields}
    row = mails.ask_to_confirm(address, **fields)
    link = mails.text_as_sent(row.mails.get(key=f"confirm:{row.pk}:{row.nonce}"))
    return next(word for word in link.split() if "/mail/confirm/" in word).split("/")[-2]


def make_address(address: str = "reader@example.org", **fields: Any) -> MailAddress:
    """A confirmed address without an account."""
    return mails.confirm(make_token(address, **fields))
