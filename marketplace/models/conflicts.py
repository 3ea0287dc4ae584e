"""Who cannot judge whose entries: the one rule, asked from both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, CharField, Exists, OuterRef, Q, Value

from cities.models import (
    Actor,
    City,
    CityMembership,
    ConsortiumMember,
    ExpertAssignment,
    Pairing,
    User,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from marketplace.models.revisions import Revision


def cities_in_conflict(user: Actor) -> QuerySet[City]:
    """Return the cities whose entries this person may not judge.

    Those they act for or help as an expert, the other cities of those cities' consortia and
    pairings, and those they declared a conflict of interest with.
    """
    if not user.is_authenticated:
        return City.objects.none()
    own = City.objects.acted_for_by(user).order_by().values("pk")
    shared = _members().filter(city__in=own).values("consortium")
    pairs = Pairing.objects.running().order_by()
    return City.objects.filter(
        Q(pk__in=own)
        | Q(pk__in=_members().filter(consortium__in=shared).values("city"))
        | Q(pk__in=pairs.filter(first_city__in=own).values("second_city"))
        | Q(pk__in=pairs.filter(second_city__in=own).values("first_city"))
        | Q(pk__in=ExpertAssignment.objects.running().order_by().filter(user=user).values("city"))
        | Q(pk__in=user.conflicts.order_by().values("city"))
    )


def people_in_conflict(city: City | None) -> QuerySet[User]:
    """Return the people who may not judge this city's entries; nobody where there is no city."""
    if city is None:
        return User.objects.none()
    joined = _members().filter(city=city).values("consortium")
    near = _members().filter(consortium__in=joined).values("city")
    pairs = Pairing.objects.running().order_by()
    acting = CityMembership.objects.running().filter(
        Q(city=city)
        | Q(city__in=near)
        | Q(city__in=pairs.filter(first_city=city).values("second_city"))
        | Q(city__in=pairs.filter(second_city=city).values("first_city"))
    )
    helping = ExpertAssignment.objects.running().order_by().filter(city=city)
    return User.objects.filter(
        Q(pk__in=acting.order_by().values("user"))
        | Q(pk__in=helping.values("user"))
        | Q(conflicts__city=city)
    ).distinct()


@dataclass(frozen=True)
class Conflicts:
    """The cities and countries that somebody cannot judge, read once for a page that asks often."""

    cities: list[int]
    countries: list[str]

    @classmethod
    def of(cls, user: User) -> Conflicts:
        """Read them in one query; the countries count where the process of a review says so."""
        nothing = Value(0, BigIntegerField())
        cities = cities_in_conflict(user).order_by().values_list("pk", Value("", CharField()))
        own, lives = _countries_of(user)
        countries = (
            own.values_list(nothing, "country"),
            lives.values_list(nothing, "reviewer_profile__country"),
        )
        rows = list(cities.union(*countries))
        return cls(
            [city for city, _country in rows if city],
            [country for _city, country in rows if country],
        )


def in_conflict(user: Actor, revision: str = "", known: Conflicts | None = None) -> Q:
    """Return what holds for rows whose revision this person may not judge.

    `revision` is the way to it, such as "revision__". Besides their cities: those of the same
    country, where the process of the review says so. `known` are the person's conflicts, where
    they were read already.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    country = f"{revision}entry__city__country__in"
    if known:
        cities: Any = known.cities
        same = Q(**{country: known.countries})
    else:
        own, lives = _countries_of(user)
        cities = cities_in_conflict(user)
        same = Q(**{country: own}) | Q(**{country: lives})
    by_country = Q(**{f"{revision}process__same_country_conflict": True}) & same
    return Q(**{f"{revision}entry__city__in": cities}) | by_country


def _countries_of(user: User) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """Ask for the countries of the cities somebody acts for, and for the one they live in.

    Asked from the person's side: whoever has no profile, or none with a country, adds nothing.
    """
    own = City.objects.acted_for_by(user).order_by()
    lives = User.objects.filter(pk=user.pk, reviewer_profile__country__gt="").order_by()
    return own.values("country"), lives.values("reviewer_profile__country")


def people_in_conflict_over(revision: Revision) -> QuerySet[User]:
    """Return the people who may not judge a revision, as `in_conflict` has it."""
    city, process = revision.entry.city, revision.process
    near = people_in_conflict(city)
    if city is None or process is None or not process.same_country_conflict:
        return near
    acting = CityMembership.objects.running().filter(city__country=city.country).order_by()
    return User.objects.filter(
        Q(pk__in=near.order_by().values("pk"))
        | Q(pk__in=acting.values("user"))
        | Q(reviewer_profile__country=city.country)
    )


def _members() -> QuerySet[ConsortiumMember]:
    return ConsortiumMember.objects.running().order_by()


def entries_to_review(user: User) -> QuerySet[Any, Any]:
    """Return the keys of the entries this person was asked to review a revision of.

    Without those they gave back, and those they have a conflict of interest over.
    """
    return _asked(user).values("revision__entry")


def asked_up_to(user: User, revision: str = "") -> Exists:
    """Return what holds for rows of revisions up to the last this person was asked to review.

    `revision` is the way from a row to its revision, as for `in_conflict`. Who reviewed an entry
    once reads nothing of what is handed in after that, unless asked again.
    """
    asked = _asked(user).filter(
        revision__entry=OuterRef(f"{revision}entry"),
        revision__number__gte=OuterRef(f"{revision}number"),
    )
    return Exists(asked)


def _asked(user: User) -> QuerySet[Any]:
    reviews = user.reviews.exclude(state="declined").exclude(in_conflict(user, "revision__"))
    return reviews.order_by()
