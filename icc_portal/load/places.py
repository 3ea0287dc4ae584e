"""The invented cities and reviewers of a trial."""

from __future__ import annotations

from random import Random

from django.contrib.auth.models import Group

from cities.models import City, User
from icc_portal.load.words import invented_name
from icc_portal.roles import REVIEWERS

MARK = "trial-"
CITIES = 400
COUNTRIES = "AT BE BG CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV NL NO PL PT RO SE SI SK UA"
REVIEWERS_OF_A_TRIAL = 12


def trial_cities() -> list[City]:
    """Return the invented cities, written if they are not there yet."""
    found = City.objects.filter(slug__startswith=MARK, demonstration=True).order_by("slug")
    if not found.exists():
        chance = Random("cities")  # noqa: S311 - the same each time, on purpose
        City.objects.bulk_create(_city(number, chance) for number in range(CITIES))
    return list(found)


def trial_reviewers() -> list[User]:
    """Return the invented reviewers, written if they are not there yet; none can sign in."""
    group = Group.objects.get(name=REVIEWERS)
    people = []
    for number in range(1, REVIEWERS_OF_A_TRIAL + 1):
        email = f"{MARK}reviewer-{number}@example.org"
        person = User.objects.filter(email=email).first() or User.objects.create_user(
            email=email, name=f"Trial reviewer {number}", demonstration=True
        )
        person.groups.add(group)
        people.append(person)
    return people


def _city(number: int, chance: Random) -> City:
    # The number keeps two cities of one country from having the same name.
    return City(
        slug=f"{MARK}city-{number:04}",
        name=f"{invented_name(chance)} {number}",
        country=chance.choice(COUNTRIES.split()),
        population=chance.choice([18_000, 45_000, 90_000, 160_000, 320_000, 700_000, 1_400_000]),
        population_year=2021,
        latitude=round(chance.uniform(36, 65), 4),
        longitude=round(chance.uniform(-9, 30), 4),
        demonstration=True,
    )
