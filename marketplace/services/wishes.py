"""Cities that want to change what is under review."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from marketplace import notifications
from marketplace.models import ChangeWish, Revision, RevisionState
from marketplace.services.refusals import Refused

# Where somebody can still send it back.
CAN_WISH = [RevisionState.SUBMITTED, RevisionState.CHECKED, RevisionState.IN_REVIEW]
MOST_WISHES = 5


@transaction.atomic
def wish_for_change(revision: Revision, author: User, words: str) -> ChangeWish:
    """Keep what a city wants to change and tell who reviews it; the same words again are one wish.

    Raises Refused when it is not under review any more, and after some wishes.
    """
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if revision.state not in CAN_WISH:
        raise Refused(
            _("It is no longer under review: it is “{state}”.").format(
                state=revision.get_state_display()
            )
        )
    there = list(revision.wishes.all())
    same = next((wish for wish in there if wish.words == words.strip()), None)
    if same is not None:
        return same
    if len(there) >= MOST_WISHES:
        raise Refused(_("You asked for changes several times; withdraw it instead."))
    wish = ChangeWish.objects.create(revision=revision, author=author, words=words.strip())
    notifications.tell_of_wish(wish)
    return wish
