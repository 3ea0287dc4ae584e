"""Who plans an agenda at the moment, and what somebody last did there.

Kept in the cache for as long as it is news: losing it harms nobody, since whoever moves a session
says which state of it they saw.
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from cities.models import User
from events.models import Event

# A page asks every 15 seconds; who has not asked for three times that long has left.
AWAY_AFTER_S = 45
NEWS_FOR_S = 600


def come(event: Event, user: User) -> list[str]:
    """Note that somebody looks at the plan; name the others who do."""
    now = timezone.now().timestamp()
    here: dict[int, tuple[str, float]] = cache.get(_key(event, "here")) or {}
    here = {key: seen for key, seen in here.items() if now - seen[1] < AWAY_AFTER_S}
    here[user.pk] = (str(user), now)
    cache.set(_key(event, "here"), here, AWAY_AFTER_S)
    return sorted(name for key, (name, _seen) in here.items() if key != user.pk)


def note(event: Event, user: User, words: str) -> None:
    """Keep what somebody did, for the others."""
    did = {"who": user.pk, "name": str(user), "words": words, "at": timezone.now()}
    cache.set(_key(event, "did"), did, NEWS_FOR_S)


def news(event: Event, user: User, since: str) -> str:
    """Return what somebody else did after a page was made (`since`, as `stamp` gives it), or ""."""
    did: dict[str, Any] | None = cache.get(_key(event, "did"))
    if not did or did["who"] == user.pk or did["at"].isoformat() <= since:
        return ""
    told = {"name": did["name"], "words": did["words"], "time": time_format(did["at"], "H:i")}
    return _("%(name)s at %(time)s: %(words)s. Load the page anew to see it.") % told


def words_for(others: list[str]) -> str:
    """Say who else is there, or ""."""
    return _("Also planning here now: %s") % ", ".join(others) if others else ""


def stamp() -> str:
    """Return the moment at which a page is made."""
    return timezone.now().isoformat()


def _key(event: Event, what: str) -> str:
    return f"events.planners.{what}.{event.pk}"
