"""What a report shows of what sessions left behind: polls, photographs, materials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from cities.models import User
from events.audiences import audiences_of
from events.models import Audience, Event, EventPhoto, Poll, PollKind, Session, SessionMaterial
from events.services.poll_results import Result
from initiatives.deliverable.blocks import Block, heading, link, photo, table


def of_polls(told: Iterable[tuple[Poll, list[Result]]]) -> list[Block]:
    """Return what was answered in live polls, question by question."""
    blocks: list[Block] = []
    for poll, results in told:
        blocks.append(heading(f"{poll.session.title}: {poll.title}"))
        for result in results:
            blocks += _answers(result)
    return blocks


def _answers(result: Result) -> list[Block]:
    caption = _("%(question)s (%(number)s answers)") % {
        "question": result.question.text,
        "number": result.answers,
    }
    is_quiz = result.question.kind == PollKind.QUIZ
    rows = [
        [
            _("%s (right)") % one.text if is_quiz and one.option.is_right else one.text,
            str(one.number),
            _("%d %%") % one.percent,
        ]
        for one in result.lines
    ]
    columns = [_("What was answered"), _("People"), _("Share")]
    return table(caption, columns, rows, numeric=[1, 2], widths=[4, 1, 1])


def of_photos(event: Event, photos: Iterable[EventPhoto]) -> list[Block]:
    """Return the photographs, each with its session and who took it."""
    found = []
    for one in photos:
        one.event = event
        credit = _("Photograph: %s") % one.credit if one.credit else ""
        caption = " · ".join(filter(None, [one.session.title if one.session else "", credit]))
        found.append(photo(caption or event.title, one, one.get_absolute_url()))
    return found


def of_materials(
    sessions: Iterable[Session], materials: Mapping[int, list[SessionMaterial]]
) -> list[Block]:
    """Return links to the materials and recordings of sessions, session by session."""
    blocks: list[Block] = []
    for session in sessions:
        links = [(one.title, one.link) for one in materials.get(session.pk, [])]
        if session.pk in materials and session.recording:
            links.append((_("Recording"), session.recording))
        if links:
            blocks.append(heading(session.title))
            blocks += [block for label, url in links for block in link(label, url)]
    return blocks


def materials_for(
    reader: User, event: Event, sessions: list[Session]
) -> dict[int, list[SessionMaterial]]:
    """Return the materials of the sessions whose audience somebody belongs to, session by session.

    As on the pages of sessions, without asking for each: who speaks or moderates finds there what
    is kept to an audience of others.
    """
    own = audiences_of(event, [reader.pk])[reader.pk]
    found: dict[int, list[SessionMaterial]] = {
        one.pk: []
        for one in sessions
        if reader.is_staff or one.audience == Audience.PUBLIC or one.audience in own
    }
    for material in SessionMaterial.objects.filter(session__day__event=event):
        if material.session_id in found:
            found[material.session_id].append(material)
    return found
