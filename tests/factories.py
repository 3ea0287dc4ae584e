"""The smallest valid rows, with nothing random: a counter makes names differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

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
from initiatives.models import (
    KPI,
    Initiative,
    LibraryKPI,
    Milestone,
    Precision,
    Roadmap,
    RoadmapStatus,
)
from initiatives.values import read
from marketplace import uploads
from marketplace.exchange import jobs
from marketplace.exchange.csv_files import read_csv
from marketplace.models import (
    RUNNING,
    Attachment,
    ContactRequest,
    Demand,
    Deployment,
    Entry,
    EntryKind,
    Need,
    ResultFigure,
    Review,
    ReviewProcess,
    Revision,
    RevisionState,
    TableImport,
)
from marketplace.values import columns
from tests.uploads import a_picture

numbers = count(1)
PASSWORD = "correct-horse-battery"


def make_user(**fields: Any) -> User:
    """A person who can sign in with PASSWORD and may do nothing."""
    number = next(numbers)
    fields.setdefault("email", f"person{number}@example.org")
    fields.setdefault("name", f"Person {number}")
    return User.objects.create_user(password=PASSWORD, **fields)


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


def make_entry(
    city: City | None = None,
    *,
    state: str = RevisionState.PUBLISHED,
    kind: str = EntryKind.SOLUTION,
    **fields: Any,
) -> Entry:
    """An entry with one revision in a state; the remaining fields are the revision's."""
    entry = Entry.objects.create(kind=kind, slug=f"entry-{next(numbers)}", city=city or make_city())
    make_revision(entry, state=state, **fields)
    entry.refresh_from_db()
    return entry


def make_revision(
    entry: Entry, *, state: str = RevisionState.DRAFT, themes: Any = (), **fields: Any
) -> Revision:
    """A revision of an entry, complete enough to be submitted; live if it is published."""
    number = entry.revisions.count() + 1
    now = timezone.now()
    if state not in {RevisionState.DRAFT, RevisionState.WITHDRAWN}:
        fields.setdefault("submitted_at", now - timedelta(days=2))
    if state in {RevisionState.PUBLISHED, RevisionState.SUPERSEDED}:
        fields.setdefault("published_at", now - timedelta(days=1))
    fields = {
        "title": f"Title {next(numbers)}",
        "summary": "What it is in one sentence.",
        "problem": "A problem.",
        "approach": "A way to solve it.",
        "results": "What came of it.",
        "needs": "Two people.",
        "maturity": "deployed",
        "story": "A story.",
        "strategy": "A strategy.",
        "ambitions": "An ambition.",
        **fields,
    }
    if state == RevisionState.PUBLISHED:
        entry.revisions.filter(state=state).update(state=RevisionState.SUPERSEDED)
    revision = Revision.objects.create(entry=entry, number=number, state=state, **fields)
    revision.themes.set(themes)
    if state == RevisionState.PUBLISHED:
        entry.live_revision = revision
        entry.first_published_at = entry.first_published_at or revision.published_at
        entry.save()
    return revision


def make_process(kind: str = EntryKind.SOLUTION, **fields: Any) -> ReviewProcess:
    """How a kind of entry is reviewed by default, as the portal has it unless said otherwise."""
    return ReviewProcess.objects.create(kind=kind, name=f"Process of {kind}", **fields)


def make_review(revision: Revision, reviewer: User | None = None, **fields: Any) -> Review:
    """Somebody is asked to review a revision, in two weeks."""
    fields.setdefault("due_on", timezone.localdate() + timedelta(days=14))
    return Review.objects.create(revision=revision, reviewer=reviewer or make_reviewer(), **fields)


def make_table(user: User, text: str = "title\nRain gauges\n") -> TableImport:
    """A table somebody brought, checked and waiting for their decision."""
    return jobs.begin(user, [read_csv(text.encode())], "entries.csv")


def make_token(address: str = "reader@example.org", **fields: Any) -> str:
    """The token that was mailed to an address without an account, which nobody confirmed yet."""
    fields = {"purpose": "news", "text": "I want the news.", **fields}
    row = mails.ask_to_confirm(address, **fields)
    link = mails.text_as_sent(row.mails.get(key=f"confirm:{row.pk}:{row.nonce}"))
    return next(word for word in link.split() if "/mail/confirm/" in word).split("/")[-2]


def make_address(address: str = "reader@example.org", **fields: Any) -> MailAddress:
    """A confirmed address without an account."""
    return mails.confirm(make_token(address, **fields))


def make_deployment(
    entry: Entry | None = None, city: City | None = None, **fields: Any
) -> Deployment:
    """A city uses another's solution; its owner has not confirmed it yet."""
    if fields.get("confirmation", "waiting") != "waiting":
        fields.setdefault("answered_at", timezone.now())
    fields.setdefault("has_run", fields.get("status", "live") in RUNNING)
    return Deployment.objects.create(
        entry=entry or make_entry(), city=city or make_city(), **fields
    )


def make_contact_request(entry: Entry | None = None, **fields: Any) -> ContactRequest:
    """A question to the owner of an entry, which nobody answered yet."""
    entry = entry or make_entry()
    fields = {
        "entry": entry,
        "city": entry.city,
        "name": f"Asker {next(numbers)}",
        "address": "asker@example.org",
        "words": "May we come and see it?",
        "agreed_text": "They may read this.",
        **fields,
    }
    return ContactRequest.objects.create(**fields)


def make_attachment(revision: Revision, upload: Any = None, **fields: Any) -> Attachment:
    """A picture of a revision in whatever state, with its file where files lie."""
    kept = uploads.read(upload or a_picture())
    fields = {
        "kind": "image" if kept.is_image else "document",
        "file": uploads.keep(kept),
        "sha256": kept.sha256,
        "media_type": kept.media_type,
        "size": len(kept.content),
        "width": kept.width,
        "height": kept.height,
        "name": kept.name,
        "alt": "A green square." if kept.is_image else "",
        **fields,
    }
    return Attachment.objects.create(revision=revision, **fields)


def make_figure(revision: Revision, typed: str = "121", **fields: Any) -> ResultFigure:
    """A figure of a revision, its value read as people type it."""
    value = columns(read(typed, unit=fields.get("unit", "")).best)
    return ResultFigure.objects.create(
        revision=revision, **{"label": f"Figure {next(numbers)}", **value, **fields}
    )


def make_need(city: City | None = None, demand: Demand | None = None, **fields: Any) -> Need:
    """A city needs something, in a demand of its own unless one is given; nobody is told."""
    number = next(numbers)
    title = fields.pop("title", f"Need {number}")
    demand = demand or Demand.objects.create(slug=f"demand-{number}", title=title)
    return Need.objects.create(demand=demand, city=city or make_city(), title=title, **fields)
