"""The script that finds what the addresses of pages.py name."""

# Prints the keys that the addresses above need, as JSON.
FIND = """
import json
from cities.models import City, Consortium, Organisation, User
from events.models import (
    Event, Meeting, MeetingAsker, MeetingExpert, MeetingRound, NextStep, Outcome, PeerGroup,
    PeerRound, ThematicActionGroup,
)
from initiatives.models import KPI, Initiative, Milestone, Roadmap
from marketplace.models import Deployment, Need, Review, Revision, Rubric
from cities import mails
from cities.mails.preferences import switch_off_url
from cities.models import Mail
from marketplace.models import (
    ConflictOfInterest, ContactRequest, Demand, Entry, JointProcurement, ReviewerProfile,
    ReviewProcess, ReviewRound, SavedSearch
)
rouen = User.objects.get(email="rouen@example.org")
def token(purpose):
    row = mails.ask_to_confirm("reader@example.org", purpose=purpose, text="I want the news.")
    words = mails.text_as_sent(row.mails.earliest("pk")).split()
    return next(word for word in words if "/mail/confirm/" in word).split("/")[-2]
confirmed = token("pages-2")
mails.confirm(confirmed)
from marketplace import freshness
from marketplace.freshness.asking import text_with_link
freshness.ask(Entry.objects.get(slug="rouen"), 2030)
asked = Mail.objects.filter(kind="entry_still_true").earliest("pk")
sent = text_with_link(asked).split()
still_true = next(word for word in sent if "/still-true/" in word).split("/")[-2]
from initiatives import check_ins
from initiatives.check_ins import asking
from initiatives.models import LocalGreenDeal
their_deal = LocalGreenDeal.objects.get(roadmap__participation__city__slug="terrassa")
check_ins.ask(Roadmap.objects.filter(initiatives__slug="rouen-open-data").distinct().get(), 2030)
asked = Mail.objects.filter(kind="initiatives_check_in").earliest("pk")
sent = asking.text_with_link(asked).split()
check_in = next(word for word in sent if "/check-in/" in word).split("/")[-2]
from django.utils import timezone
from initiatives.deliverable import orders, snapshots
from initiatives.models import Connector, DocumentTemplate, FetchedValue, Measurement
ours = Roadmap.objects.select_related(
    "participation__city", "participation__consortium", "participation__edition"
).filter(initiatives__slug="rouen-open-data").distinct().get()
outline = DocumentTemplate.objects.filter(edition=ours.participation.edition).first()
snapshots.hand_in(ours, outline, by=rouen)
chapter = ours.own_chapters.create(heading="How we work", text="With **all** of the city.")
handed_in = snapshots.hand_in(ours, outline, by=rouen, publish=True)
order = orders.place(ours, outline, "public", by=rouen)
our_kpi = KPI.objects.filter(initiative__slug="rouen-open-data").earliest("pk")
our_value = Measurement.objects.filter(
    kpi__initiative__slug="rouen-open-data", corrected_by=None
).earliest("pk")
source = Connector.objects.create(
    kpi=our_kpi, unit=our_kpi.unit, kind="json", address="https://data.example.org/v.json",
    pick='path:["value"]', status="active", failing_since=timezone.now(), trouble="denied",
)
FetchedValue.objects.create(
    connector=source, period="2022-06-01", kind="number", number=900, state="held",
    fetched_at=timezone.now(),
)
member = User.objects.get(email="leuven@example.org").memberships.get()
member.user.memberships.create(city=City.objects.get(slug="mechelen"), role=member.role)
reviewer = User.objects.get(email="reviewer1@example.org")
profile = ReviewerProfile.objects.get_or_create(user=reviewer)[0]
conflict = ConflictOfInterest.objects.create(
    user=reviewer, city=City.objects.get(slug="osijek"), reason="I worked there."
)
ours.comments.create(section="lessons", author=rouen, text="Is this all we learned?")
first = ours.initiatives.get(slug="rouen-open-data")
ours.comments.create(section=f"charter-{first.pk}", author=rouen, text="Who leads this now?")
# Ended already, so that nothing that is submitted goes through it.
ReviewRound.objects.create(
    process=ReviewProcess.objects.first(), position=1, name="Programme board",
    ended_at=timezone.now(),
)
from datetime import timedelta
from events.models import EventKind
from events.services import attendance, collaborations
today = timezone.localdate()
lab = Event.objects.create(
    slug="lab-of-today", title="Lab of today", kind=EventKind.objects.first(), status="published",
    format="on_site", time_zone="UTC", starts_on=today - timedelta(days=1), ends_on=today,
    demonstration=True,
)
for who in ("rouen", "cork", "terrassa", "leuven"):
    user = User.objects.get(email=f"{who}@example.org")
    city = City.objects.get(slug=who)
    there = lab.registrations.create(user=user, city=city, status="confirmed")
    if who != "leuven":
        attendance.mark(there, day=today - timedelta(days=1), by=reviewer)
    if who == "rouen":
        attendance.mark(there, day=today, by=reviewer, by_code=True)
from datetime import datetime, time, UTC
from events.models import Session, SessionFeedback, SessionKind
def sessions_of(event, said):
    # Of the opening seven say what they thought, of the workshop as many as said.
    day = event.days.get_or_create(date=event.starts_on)[0]
    begins = datetime.combine(event.starts_on, time(9), tzinfo=UTC)
    for hour, slug, answers in ((0, "opening", 7), (1, "workshop", said)):
        session = Session.objects.create(
            day=day, slug=slug, title=slug.title(), kind=SessionKind.objects.first(),
            starts_at=begins + timedelta(hours=hour), ends_at=begins + timedelta(hours=hour + 1),
            demonstration=True,
        )
        for number, user in enumerate(User.objects.order_by("pk")[:answers]):
            SessionFeedback.objects.create(
                session=session, user=user, rating=5 - number % 3,
                useful="The talk of the host city. " * (number % 3), better="Longer breaks.",
            )

past = Event.objects.create(
    slug="lab-of-last-month", title="Lab of last month", kind=EventKind.objects.first(),
    status="published", format="on_site", time_zone="UTC", demonstration=True,
    starts_on=today - timedelta(days=30), ends_on=today - timedelta(days=30),
    feedback_until=today - timedelta(days=20),
)
sessions_of(lab, 0)
sessions_of(past, 2)
from events.services import plan_drafts
asks = User.objects.get(email="staff@example.org")
planned = Event.objects.get(slug="demonstration-city-lab")
draft = plan_drafts.begin(planned, by=asks)
moved = Session.objects.get(day__event=draft.copy, slug="mentor-lounge")
moved.starts_at += timedelta(minutes=15)
moved.room = draft.copy.rooms.get(name="Council chamber")
moved.save()
plan_drafts.publish(draft, by=asks, note="The library is being painted.")
draft = plan_drafts.begin(planned, by=asks)
Session.objects.filter(day__event=draft.copy, slug="commitments").update(title="Promises")
# What does not go together: two workshops in a room.
clash = Session.objects.get(day__event=draft.copy, slug="workshop-mobility")
clash.room = draft.copy.rooms.get(name="Room 1")
clash.save()
asked_step = NextStep.objects.get(title__startswith="Write a tender for furniture")
collaborations.collaborate(asked_step, User.objects.get(email="mentor@example.org"))
from events import notifications
from events.models import Guest
from events.services import guest_doors, guests
def invited(name, *slugs):
    # Somebody from outside, to sessions of the lab to come.
    guest = Guest.objects.create(
        event=planned, name=name, email=f"{slugs[0]}@example.org", organisation="Harbour authority",
    )
    for slug in slugs:
        guest.places.create(session=Session.objects.get(day__event=planned, slug=slug))
    guests.invite(guest, by=asks)
    guest.refresh_from_db()
    return guest
Event.objects.filter(pk=planned.pk).update(capacity=9)
comes = invited("Gerda Gast", "opening", "workshop-mobility")
guests.accept(comes, comes.places.values_list("session", flat=True)[:1])
undecided = invited("Ines Invitada", "commitments", "mentor-lounge")
from tests.journeys.polls import rooms_of_today
print(json.dumps({
    **rooms_of_today(lab),
    "guest": notifications.token_of_guest(undecided),
    "guest_comes": notifications.token_of_guest(comes),
    "guest_row": comes.pk,
    "guest_code": guest_doors.code_of_guest(comes),
    "declined_step": NextStep.objects.get(title__startswith="Keep one inventory").pk,
    "plan_draft": draft.copy_id,
    "leuven_day": Event.objects.get(slug="demonstration-lab-in-leuven").starts_on.isoformat(),
    "asked_step": asked_step.pk,
    "agreed_step": NextStep.objects.get(pairing__isnull=False).pk,
    "our_step": NextStep.objects.get(title__startswith="Ask our lawyers").pk,
    "their_step": NextStep.objects.get(title__startswith="Weigh what").pk,
    "our_outcome": Outcome.objects.get(title__startswith="Clauses on reuse").pk,
    "action_group": ThematicActionGroup.objects.get(slug="circular-economy").pk,
    "lab_day": lab.starts_on.isoformat(),
    "past_day": past.starts_on.isoformat(),
    "door_code": attendance.code_of(there),
    "door_code_here": attendance.code_of(lab.registrations.get(user=rouen)),
    "chapter": chapter.pk,
    "handed_in": handed_in.number,
    "order": order.pk,
    "source": source.pk,
    "our_value": our_value.pk,
    "value_kpi": our_value.kpi_id,
    "deal": their_deal.pk,
    "deal_roadmap": their_deal.roadmap_id,
    "check_in": check_in,
    "still_true": still_true,
    "confirm": token("pages-1"),
    "confirmed": confirmed,
    "off": switch_off_url(rouen.pk, "marketplace_contact").split("/")[-2],
    "mail": Mail.objects.get(key="demonstration:rouen-question-new").pk,
    "question": ContactRequest.objects.filter(city__slug="rouen").latest("sent_at").pk,
    "consortium": Consortium.objects.earliest("pk").slug,
    "organisation": Organisation.objects.filter(services__isnull=False).earliest("pk").slug,
    "kpi": KPI.objects.filter(initiative__slug="terrassa-data-office").earliest("pk").pk,
    "our_kpi": KPI.objects.filter(initiative__slug="rouen-open-data").earliest("pk").pk,
    "milestone": Milestone.objects.filter(initiative__slug="rouen-open-data").earliest("pk").pk,
    "roadmap": Roadmap.objects.filter(initiatives__slug="rouen-open-data").get().pk,
    "entry": Entry.objects.get(slug="rouen").pk,
    "review": Review.objects.filter(
        reviewer__email="reviewer1@example.org", revision__number=2, state="asked"
    ).earliest("pk").pk,
    "waiting": Revision.objects.filter(state="checked").earliest("submitted_at").pk,
    "two_solutions": ",".join(
        str(entry.pk) for entry in Entry.objects.live().solutions().order_by("pk")[:2]
    ),
    "city": City.objects.get(slug="rouen").pk,
    "event": Event.objects.get(slug="city-lab-2").pk,
    "initiative": Initiative.objects.get(slug="rouen-open-data").pk,
    "stopped": Deployment.objects.filter(status="stopped", city__slug="guimaraes").get().pk,
    "doubted": Deployment.objects.get(confirmation="doubted").pk,
    "unanswered": Deployment.objects.filter(
        city__slug="leuven", entry__slug="solar-roof-register"
    ).get().pk,
    "peer_group": PeerGroup.objects.get(seats__entry__city__slug="rouen").pk,
    "peer_round": PeerRound.objects.get().pk,
    "meeting": Meeting.objects.get(asker__city__slug="rouen").pk,
    "clinic": MeetingRound.objects.get(state="draft").pk,
    "asker": MeetingAsker.objects.get(city__slug="rouen", round__state="draft").pk,
    "late_asker": MeetingAsker.objects.get(city__slug="rouen", round__state="published").pk,
    "offering": MeetingExpert.objects.filter(offers__isnull=False).earliest("pk").pk,
    "demand": Demand.objects.get(slug="air-quality-in-classrooms").pk,
    "procurement": JointProcurement.objects.earliest("pk").pk,
    "process": ReviewProcess.objects.earliest("pk").pk,
    "profile": profile.pk,
    "conflict": conflict.pk,
    "search": str(SavedSearch.objects.filter(user=rouen).earliest("pk").token),
    "need": Need.objects.get(city__slug="rouen").pk,
    "rubric": Rubric.objects.earliest("pk").pk,
    "user": User.objects.get(email="rouen@example.org").pk,
}))
"""
