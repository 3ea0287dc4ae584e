"""Stars of sessions, and secret addresses of calendars."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.utils import timezone

from cities.models import User
from events.models import CalendarAddress, Session, SessionStar

BYTES = 32


@transaction.atomic
def star(user: User, session: Session) -> bool:
    """Pick a session out, or no longer where it was; return whether it is starred now."""
    removed, _rows = SessionStar.objects.filter(user=user, session=session).delete()
    if removed:
        return False
    SessionStar.objects.get_or_create(user=user, session=session)
    return True


@transaction.atomic
def new_address(user: User) -> str:
    """Return a new token for a person's calendar, the only time it is told; the old one ends."""
    token = token_urlsafe(BYTES)
    CalendarAddress.objects.update_or_create(
        user=user, defaults={"token_hash": _hash(token), "made_at": timezone.now()}
    )
    return token


def revoke_address(user: User) -> None:
    """End the address of a person's calendar."""
    CalendarAddress.objects.filter(user=user).delete()


def holder_of(token: str) -> User | None:
    """Return whose calendar a token opens: nobody's when it ended, or the person may not enter."""
    found = CalendarAddress.objects.filter(token_hash=_hash(token), user__is_active=True)
    address = found.select_related("user").first()
    return address.user if address else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
