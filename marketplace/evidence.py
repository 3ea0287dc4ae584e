"""How well an entry's results are shown: four levels, each with its reasons in words.

The rule, which the page tells as well:

0  described     words alone
1  measured      at least one figure that was counted: a number, or a change against a year
2  can be checked   a counted figure, and somewhere to check it: a source of the figure, a page
                    with the results, or a document
3  confirmed     another city runs it, and the owner confirmed that

What was counted but cannot be checked stays on level 1, and a link without any figure on level 0:
it may lead to words. A confirmed reuse counts by itself, for somebody else made it work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.models import Attachment, AttachmentKind, ResultFigure, Revision


class Level(models.IntegerChoices):
    """The levels, lowest first."""

    DESCRIBED = 0, gettext_lazy("Described in words")
    MEASURED = 1, gettext_lazy("Measured")
    CHECKABLE = 2, gettext_lazy("Measured, and can be checked")
    CONFIRMED = 3, gettext_lazy("Confirmed by reuse in another city")


@dataclass(frozen=True)
class Evidence:
    """How well results are shown, why, and what would show them better ("": nothing)."""

    level: Level
    reasons: list[str]
    next_step: str = ""


def strength(
    revision: Revision,
    figures: Sequence[ResultFigure] | None = None,
    attachments: Sequence[Attachment] | None = None,
) -> Evidence:
    """Return how well the results of a revision are shown.

    Asks for figures and attachments unless they are given, and for the entry unless it is fetched.
    """
    rows = list(revision.figures.all()) if figures is None else figures
    files = list(revision.attachments.all()) if attachments is None else attachments
    counted = [row for row in rows if row.is_measured]
    documents = [row for row in files if row.kind == AttachmentKind.DOCUMENT]
    sourced = [row for row in counted if row.source_url]
    reasons = [
        *_counted(len(counted)),
        *_sources(len(sourced), bool(revision.evidence_url), len(documents)),
    ]
    reuse = revision.entry.confirmed_reuse
    if reuse:
        reasons.append(
            ngettext(
                "{count} other city runs it, as the owner confirmed.",
                "{count} other cities run it, as the owner confirmed.",
                reuse,
            ).format(count=reuse)
        )
        return Evidence(Level.CONFIRMED, reasons)
    if not counted:
        reasons.insert(0, _("The results are told in words, without a figure that was counted."))
        return Evidence(Level.DESCRIBED, reasons, _("A figure that was counted would show more."))
    if not (sourced or revision.evidence_url or documents):
        return Evidence(
            Level.MEASURED, reasons, _("A link or a document in which to check it would show more.")
        )
    return Evidence(
        Level.CHECKABLE, reasons, _("Another city that runs it, and says so, would show most.")
    )


def _counted(number: int) -> list[str]:
    if not number:
        return []
    return [
        ngettext("{count} figure was counted.", "{count} figures were counted.", number).format(
            count=number
        )
    ]


def _sources(sourced: int, has_page: bool, documents: int) -> list[str]:
    found = []
    if sourced:
        words = ngettext("{count} names its source.", "{count} name their sources.", sourced)
        found.append(words.format(count=sourced))
    if has_page:
        found.append(_("A page shows the results."))
    if documents:
        words = ngettext("{count} document is there.", "{count} documents are there.", documents)
        found.append(words.format(count=documents))
    return found
