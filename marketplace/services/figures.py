"""Writing figures to drafts from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.models import ResultFigure, Revision, RevisionState
from marketplace.services.refusals import Refused

MOST_FIGURES = 40


@transaction.atomic
def write_figure(draft: Revision, place: int | None, values: Mapping[str, Any]) -> ResultFigure:
    """Put values into the figure at a place of a draft's list, from 1; None adds one at its end.

    Raises Refused when it is no draft any more, or the list was changed meanwhile.
    """
    draft = Revision.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.state != RevisionState.DRAFT:
        raise Refused(_("This draft was submitted in the meantime."))
    there = list(draft.figures.all())
    if place is not None and place > len(there):
        raise Refused(_("The draft was changed since you looked; bring the table again."))
    if place is None and len(there) >= MOST_FIGURES:
        raise Refused(_("An entry has {most} figures at most.").format(most=MOST_FIGURES))
    last = max((figure.position for figure in there), default=0)
    figure = there[place - 1] if place else ResultFigure(revision=draft, position=last + 1)
    for name, value in values.items():
        setattr(figure, name, value)
    figure.save()
    return figure
