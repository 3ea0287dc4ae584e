"""Sessions that are cancelled and not deleted: somebody holds a place in them or picked them out.

With a session its places, invitations and stars would go, and nobody would be told.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from events.models import EventStatus, GuestPlace, GuestState, Session, SessionStar, SignUp

GONE = [GuestState.DECLINED, GuestState.WITHDRAWN]


def held(sessions: QuerySet[Session]) -> list[tuple[Session, list[str]]]:
    """Return those of some sessions that people hold something of, each with what; one query.

    Stars in a hidden event are those of staff alone, who plan it.
    """
    here = OuterRef("pk")
    stars = SessionStar.objects.filter(session=here).exclude(
        session__day__event__status=EventStatus.DRAFT
    )
    rows = sessions.order_by("pk").annotate(
        has_places=Exists(SignUp.objects.open().filter(session=here)),
        has_guests=Exists(GuestPlace.objects.filter(session=here).exclude(guest__state__in=GONE)),
        has_stars=Exists(stars),
    )
    found = rows.filter(Q(has_places=True) | Q(has_guests=True) | Q(has_stars=True))
    words = {"has_places": _("places"), "has_guests": _("guests"), "has_stars": _("stars")}
    return [
        (session, [word for name, word in words.items() if getattr(session, name)])
        for session in found
    ]
