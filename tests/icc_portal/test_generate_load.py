"""Invented entries for trials: written in bulk, marked, always the same, and gone again."""

import pytest
from django.core.management import CommandError, call_command

from cities.models import City, Goal, User
from events.models import Event, Session
from icc_portal.load.words import languages
from marketplace.models import Entry, Review, Revision, Technology
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from tests.factories import make_entry, make_theme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def subjects():
    for name in ("Sensors", "Open data", "Maps"):
        Technology.objects.create(slug=name.lower().replace(" ", "-"), name=name)
    for number in (7, 11, 13):
        Goal.objects.create(number=number, name=f"Goal {number}")
    return [make_theme() for _each in range(3)]


def generate(**options):
    call_command("generate_load", verbosity=0, **options)


def written():
    """What makes the entries what they are, by their address."""
    fields = ("slug", "city__name", "live_revision__title", "live_revision__problem")
    return list(Entry.objects.order_by("slug").values_list(*fields))


def test_entries_are_public_found_and_marked_as_invented():
    generate(solutions=30, reviews=5)

    live = Entry.objects.live()
    assert live.count() == 30
    found = answer(Question(limit=50))
    assert sorted(found.entry_ids) == sorted(live.values_list("pk", flat=True))
    assert sum(found.counts["theme"].values()) >= 30
    for model in (Entry, Revision, City, User):
        assert not model.objects.filter(demonstration=False).exists()
    assert set(live.values_list("live_revision__language", flat=True)) <= {
        language.code for language in languages()
    }


def test_each_review_is_open_and_somebody_s():
    generate(reviews=5)

    assert Review.objects.open().count() == 5
    assert Revision.objects.get(entry__slug="trial-review-000001").events.count() == 3


def test_the_same_entries_are_written_each_time_and_more_are_added_to_them():
    generate(solutions=12)
    once = written()
    generate(remove=True)
    generate(solutions=5)
    generate(solutions=12)
    generate(solutions=12)

    assert written() == once


def test_a_lab_has_its_days_full_before_the_next_begins_and_goes_again():
    generate(sessions=130)
    generate(sessions=130)

    lab = Event.objects.get()
    sessions = Session.objects.filter(day__event=lab)
    assert [day.sessions.count() for day in lab.days.all()] == [60, 60, 10]
    assert (
        sessions.filter(agenda_items__minutes__gt=0, talks__city__isnull=False).distinct().count()
        == 130
    )
    assert {session.track.event for session in sessions} == {lab}
    assert {session.room.event for session in sessions} == {lab}
    assert sessions.filter(is_cancelled=True).count() == 2
    generate(remove=True)
    assert not Event.objects.exists()


def test_removal_leaves_what_people_wrote():
    own = make_entry(title="Ours")
    generate(solutions=3, reviews=2, yes=True)
    generate(remove=True, yes=True)

    assert list(Entry.objects.all()) == [own]
    assert not City.objects.filter(demonstration=True).exists()
    assert not User.objects.filter(demonstration=True).exists()


def test_a_portal_with_real_entries_is_asked_first(settings):
    make_entry(title="Ours")

    with pytest.raises(CommandError, match="--yes"):
        generate(solutions=3)
    assert Entry.objects.count() == 1

    settings.DEMO = True
    generate(solutions=3)
    assert Entry.objects.count() == 4
