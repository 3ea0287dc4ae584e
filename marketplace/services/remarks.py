"""Writes to remarks on passages."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.differences import describe, part_names
from marketplace.models import Remark, Review
from marketplace.services.refusals import Refused
from marketplace.services.reviews import refuse_conflict


@transaction.atomic
def remark(review: Review, *, field: str, passage: str, words: str, to_city: bool) -> Remark:
    """Note what a reviewer says about a passage of a part; return the remark.

    Raises Refused when the review is owed no more, the part is none of this kind of entry, the
    passage does not stand there, or for conflicts of interest.
    """
    if not Review.objects.open().select_for_update(of=("self",)).filter(pk=review.pk).exists():
        raise Refused(_("This review is closed; nothing was changed."))
    refuse_conflict(review.reviewer, review.revision)
    if field not in part_names(review.revision):
        raise Refused(_("Choose a part of what was submitted."))
    text = " ".join(describe(review.revision)[field].split())
    if (quoted := " ".join(passage.split())) and quoted not in text:
        raise Refused(_("These words do not stand in this part: copy them as they are."))
    return Remark.objects.create(
        review=review, field=field, passage=quoted, words=words.strip(), to_city=to_city
    )


@transaction.atomic
def take_back(remark: Remark) -> None:
    """Delete a remark; raises Refused once its review is given."""
    if not Review.objects.open().filter(pk=remark.review_id).exists():
        raise Refused(_("This review is closed; nothing was changed."))
    remark.delete()
