"""Every way of being in a conflict of interest with a city, each a function that makes it so."""

from cities.models import Consortium, ConsortiumMember, Pairing
from marketplace.models import ConflictOfInterest
from tests.factories import make_city, make_mentor, make_officer


def acting_for(user, city):
    made = make_officer(city)
    made.memberships.update(user=user)


def acts_for_it(user, city):
    acting_for(user, city)


def acts_for_a_partner(user, city):
    partner = make_city()
    both = Consortium.objects.create(slug=f"of-{city.slug}", name=f"Consortium of {city}")
    for member in (city, partner):
        ConsortiumMember.objects.create(consortium=both, city=member)
    acting_for(user, partner)


def declared_it(user, city):
    ConflictOfInterest.objects.create(user=user, city=city)


def acts_for_its_tandem(user, city):
    other = make_city()
    Pairing.objects.create(kind="tandem", first_city=city, second_city=other)
    acting_for(user, other)


def acts_for_its_mentor(user, city):
    other = make_city()
    Pairing.objects.create(kind="mentor", first_city=other, second_city=city)
    acting_for(user, other)


def helps_it(user, city):
    made = make_mentor(city)
    made.expert_assignments.update(user=user)


WAYS = [
    *(acts_for_it, acts_for_a_partner, declared_it),
    *(acts_for_its_tandem, acts_for_its_mentor, helps_it),
]
