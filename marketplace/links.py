"""Whether the links of a revision answer. Asks other servers, so it runs beside the review."""

from __future__ import annotations

import time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities import outbound
from marketplace.checks import Finding
from marketplace.mentions import Link, links_of
from marketplace.models import CheckOutcome, Revision

# Tried are so many links at most, and no new one after so many seconds.
MOST_LINKS = 20
LONGEST_S = 45.0


def try_links(revision: Revision) -> Finding:
    """Ask for every link of a revision, one after the other, and return which ones answer."""
    began = time.monotonic()
    details, silent, untried = [], [], 0
    for link in links_of(revision)[:MOST_LINKS]:
        if time.monotonic() - began > LONGEST_S:
            untried += 1
            continue
        answer = outbound.fetch(link.url, with_body=False)
        details.append(_line(link, answer))
        if not answer.is_there:
            silent.append(f"{link.label} ({_words(answer)})")
    if silent:
        words = _("These do not answer: {links}.").format(links="; ".join(silent))
        return Finding(CheckOutcome.ADVICE, words, details)
    if untried:
        words = ngettext(
            "{number} link was not tried: the others took too long.",
            "{number} links were not tried: the others took too long.",
            untried,
        )
        return Finding(CheckOutcome.ADVICE, words.format(number=untried), details)
    if not details:
        return Finding(CheckOutcome.PASSED, _("There are no links."))
    words = ngettext("{number} link answers.", "All {number} links answer.", len(details))
    return Finding(CheckOutcome.PASSED, words.format(number=len(details)), details)


def _words(answer: outbound.Answer) -> str:
    """Return what came of asking: the problem in words, or the status."""
    if answer.problem is not None:
        return str(answer.problem.label).rstrip(".")
    return _("answers with {status}").format(status=answer.status)


def _line(link: Link, answer: outbound.Answer) -> dict[str, str]:
    return {
        "label": link.label,
        "url": link.url,
        "status": str(answer.status or ""),
        "problem": str(answer.problem or ""),
    }
