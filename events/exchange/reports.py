"""The report of a lab: who came, how it was, what remains; as plain data that page and PDF draw."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cities.models import User
from cities.pictures import Bar, horizontal_bars
from events import permissions
from events.exchange import report_parts
from events.exchange.certificates import language_of
from events.models import (
    Event,
    NextStep,
    Outcome,
    OutcomeKind,
    Session,
)
from events.services import feedback, poll_results
from events.services.who_came import WhoCame, who_came
from initiatives.deliverable import drawing, pdf
from initiatives.deliverable.blocks import (
    Block,
    heading,
    listing,
    pairs,
    paragraphs,
    table,
)
from initiatives.deliverable.content import speakable, words_around
from initiatives.pictures import Figure

FORMAT = 1


def report_as_pdf(event: Event, reader: User) -> bytes:
    """Return the report as PDF/UA, in its reader's language where it has the words."""
    with translation.override(language_of(reader)):
        return pdf.make(report_of(event, reader))


def report_of(event: Event, reader: User) -> Block:
    """Return the report for somebody who reads it, in the language that is active.

    Ratings are told to staff alone, by the rules of feedback; the rest to whoever has a place.
    """
    today = timezone.localdate()
    known = _Known(event, reader)
    chapters = [
        _chapter("in-short", _("In short"), _in_short(known)),
        _chapter("who-came", _("Who came"), _who_came(known.came)),
        _chapter("sessions", _("Sessions"), _sessions(known)),
        _chapter("polls", _("What the room said"), report_parts.of_polls(known.polls)),
        _chapter("pictures", _("Pictures"), report_parts.of_photos(event, known.photos)),
        _chapter(
            "materials",
            _("Materials"),
            report_parts.of_materials(known.sessions, known.materials),
        ),
        _chapter("what-remains", _("What remains"), _remains(known.outcomes)),
        _chapter("commitments", _("Commitments"), _commitments(known.steps)),
    ]
    numbered = [one for one in chapters if one["blocks"]]
    for number, one in enumerate(numbered, start=1):
        one["number"] = number
    made: Block = speakable(
        {
            "format": FORMAT,
            "language": translation.get_language() or "en",
            "audience": "programme" if known.is_staff else "members",
            "on": today.isoformat(),
            "title": event.title,
            "kicker": settings.PORTAL_NAME,
            "subtitle": _("Report of the event"),
            "edition": event.edition.name if event.edition else event.kind.name,
            "dates": _span(event),
            "as_of": _("As of %s") % _day(today),
            "notice": _notice(event, is_staff=known.is_staff),
            "words": words_around(),
            "chapters": numbered,
        }
    )
    return made


class _Known:
    """What the chapters tell of, each read once."""

    def __init__(self, event: Event, reader: User) -> None:
        self.event = event
        self.is_staff = reader.is_staff
        self.came = who_came(event)
        self.sessions = list(
            Session.objects.filter(day__event=event).select_related("day", "kind").in_order()
        )
        # Staff read of all polls that have ended, the others of those that moderators share.
        self.polls = [
            (poll, results)
            for poll, results in poll_results.told_of(event, is_all=reader.is_staff)
            if reader.is_staff or permissions.reads_materials(reader, poll.session)
        ]
        self.photos = list(event.photos.select_related("session"))
        self.materials = report_parts.materials_for(reader, event, self.sessions)
        self.outcomes = list(
            Outcome.objects.visible_to(reader)
            .filter(session__day__event=event)
            .select_related("city", "session")
            .order_by("city__name", "pk")
        )
        self.steps = list(
            NextStep.objects.visible_to(reader)
            .filter(session__day__event=event)
            .select_related("city", "with_city", "owner", "pairing")
            .order_by("city__name", "due_on", "pk")
        )


def _chapter(key: str, title: str, blocks: list[Block]) -> Block:
    return {
        "id": key,
        "kind": key,
        "heading": title,
        "when": "",
        "internal": False,
        "intro": [],
        "level": 1,
        "number": 0,
        "blocks": blocks,
    }


def _notice(event: Event, *, is_staff: bool) -> str:
    if event.demonstration:
        return _("Demonstration: people and statements are invented")
    return _("For programme staff: with ratings") if is_staff else ""


def _in_short(known: _Known) -> list[Block]:
    event, came = known.event, known.came
    there = sum(person.came for person in came.people)
    held = [one for one in known.sessions if not one.is_cancelled]
    joined = {step.pairing_id for step in known.steps if step.pairing_id}
    done = sum(step.done_on is not None for step in known.steps)
    answers = sum(result.answers for _poll, results in known.polls for result in results)
    told = [
        (_("Dates"), _span(event)),
        (_("Place"), event.place or str(event.get_format_display())),
        (_("People with a place"), str(came.places) if came.places else ""),
        (_("Cities of these people"), str(_cities(came)) if _cities(came) else ""),
        (_("People marked as present"), str(there) if there else ""),
        (_("Sessions held"), str(len(held)) if held else ""),
        (_("Answers in live polls"), str(answers) if answers else ""),
        (_("Commitments"), str(len(known.steps)) if known.steps else ""),
        (_("of these done"), str(done) if done else ""),
        (_("Collaborations begun"), str(len(joined)) if joined else ""),
    ]
    figures = [(one.label, one.value) for one in event.figures.all()]
    return [
        *paragraphs(event.summary),
        *pairs(told),
        *pairs(figures, _("As it was reported")),
    ]


def _cities(came: WhoCame) -> int:
    return sum(one.city is not None and bool(one.places) for one in came.cities)


def _who_came(came: WhoCame) -> list[Block]:
    if not came.people:
        return []
    blocks: list[Block] = []
    if len(came.days) > 1 and any(person.came for person in came.people):
        counts = [(_day(day), sum(one.on(day) for one in came.cities)) for day in came.days]
        caption = _("People present on each day")
        figure = Figure(
            id="report-days",
            picture=horizontal_bars("report-days", caption, [Bar(*one) for one in counts]),
            caption=caption,
            columns=[_("Day"), _("People")],
            rows=[[day, str(number)] for day, number in counts],
        )
        blocks.append(drawing.block_of(figure, share=70))
    rows = [
        [one.city.name if one.city else _("No city"), str(one.places), str(one.came)]
        for one in came.cities
    ]
    columns = [_("City"), _("Places"), _("Came")]
    caption = _("Places and people who came, by city")
    return [*blocks, *table(caption, columns, rows, numeric=[1, 2], widths=[3, 1, 1])]


def _sessions(known: _Known) -> list[Block]:
    """Return the sessions; for staff with the mean of their ratings, where it may be told."""
    told = {}
    if known.is_staff and permissions.feedback_is_over(known.event):
        told = {one.pk: (number, mean) for one, number, mean in feedback.means_of(known.event)}
    rows = []
    for one in known.sessions:
        number, mean = told.get(one.pk, (None, None))
        title = _("%s (cancelled)") % one.title if one.is_cancelled else one.title
        rows.append(
            [
                title,
                _day(one.day.date),
                one.kind.name,
                str(number) if number else "",
                number_format(mean, 1) if mean is not None else "",
            ]
        )
    columns = [_("Session"), _("Day"), _("Kind"), _("Answers"), _("Mean of 1 to 5")]
    found = table(_("Sessions of the event"), columns, rows, numeric=[3, 4], widths=[4, 2, 2, 1, 1])
    said = [
        block
        for one in known.sessions
        if one.takeaways
        for block in (heading(one.title), *paragraphs(one.takeaways))
    ]
    return [*found, *said]


def _remains(outcomes: list[Outcome]) -> list[Block]:
    words = {
        OutcomeKind.TAKEAWAY: _("What cities take away"),
        OutcomeKind.PRACTICE: _("What works in cities"),
        OutcomeKind.NEED: _("What cities look for"),
    }
    blocks: list[Block] = []
    for kind, title in words.items():
        rows = [f"{one.city.name}: {one.title}" for one in outcomes if one.kind == kind]
        if rows:
            blocks += [heading(title), *listing(rows)]
    return blocks


def _commitments(steps: list[NextStep]) -> list[Block]:
    rows = [
        [
            step.city.name if step.city else str(step.owner or ""),
            step.title,
            step.with_city.name if step.with_city else "",
            _day(step.due_on),
            _standing(step),
        ]
        for step in steps
    ]
    columns = [_("City"), _("What will be done"), _("Together with"), _("By"), _("How it stands")]
    return table(_("What cities will do"), columns, rows, widths=[2, 4, 2, 2, 2])


def _standing(step: NextStep) -> str:
    if step.done_on:
        return _("Done on %s") % _day(step.done_on)
    if step.given_up_on:
        return _("Given up")
    return _("Late") if step.is_late else _("Still to do")


def _span(event: Event) -> str:
    if event.starts_on == event.ends_on:
        return _day(event.starts_on)
    return f"{_day(event.starts_on)} – {_day(event.ends_on)}"


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def may_read(user: User, event: Event) -> bool:
    """Say whether somebody reads the report: staff, and whoever has a place, once it began."""
    if event.starts_on > event.today:
        return False
    return user.is_staff or permissions.is_admitted(user, event)
