"""One world for the whole matrix: city A with things in every state, and somebody of each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.utils import timezone

from cities import mails
from cities.mails import one_click
from cities.mails.preferences import switch_off_url
from cities.models import Consortium, ConsortiumMember, Effect, Heartbeat, Pairing, User
from events import notifications, services
from events.models import EventStatus, Guest, ThematicActionGroup
from events.services import attendance, guest_doors, guests, polls, voices
from initiatives.deliverable import orders, snapshots
from initiatives.models import (
    CheckIn,
    DeliverableFile,
    DeliverableOrder,
    DocumentTemplate,
    Measurement,
    RoadmapSheet,
    SectionComment,
    ValueKind,
)
from marketplace import moves
from marketplace.models import (
    Demand,
    EntryKind,
    JointProcurement,
    Remark,
    RevisionState,
    SavedSearch,
)
from tests import factories as make

ROLES = ["anonymous", "officer_a", "officer_b", "mentor", "reviewer", "staff", "superuser"]


@dataclass
class World:
    """The people by role, and the objects by name."""

    people: dict[str, User | None]
    things: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None


@pytest.fixture
def world(db) -> World:
    """The world, for one test."""
    return build()


def build() -> World:
    """Make everybody and everything."""
    # The worker answers, however long this process has been running.
    Heartbeat.objects.create(name="worker", beaten_at=timezone.now())
    city_a = make.make_city(slug="city-a", name="City A")
    city_b = make.make_city(slug="city-b", name="City B")
    reviewer = make.make_reviewer(email="reviewer@example.org")
    people = {
        "anonymous": None,
        "officer_a": make.make_officer(city_a, email="a@example.org"),
        "officer_b": make.make_officer(city_b, email="b@example.org"),
        "mentor": make.make_mentor(city_a, email="mentor@example.org"),
        "reviewer": reviewer,
        "staff": make.make_staff(email="staff@example.org"),
        "superuser": make.make_superuser(email="super@example.org"),
    }
    roadmap = make.make_roadmap(city_a)
    draft_roadmap = make.make_roadmap(
        participation=make.make_participation(
            city=city_a, edition=make.make_edition(slug="second", is_shown=False)
        ),
        published=False,
    )
    initiative = make.make_initiative(roadmap, slug="public-initiative")
    draft_initiative = make.make_initiative(draft_roadmap, slug="draft-initiative", is_public=False)
    kpi = make.make_kpi(initiative)
    draft_kpi = make.make_kpi(draft_initiative)
    published = make.make_entry(city_a)
    draft = make.make_entry(city_a, state=RevisionState.DRAFT)
    in_review = make.make_entry(city_a, state=RevisionState.IN_REVIEW)
    profile = make.make_entry(city_a, kind=EntryKind.CITY_PROFILE, state=RevisionState.DRAFT)
    reuse = make.make_deployment(published, city_b)
    interest = make.make_deployment(make.make_entry(city_a), city_b, status="interested")
    need = make.make_need(city_a)
    procurement = JointProcurement.objects.create(demand=need.demand)
    procurement.participants.create(city=city_a)
    consortium = Consortium.objects.create(slug="two-cities", name="Two cities", lead_city=city_a)
    ConsortiumMember.objects.create(consortium=consortium, city=city_a)
    event = make.make_event(slug="lab")
    draft_event = make.make_event(slug="draft-lab", status=EventStatus.DRAFT)
    for shown in (event, draft_event):
        shown.versions.create(number=1, plan={"days": [], "sessions": []})
    things = {
        "city_a": city_a,
        "city_b": city_b,
        "roadmap": roadmap,
        "draft_roadmap": draft_roadmap,
        "initiative": initiative,
        "draft_initiative": draft_initiative,
        "deal": make.make_deal(roadmap),
        "hidden_deal": make.make_deal(roadmap, is_public=False),
        "draft_deal": make.make_deal(draft_roadmap),
        "milestone": make.make_milestone(initiative),
        "draft_milestone": make.make_milestone(draft_initiative),
        "kpi": kpi,
        "draft_kpi": draft_kpi,
        "connector": make.make_connector(kpi),
        "library_kpi": make.make_library_kpi(),
        "hidden_library_kpi": make.make_library_kpi(is_shown=False),
        "measurement": Measurement.objects.create(
            kpi=kpi, kind=ValueKind.NUMBER, number=12, as_reported="12"
        ),
        "evidence_file": make.make_evidence(kpi, shows="A green square."),
        "undescribed_file": make.make_evidence(kpi),
        "draft_evidence": make.make_evidence(draft_kpi, shows="A green square."),
        "published": published,
        "draft": draft,
        "in_review": in_review,
        "profile": profile,
        "live_file": make.make_attachment(published.live_revision),
        "draft_file": make.make_attachment(draft.revisions.get()),
        "file_in_review": make.make_attachment(in_review.revisions.get()),
        "review": make.make_review(in_review.revisions.get(), reviewer),
        "reuse": reuse,
        "interest": interest,
        "need": need,
        "demand": need.demand,
        "merged_demand": Demand.objects.create(
            slug="merged", title="Merged", merged_into=need.demand
        ),
        "software": make.make_entry(city_a, repository_url="https://code.example.org/a"),
        "transfer": moves.ask(
            make.make_entry(city_a), city_b, actor=people["officer_a"], note="Yours by now."
        ),
        "table": make.make_table(people["officer_a"]),
        "consortium": consortium,
        "organisation": make.make_organisation(slug="a-hub"),
        "event": event,
        "draft_event": draft_event,
        "guest_token": make_invitation(event),
        **make_guest_who_comes(),
        "calendar_token": services.new_address(people["officer_a"]),
        # City A's officer has a place; whoever keeps the door finds them by their code.
        "place": (
            place := event.registrations.create(
                user=people["officer_a"], city=city_a, status="confirmed"
            )
        ),
        # Codes end with their event, but for a few days.
        "door_code": attendance.code_of(
            make.make_event(
                slug="lab-now", starts_on=timezone.localdate(), ends_on=timezone.localdate()
            ).registrations.create(user=people["officer_a"], city=city_a, status="confirmed")
        ),
        "photo": make.make_photo(event),
        "presence": attendance.mark(place, day=event.starts_on, by=people["staff"])[0],
        "session": make.make_session(event, slug="opening"),
        "draft_session": make.make_session(draft_event, slug="secret"),
        "group": ThematicActionGroup.objects.create(
            edition=make.make_edition(), slug="a-group", name="A group"
        ),
    }
    things |= make_group_work(things["group"], city_a)
    for name, audience in (("shared_comment", "advisers"), ("team_comment", "team")):
        things[name] = SectionComment.objects.create(
            roadmap=roadmap,
            section="lessons",
            author=people["officer_a"],
            audience=audience,
            text="Why?",
        )
    things["check_in"] = CheckIn.objects.create(roadmap=roadmap, year=2025)
    things["sheet"] = RoadmapSheet.objects.create(
        roadmap=roadmap, user=people["officer_a"], name="charters.xlsx"
    )
    things["remark"] = Remark.objects.create(review=things["review"], field="problem", words="Why?")
    mails.register("world", label="The world", about="", concerns=mails.nobody)
    things["mail"] = mails.write(
        "world",
        key="world",
        to=people["officer_a"],
        template="emails/events_dates.txt",
        event=event,
    )
    things["search"] = SavedSearch.objects.create(
        user=people["officer_a"], name="Open data", query="q=data"
    )
    things["session"].moderators.add(people["mentor"])
    things |= make_polls(things["session"])
    things |= make_rounds(event, city_a, people["mentor"])
    things |= make_deliverables(roadmap, draft_roadmap, people["officer_a"])
    things["off_token"] = switch_off_url(people["officer_a"].pk, "world").split("/")[-2]
    things["confirm_token"] = make.make_token()
    things["asked"] = make.make_contact_request(published)
    # On a slow machine, work that nobody does here would count as waiting too long.
    Effect.objects.all().delete()
    return World(people, things)


def make_invitation(event: Any) -> str:
    """The token of an invitation to a session of an event."""
    guest = event.guests.create(name="Guest", email="guest@example.org", nonce="once")
    guest.places.create(session=make.make_session(event))
    token = notifications.token_of_guest(guest)
    Guest.objects.filter(pk=guest.pk).update(digest=one_click.digest(token))
    return token


def make_polls(session: Any) -> dict[str, Any]:
    """A poll that is live, with a voice and a question not asked yet, and one that has ended."""
    live, ended = make.make_poll(session), make.make_poll(session)
    question = make.make_question(live)
    make.make_question(ended, open=True)
    polls.end(ended)
    token = voices.join(live, AnonymousUser())
    return {"poll": live, "ended_poll": ended, "question": question, "voice_token": token}


def make_rounds(event: Any, city: Any, expert: User) -> dict[str, Any]:
    """City A in a group that is published and in one that is not, and in a talk with its mentor."""
    made = {}
    session = make.make_session(event)
    for name, state in (("peer_group", "published"), ("proposed_group", "proposed")):
        round = make.make_peer_round([city], event=event, state=state, published_at=timezone.now())
        made[name] = round.groups.create(number=1, session=session)
        made[name].seats.create(entry=round.entries.get())
    talks = make.make_meeting_round(1, event=event, published=True)
    offering = make.make_meeting_expert(talks, talks.slots.get(), user=expert)
    made["asker"] = make.make_asker(talks, offering, city=city)
    made["meeting"] = make.make_meeting(made["asker"], offering, talks.slots.get())
    made["meeting_round"] = talks
    return made


def make_guest_who_comes() -> dict[str, Any]:
    """A guest who comes to a lab of today, the address of their calendar and their code."""
    today = timezone.localdate()
    lab = make.make_event(slug="lab-today", format="on_site", starts_on=today, ends_on=today)
    guest = lab.guests.create(
        name="Guest", email="g@example.org", nonce="n" * 32, state="accepted",
        answered_at=timezone.now(),
    )  # fmt: skip
    guests.new_calendar_address(guest)
    return {
        "guest": guest,
        "guest_calendar": guests.calendar_token_of(guest),
        "guest_code": guest_doors.code_of_guest(guest),
    }


def make_group_work(group: ThematicActionGroup, city: Any) -> dict[str, Any]:
    """City A in an action group, with a need and a next step."""
    group.members.create(city=city)
    group.priorities.create(title="Skills")
    return {
        "public_outcome": group.outcomes.create(
            kind="practice", city=city, title="Repair evenings", is_public=True
        ),
        "pairing": Pairing.objects.create(
            kind="joint", first_city=city, second_city=make.make_city()
        ),
        "outcome": group.outcomes.create(kind="need", city=city, title="Clauses"),
        "step": group.steps.create(title="Send it", city=city, due_on=date(2090, 1, 1)),
        "asked_step": group.steps.create(
            title="Send it together",
            city=city,
            with_city=make.make_city(),
            due_on=date(2090, 1, 1),
            offered_at=timezone.now(),
            offered_for=city,
        ),
    }


def make_deliverables(roadmap: Any, draft: Any, person: User) -> dict[str, Any]:
    """Orders with files, chapters, and two hand-ins of which the first is shown to the public."""
    outlines = {
        one.pk: DocumentTemplate.objects.create(edition=one.participation.edition, name="Outline")
        for one in (roadmap, draft)
    }
    for outline in outlines.values():
        outline.chapters.create(kind="text", heading="Words", intro="Words.")
        outline.chapters.create(kind="results", heading="Results", position=1)
    snapshots.hand_in(roadmap, outlines[roadmap.pk], by=person, publish=True)
    snapshots.hand_in(roadmap, outlines[roadmap.pk], by=person)
    public = DeliverableOrder.objects.get(snapshot__number=1, audience="public")
    made = {"public_file": make_file(public)}
    for name, one in (("order", roadmap), ("draft_order", draft)):
        order = orders.place(one, outlines[one.pk], "programme", by=person)
        order.content = DeliverableOrder.objects.filter(snapshot__number=1).first().content
        order.save()
        make_file(order)
        made[name] = order
    made["work"] = roadmap.works.create(
        kind="check", template=outlines[roadmap.pk], asked_by=person, asked_at=timezone.now()
    )
    made["own_chapter"] = roadmap.own_chapters.create(heading="Ours", text="Words")
    return made


def make_file(order: DeliverableOrder) -> DeliverableFile:
    """The file of an order, as small as can be."""
    return order.files.create(
        kind="pdf", file=ContentFile(b"%PDF-", name="made.pdf"), size=5, sha256="0" * 64
    )
