"""Trial entries in bulk: solutions the public sees, and revisions that wait for a review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import Max, Model, OuterRef, Subquery
from django.utils import timezone

from cities.models import City, Goal, Organisation, Theme, User
from icc_portal.load.places import MARK, trial_cities, trial_reviewers
from icc_portal.load.words import Language, languages, texts
from marketplace.models import (
    CostBand,
    Deployment,
    DeploymentStatus,
    Entry,
    EntryKind,
    Funding,
    Maturity,
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
    Standard,
    Technology,
)
from marketplace.workflow import Action

Say = Callable[[str], None]
# So many entries are written in one transaction: others who write wait for no longer.
BATCH = 1_000
YEARS_BACK = 3
# The lists of a revision: how many of each it has, at least and at most.
LISTS: dict[str, tuple[type[Model], int, int]] = {
    "themes": (Theme, 1, 3),
    "technologies": (Technology, 0, 3),
    "goals": (Goal, 1, 3),
    "standards": (Standard, 0, 2),
    "fundings": (Funding, 0, 1),
    "partners": (Organisation, 0, 1),
}


@dataclass
class Trial:
    """What trial entries are made from, read once."""

    cities: list[City] = field(default_factory=trial_cities)
    spoken: list[Language] = field(default_factory=languages)
    lists: dict[str, list[int]] = field(
        default_factory=lambda: {
            name: list(model._default_manager.order_by("pk").values_list("pk", flat=True))
            for name, (model, _least, _most) in LISTS.items()
        }
    )
    now: datetime = field(default_factory=timezone.now)

    def write_solutions(self, first: int, last: int) -> None:
        """Write the published solutions with these numbers, and who runs them."""
        numbers = range(first, last + 1)
        with transaction.atomic():
            revisions = self._write("solution", numbers, RevisionState.PUBLISHED)
            entries = Entry.objects.filter(pk__in=[each.entry_id for each in revisions])
            own = Revision.objects.filter(entry=OuterRef("pk")).order_by().values("pk")
            dated = Revision.objects.filter(entry=OuterRef("pk")).order_by().values("published_at")
            entries.order_by().update(
                live_revision=Subquery(own), first_published_at=Subquery(dated)
            )
            Deployment.objects.bulk_create(
                self._deployment(revision, chance, city)
                for revision, number in zip(revisions, numbers, strict=True)
                for chance in [_chance("deployments", number)]
                for city in chance.sample(self.cities, chance.choice([0, 0, 1, 2, 3]))
            )

    def write_reviews(self, first: int, last: int, reviewers: Sequence[User]) -> None:
        """Write entries whose first revision is under review, one review each."""
        numbers = range(first, last + 1)
        with transaction.atomic():
            revisions = self._write("review", numbers, RevisionState.IN_REVIEW)
            Review.objects.bulk_create(
                self._review(revision, _chance("reviews", number), reviewers)
                for revision, number in zip(revisions, numbers, strict=True)
            )
            ReviewEvent.objects.bulk_create(
                event for revision in revisions for event in _way_into_review(revision)
            )

    def _write(self, what: str, numbers: Sequence[int], state: RevisionState) -> list[Revision]:
        """Write entries with one revision each; return the revisions, in the order of numbers."""
        chances = [_chance(what, number) for number in numbers]
        cities = [chance.choice(self.cities) for chance in chances]
        entries = Entry.objects.bulk_create(
            Entry(
                kind=EntryKind.SOLUTION,
                slug=f"{MARK}{what}-{number:06}",
                city=city,
                demonstration=True,
            )
            for number, city in zip(numbers, cities, strict=True)
        )
        revisions = Revision.objects.bulk_create(
            self._revision(entry, state, chance)
            for entry, chance in zip(entries, chances, strict=True)
        )
        for name, (model, least, most) in LISTS.items():
            known = self.lists[name]
            through = getattr(Revision, name).through
            target = f"{model._meta.model_name}_id"
            through._default_manager.bulk_create(
                through(revision_id=revision.pk, **{target: key})
                for revision, chance in zip(revisions, chances, strict=True)
                for key in chance.sample(known, min(len(known), chance.randint(least, most)))
            )
        return revisions

    def _revision(self, entry: Entry, state: RevisionState, chance: Random) -> Revision:
        spoken = chance.choice(self.spoken)
        published = self.now - timedelta(minutes=chance.randrange(60, YEARS_BACK * 365 * 24 * 60))
        submitted = published - timedelta(days=chance.randint(2, 30))
        if state == RevisionState.IN_REVIEW:
            submitted = self.now - timedelta(days=chance.randint(1, 25))
        is_open = chance.choice([True, True, False, None])
        return Revision(
            entry=entry,
            number=1,
            state=state,
            language=spoken.code,
            maturity=chance.choice(Maturity.values),
            cost_band=chance.choice(["", *CostBand.values]),
            months_to_deploy=chance.choice([None, 3, 6, 9, 12, 18, 24]),
            is_open_source=is_open,
            licence="EUPL-1.2" if is_open else "",
            submitted_at=submitted,
            published_at=published if state == RevisionState.PUBLISHED else None,
            demonstration=True,
            **texts(chance, spoken, str(entry.city)),
        )

    def _deployment(self, revision: Revision, chance: Random, city: City) -> Deployment:
        return Deployment(
            entry_id=revision.entry_id,
            city=city,
            status=chance.choice(DeploymentStatus.values),
            since=date(chance.randint(2016, 2022), chance.randint(1, 12), 1),
            demonstration=True,
        )

    def _review(self, revision: Revision, chance: Random, reviewers: Sequence[User]) -> Review:
        return Review(
            revision=revision,
            reviewer=chance.choice(reviewers),
            state=chance.choice([ReviewState.ASKED, ReviewState.STARTED]),
            due_on=timezone.localdate() + timedelta(days=chance.randint(-5, 20)),
        )


def bring_up_to(solutions: int, reviews: int, say: Say) -> None:
    """Write trial entries until there are so many; those that are there are left as they are."""
    trial = Trial()
    for first, last in _batches("solution", solutions):
        trial.write_solutions(first, last)
        say(f"{last} solutions")
    reviewers = trial_reviewers() if reviews else []
    for first, last in _batches("review", reviews):
        trial.write_reviews(first, last, reviewers)
        say(f"{last} reviews")
    with connection.cursor() as cursor:
        # The planner must know that small tables have become large.
        cursor.execute("ANALYZE")


def remove(say: Say) -> None:
    """Take away all that a trial wrote."""
    entries = Entry.objects.filter(slug__startswith=MARK, demonstration=True).order_by("pk")
    while keys := list(entries.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            part = Entry.objects.filter(pk__in=keys)
            # An entry and its live revision hold one another.
            part.update(live_revision=None)
            part.delete()
        say(f"{len(keys)} entries removed")
    City.objects.filter(slug__startswith=f"{MARK}city-", demonstration=True).delete()
    User.objects.filter(email__startswith=f"{MARK}reviewer-", demonstration=True).delete()


def _chance(what: str, number: int) -> Random:
    """Return the luck of one entry: the same each time, however many are written beside it."""
    return Random(f"{what} {number}")  # noqa: S311 - nothing secret, and the same on purpose


def _batches(what: str, wanted: int) -> list[tuple[int, int]]:
    """Return the first and the last number of each batch that is still to be written."""
    prefix = f"{MARK}{what}-"
    highest = Entry.objects.filter(slug__startswith=prefix, demonstration=True).aggregate(
        slug=Max("slug")
    )["slug"]
    done = int(highest.removeprefix(prefix)) if highest else 0
    return [(first, min(first + BATCH - 1, wanted)) for first in range(done + 1, wanted + 1, BATCH)]


def _way_into_review(revision: Revision) -> list[ReviewEvent]:
    steps = [
        (Action.SUBMIT, RevisionState.DRAFT, RevisionState.SUBMITTED),
        (Action.PASS_CHECKS, RevisionState.SUBMITTED, RevisionState.CHECKED),
        (Action.ASSIGN, RevisionState.CHECKED, RevisionState.IN_REVIEW),
    ]
    return [
        ReviewEvent(
            revision=revision,
            action=action,
            before=before,
            after=after,
            at=revision.submitted_at or timezone.now(),
            demonstration=True,
        )
        for action, before, after in steps
    ]
