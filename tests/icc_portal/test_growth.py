"""No list asks the database more often when it grows: every list page, every list of the admin."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cities.models import Consortium, Source
from initiatives.models import Measurement, Risk, ValueKind
from marketplace.models import RevisionState
from tests import factories as make

pytestmark = pytest.mark.django_db

FEW, MANY = 3, 30
PUBLIC = [
    *(
        "/",
        "/cities/",
        "/cities/city/",
        "/cities/consortia/",
        "/cities/organisations/",
        "/sources/",
    ),
    *("/events/", "/events/groups/", "/initiatives/", "/initiatives/first/", "/marketplace/"),
    *("/sitemap.xml", "/sitemap-initiatives.xml", "/sitemap-cities.xml"),
    *("/api/v1/cities/", "/api/v1/events/", "/api/v1/initiatives/", "/api/v1/solutions/"),
]
INSIDE = [
    *(("officer", path) for path in ("/desk/", "/desk/city/city/", "/initiatives/first/edit/")),
    *(("reviewer", path) for path in ("/desk/", "/review/")),
    *(("staff", path) for path in ("/desk/", "/desk/city/city/", "/review/", "/admin/")),
    ("mentor", "/desk/"),
]


class World:
    """A city with a roadmap, people of every role, and rows of every kind as many as asked for."""

    def __init__(self):
        self.city = make.make_city(slug="city")
        self.roadmap = make.make_roadmap(self.city)
        self.first = make.make_initiative(self.roadmap, slug="first")
        self.reviewer = make.make_reviewer()
        self.clients = {"anybody": Client()}
        people = {
            "officer": make.make_officer(self.city),
            "reviewer": self.reviewer,
            "mentor": make.make_mentor(self.city),
            "staff": make.make_superuser(),
        }
        for role, person in people.items():
            self.clients[role] = Client()
            self.clients[role].force_login(person)

    def grow(self, number):
        for _ in range(number):
            city = make.make_city()
            make.make_officer(city)
            make.make_officer(self.city)
            make.make_mentor(self.city)
            make.make_organisation(city=city)
            consortium = Consortium.objects.create(
                slug=f"consortium-{city.pk}", name=f"Consortium {city.pk}", lead_city=city
            )
            consortium.members.create(city=city)
            Source.objects.create(key=f"source-{city.pk}", title="A source")
            make.make_event()
            self.plan(make.make_initiative(self.roadmap))
            self.plan(self.first)
            make.make_initiative(make.make_roadmap())
            make.make_entry(self.city)
            make.make_entry(self.city, state=RevisionState.DRAFT)
            under_review = make.make_entry(city, state=RevisionState.IN_REVIEW)
            make.make_review(under_review.revisions.get(), self.reviewer)

    def plan(self, initiative):
        make.make_milestone(initiative)
        Risk.objects.create(initiative=initiative, text="A risk")
        Measurement.objects.create(
            kpi=make.make_kpi(initiative), kind=ValueKind.NUMBER, number=1, as_reported="1"
        )

    def count(self, pages):
        """Return how many queries each page takes the second time it is asked for."""
        counts = {}
        for role, path in pages:
            self.clients[role].get(path)
            with CaptureQueriesContext(connection) as queries:
                status = self.clients[role].get(path).status_code
            assert status == 200, (role, path)
            counts[role, path] = len(queries)
        return counts


def lists_of_the_admin():
    """The address of every model's list."""
    for model in admin.site._registry:
        meta = model._meta
        yield "staff", reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


@pytest.mark.parametrize("where", ["pages", "admin"])
def test_no_list_asks_more_often_for_thirty_rows_than_for_three(where):
    pages = [*(("anybody", path) for path in PUBLIC), *INSIDE]
    if where == "admin":
        pages = list(lists_of_the_admin())
    world = World()
    world.grow(FEW)
    few = world.count(pages)
    world.grow(MANY - FEW)
    many = world.count(pages)

    assert {page: (few[page], many[page]) for page in pages if few[page] != many[page]} == {}
