"""What remains of a lab that is over, in a demonstration: who came, how it was, what they noted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cities.models import City, Pairing, PairingKind
from cities.programme import Loading, Record, person
from cities.programme.people import PEOPLE
from events.models import (
    CollaborationAct,
    CollaborationTurn,
    Event,
    NextStep,
    Outcome,
    Presence,
    Registration,
    RegistrationStatus,
    Session,
    SessionFeedback,
)

REMAINS = "demonstration/remains.yaml"


def load_remains(loading: Loading) -> None:
    """Load what remains, where there are accounts; what was loaded once is left alone."""
    for record in loading.files.records(REMAINS, key="event"):
        if loading.accounts and loading.wanted(record):
            _load_event(loading, record)


def _load_event(loading: Loading, record: Record) -> None:
    event = loading.find(Event, record, "event")
    sessions = {one.slug: one for one in Session.objects.filter(day__event=event)}
    absent = {_address(loading, record, key) for key in record.items("absent")}
    places = Registration.objects.filter(event=event, status=RegistrationStatus.CONFIRMED)
    came = list(places.exclude(user__email__in=absent).select_related("user").order_by("pk"))
    is_new = not Presence.objects.filter(registration__event=event).exists()
    if is_new:
        opens = datetime.combine(event.starts_on, time(9), ZoneInfo(event.time_zone))
        for at, registration in enumerate(came):
            moment = opens + timedelta(minutes=3 * at)
            loading.create(
                Presence, record, registration=registration, day=event.starts_on, at=moment
            )
    for item in record.children("ratings"):
        session = _session(item, sessions)
        given = item.items("given")
        for registration, rating in zip(came, given, strict=False) if is_new else ():
            loading.create(
                SessionFeedback, item, session=session, user=registration.user, rating=rating
            )
        item.close()
    for item in record.children("outcomes"):
        _load_outcome(loading, item, _session(item, sessions))
    for item in record.children("steps"):
        _load_step(loading, item, _session(item, sessions))
    record.close()


def _address(loading: Loading, record: Record, key: str) -> str:
    for candidate in loading.files.records(PEOPLE, key="key", part="people"):
        if candidate.label == key:
            return str(candidate.get("email"))
    raise record.wrong("absent", f"“{key}” is no key in {PEOPLE}; add the person there.")


def _session(item: Record, sessions: dict[str, Session]) -> Session:
    found = sessions.get(item.need("session"))
    if found is None:
        raise item.wrong("session", f"the event has no session “{item.get('session')}”.")
    return found


def _load_outcome(loading: Loading, item: Record, session: Session) -> None:
    key: dict[str, Any] = {
        "session": session,
        "city": loading.find(City, item, "city"),
        "title": item.need("title"),
    }
    loading.put(
        Outcome,
        item,
        key,
        kind=item.need("kind"),
        group=session.group,
        is_public=bool(item.get("is_public", default=False)),
        written_by=person(loading, item, "person"),
        demonstration=item.mark().demonstration,
    )
    item.close()


def _load_step(loading: Loading, item: Record, session: Session) -> None:
    due, done = item.whole("due_in_days"), item.whole("done_days_ago")
    if due is None:
        raise item.wrong("due_in_days", "is missing; add it to the record.")
    city, other = loading.find(City, item, "city"), loading.find_or_none(City, item, "with_city")
    step, is_new = loading.put(
        NextStep,
        item,
        {"session": session, "title": item.need("title")},
        first={
            "due_on": loading.today + timedelta(days=due),
            "done_on": None if done is None else loading.today - timedelta(days=done),
        },
        city=city,
        with_city=other,
        owner=person(loading, item, "owner") if item.get("owner") else None,
        result=item.text("result"),
        written_by=person(loading, item, "person"),
        demonstration=item.mark().demonstration,
    )
    declined = item.child("declined")
    if declined is not None and other is not None and is_new:
        _load_no(loading, declined, step, city, other)
        declined.close()
    if item.get("collaborate") and other is not None and is_new:
        step.pairing = _pairing(loading, item, step, city, other, session.day.date)
        step.save()
    item.close()


def _load_no(loading: Loading, item: Record, step: NextStep, city: City, other: City) -> None:
    """Load that a city asked for a collaboration, and that the other one declined."""
    told = (
        (CollaborationAct.ASKED, city, "asked_by", "", 20),
        (CollaborationAct.DECLINED, other, "said_by", item.need("reason"), 17),
    )
    for act, by_city, who, reason, days_ago in told:
        loading.create(
            CollaborationTurn,
            item,
            step=step,
            act=act,
            city=by_city,
            said_by=person(loading, item, who),
            said_at=loading.now - timedelta(days=days_ago),
            reason=reason,
        )


def _pairing(
    loading: Loading, item: Record, step: NextStep, city: City, other: City, since: date
) -> Pairing:
    pairing, _new = loading.put(
        Pairing,
        item,
        {
            "kind": PairingKind.JOINT,
            "edition": step.session.day.event.edition if step.session else None,
            "first_city": city,
            "second_city": other,
        },
        first={"since": since},
        purpose=step.title,
        demonstration=item.mark().demonstration,
    )
    return pairing
