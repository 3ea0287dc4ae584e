"""Who shall review: without conflict, not asked before, and then whoever suits best."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q
from django.utils import timezone

from cities.models import User
from cities.working_days import Calendars
from marketplace.models import AskedFor, ReviewerProfile, ReviewState, Revision, RevisionState
from marketplace.models.conflicts import people_in_conflict_over
from marketplace.permissions import reviewers
from marketplace.services.processes import process_for

OPEN_REVIEW = [ReviewState.ASKED, ReviewState.STARTED]


@dataclass(frozen=True)
class Candidate:
    """Somebody who could review a revision, and how well they suit."""

    person: User
    reviewed_before: bool
    reads_it: bool
    knows_theme: bool
    load: int

    @property
    def rank(self) -> tuple[bool, bool, bool, int, int]:
        """Return what candidates are sorted by, the best one first."""
        suits = (not self.reviewed_before, not self.reads_it, not self.knows_theme)
        return (*suits, self.load, self.person.pk)


def choose_reviewer(revision: Revision) -> User | None:
    """Return who shall review, or None when nobody can: the first of `candidates`."""
    found = candidates(revision)
    return found[0].person if found else None


def candidates(revision: Revision) -> list[Candidate]:
    """Return who could be asked for a review, the one who suits best first.

    First whoever reviewed the entry before, then who reads its language, then who knows one of its
    themes, then who has least to do. Left out: people asked for this revision already, its author,
    people with a conflict of interest, on leave, or with as much to do as they take.
    """
    themes = {theme.pk for theme in revision.themes.all()}
    day = Calendars().of(process_for(revision).edition_id).day(timezone.now())
    author = [revision.author_id] if revision.author_id else []
    found = (
        reviewers()
        .exclude(pk__in=revision.reviews.order_by().values("reviewer"))
        .exclude(pk__in=people_in_conflict_over(revision).order_by().values("pk"))
        .exclude(pk__in=author)
        .select_related("reviewer_profile")
        .prefetch_related("reviewer_profile__themes")
        .annotate(reviewed_before=_reviewed_before(revision), load=open_reviews())
    )
    suited = []
    for person in found:
        profile = _profile(person)
        if not _can_take(profile, person.load, day):
            continue
        suited.append(
            Candidate(
                person=person,
                reviewed_before=bool(person.reviewed_before),
                reads_it=revision.language in profile.language_codes,
                knows_theme=bool(themes & _themes_of(profile)),
                load=person.load,
            )
        )
    return sorted(suited, key=lambda candidate: candidate.rank)


def open_reviews() -> Count:
    """Return how many reviews somebody has to give, to annotate people with."""
    owed = Q(reviews__state__in=OPEN_REVIEW, reviews__revision__state=RevisionState.IN_REVIEW)
    return Count("reviews", filter=owed, distinct=True)


def still_to_ask(revision: Revision) -> int:
    """Return how many more reviewers a revision needs than are at it or have given theirs."""
    at_it = revision.reviews.filter(
        state__in=[*OPEN_REVIEW, ReviewState.GIVEN], asked_for=AskedFor.REVIEW
    )
    return max(process_for(revision).reviewers - at_it.count(), 0)


def _reviewed_before(revision: Revision) -> Count:
    given = Q(reviews__revision__entry=revision.entry_id, reviews__state=ReviewState.GIVEN)
    return Count("reviews", filter=given, distinct=True)


def _profile(person: User) -> ReviewerProfile:
    """Return what somebody said of themselves, or what holds for those who said nothing."""
    try:
        return person.reviewer_profile
    except ObjectDoesNotExist:
        return ReviewerProfile(user=person)


def _themes_of(profile: ReviewerProfile) -> set[int]:
    return {theme.pk for theme in profile.themes.all()} if profile.pk else set()


def _can_take(profile: ReviewerProfile, load: int, day: date) -> bool:
    until = profile.away_until or date.max
    is_away = profile.away_from is not None and profile.away_from <= day <= until
    return load < profile.capacity and not is_away
