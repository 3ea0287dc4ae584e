"""Dates that disagree: with the programme's, with one another, or with the words beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import dates, pictures
from initiatives.deliverable.checking.findings import Finding, Grade
from initiatives.deliverable.facts import Facts
from initiatives.models import Initiative, Milestone, MilestoneStatus

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def disagreeing(facts: Facts) -> Iterator[Finding]:
    """Find milestones whose dates cannot all be right."""
    for one in facts.initiatives:
        for stone in one.milestones.all():
            yield from _of_milestone(facts, one, stone)


def _of_milestone(facts: Facts, one: Initiative, stone: Milestone) -> Iterator[Finding]:
    when = dates.told(dates.read(stone))

    def finding(rule: str, grade: Grade, what: str) -> Finding:
        url = reverse("initiatives:milestone-edit", args=[one.slug, stone.pk])
        where = f"{one.name}: {stone.title}"
        return Finding(rule, grade, what, where, url, when)

    start, end = stone.starts_on, stone.ends_on
    edition = facts.edition
    if start and end and end < start:
        yield finding("end-before-start", Grade.ERROR, _("The end stands before the start."))
    if start and not (edition.starts_on <= start <= edition.ends_on):
        what = _("It begins outside of the programme, which runs %s.") % pictures.span_words(
            edition.starts_on, edition.ends_on
        )
        yield finding("outside-programme", Grade.QUESTION, what)
    if start and stone.date_text:
        years = {int(year) for year in YEAR.findall(stone.date_text)}
        last = (end or start).year
        if years and not any(start.year <= year <= last for year in years):
            what = _("The words say “%s”, the date says something else.") % stone.date_text
            yield finding("words-and-date", Grade.ERROR, what)
    if stone.reached_on and stone.reached_on > facts.on:
        yield finding("reached-later", Grade.ERROR, _("It was reached on a day to come."))
    if stone.status == MilestoneStatus.PLANNED and pictures.is_overdue(stone, facts.on):
        what = _("Its last day has passed, and nobody said what became of it.")
        yield finding("overdue", Grade.QUESTION, what)
