"""Who wrote in a roadmap lately, who writes now, and what waits half-typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cities.models import City, FormDraft, User
from initiatives.models import DeskVisit, Roadmap, SectionSave
from initiatives.sections.tree import CHARTER

# Drafts of sections: the form's name; what they are about is the roadmap and the section.
DRAFTS, CHARTER_DRAFTS = "section", "charter"
HERE_NOW = timedelta(minutes=10)


@dataclass
class Standing:
    """What is known of one section besides its words."""

    saved_at: datetime | None = None
    saved_by: str = ""
    half_typed_at: datetime | None = None
    """When this person typed something here and did not save it."""
    to_mend: int = 0
    here_now: list[str] = field(default_factory=list)


def standings(roadmap: Roadmap, user: User, initiatives: Iterable[int]) -> dict[str, Standing]:
    """Return the standing of each section that has one, by key: two queries."""
    found: dict[str, Standing] = {}
    saves = SectionSave.objects.filter(roadmap=roadmap).select_related("user")
    for save in saves.order_by("saved_at"):
        one = found.setdefault(save.section, Standing())
        one.saved_at, one.saved_by = save.saved_at, str(save.user)
    since = timezone.now() - HERE_NOW
    for draft in _drafts(roadmap, initiatives):
        one = found.setdefault(_key_of(draft), Standing())
        if draft.user_id == user.pk:
            one.half_typed_at = draft.saved_at
            one.to_mend = _number(draft.data.get("to_mend"))
        elif draft.saved_at >= since:
            one.here_now.append(str(draft.user))
    return found


def others_typing(target: str, but: User, form: str = DRAFTS) -> QuerySet[FormDraft]:
    """Ask who else has typed within the last minutes in the form about this."""
    since = timezone.now() - HERE_NOW
    found = FormDraft.objects.filter(form=form, target=target, saved_at__gte=since)
    return found.exclude(user=but).select_related("user").only("user__name", "user__email")


def _drafts(roadmap: Roadmap, initiatives: Iterable[int]) -> Any:
    of_sections = Q(form=DRAFTS, target__startswith=f"{roadmap.pk}-")
    of_charters = Q(form=CHARTER_DRAFTS, target__in=[str(key) for key in initiatives])
    return FormDraft.objects.filter(of_sections | of_charters).select_related("user")


def _key_of(draft: FormDraft) -> str:
    if draft.form == CHARTER_DRAFTS:
        return f"{CHARTER}{draft.target}"
    return section_of(draft.target)


def section_of(target: str) -> str:
    """Return the section that a draft of a section is about."""
    section = target.split("-", 1)[1]
    # The grid of one city of a consortium ends with the city's key.
    name, _dash, last = section.rpartition("-")
    return name if last.isdecimal() else section


def _number(values: list[str] | None) -> int:
    return int(values[0]) if values and values[0].isdecimal() else 0


# ── a city's desk ───────────────────────────────────────────────────────────────────────────────
A_LOOK = timedelta(minutes=30)


def with_looks(cities: QuerySet[City], user: User) -> QuerySet[City]:
    """Fetch with cities when this person looked at their desks, for `look`."""
    own = DeskVisit.objects.filter(user=user, city=OuterRef("pk"))
    return cities.annotate(
        looked_at=Subquery(own.values("at")), looked_before=Subquery(own.values("before"))
    )


def look(user: User, city: City) -> datetime | None:
    """Keep that somebody looks at a city's desk; return when they had looked before.

    The city was fetched `with_looks`. Looks within half an hour are one: whoever reloads the page
    does not lose what is new on it.
    """
    now = timezone.now()
    at, before = city.looked_at, city.looked_before  # type: ignore[attr-defined]
    if at is None:
        DeskVisit.objects.get_or_create(user=user, city=city, defaults={"at": now})
        return None
    if now - at <= A_LOOK:
        return before  # type: ignore[no-any-return]
    # Of two windows opened at once, one notes it.
    DeskVisit.objects.filter(user=user, city=city, at=at).update(before=at, at=now)
    return at  # type: ignore[no-any-return]
