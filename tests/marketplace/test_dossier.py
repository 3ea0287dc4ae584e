"""What the marketplace puts into the dossier of a city's roadmap."""

import csv
import io

import pytest
from django.utils import timezone

from cities.models import Consortium, ConsortiumMember
from marketplace.dossier import of_solutions
from marketplace.models import ReviewEvent
from tests.factories import (
    make_attachment,
    make_city,
    make_entry,
    make_participation,
    make_roadmap,
)

pytestmark = pytest.mark.django_db


def table(files, name):
    """The rows of a table in a dossier."""
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"))))


def published(city, note, **fields):
    """A live solution, its decision with words for the city, and its picture."""
    entry = make_entry(city, state="published", **fields)
    revision = entry.live_revision
    ReviewEvent.objects.create(
        revision=revision,
        action="approve",
        before="in_review",
        after="approved",
        note=note,
        at=timezone.now(),
    )
    return entry, make_attachment(revision)


def test_a_dossier_holds_what_the_city_published_and_how_it_was_decided(city):
    roadmap = make_roadmap(city)
    entry, picture = published(city, "Well told; say next year what it cost.")
    make_entry(city, state="draft", title="Not told yet")
    make_entry(make_city(), state="published", title="Another city's")
    inside = dict(of_solutions(roadmap, "programme"))
    assert [row["entry"] for row in table(inside, "solutions/entries.csv")] == [entry.slug]
    (row,) = table(inside, "solutions/reviews.csv")
    assert row["decision"] == "approve"
    assert row["words_for_the_city"] == "Well told; say next year what it cost."
    name = f"solutions/{entry.slug}/{picture.pk}-{picture.name}"
    with picture.file.open() as content:
        assert inside[name] == content.read()


def test_the_public_reads_that_it_was_decided_and_not_the_words(city):
    roadmap = make_roadmap(city)
    published(city, "secret-words")
    public = dict(of_solutions(roadmap, "public"))
    (row,) = table(public, "solutions/reviews.csv")
    assert row["decision"] == "approve"
    assert not any(b"secret-words" in data for data in public.values())


def test_a_citys_dossier_without_solutions_has_no_such_part(city):
    assert of_solutions(make_roadmap(city), "programme") == []


def test_a_consortiums_dossier_holds_what_its_members_published(city):
    consortium = Consortium.objects.create(name="Two towns", slug="two")
    ConsortiumMember.objects.create(consortium=consortium, city=city)
    roadmap = make_roadmap(participation=make_participation(consortium=consortium))
    entry, _picture = published(city, "Yes.")
    found = dict(of_solutions(roadmap, "programme"))
    assert [row["entry"] for row in table(found, "solutions/entries.csv")] == [entry.slug]
