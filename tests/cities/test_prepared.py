"""Prepared questions: the SQL is kept, the answers are not, and what cannot be kept is refused."""

from threading import Thread

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Value
from django.utils import timezone

from cities.models import City, CityMembership, Theme
from cities.prepared import Prepared, padded
from tests.factories import make_city, make_entry, make_event, make_theme

pytestmark = pytest.mark.django_db


def test_a_question_is_answered_anew_each_time(django_assert_num_queries):
    by_slug = Prepared(lambda slug: City.objects.filter(slug=slug), str)
    assert by_slug("rouen") == []
    city = make_city(slug="rouen", name="Rouen")
    with django_assert_num_queries(1):
        assert [found.name for found in by_slug("rouen")] == ["Rouen"]
    City.objects.filter(pk=city.pk).update(name="Rotomagus")
    assert [found.name for found in by_slug("rouen")] == ["Rotomagus"]
    assert by_slug("' OR 1=1 --") == []


def test_models_come_with_what_was_selected_and_annotated(django_assert_num_queries):
    entry = make_entry(make_city(name="Rouen"))
    model = type(entry)
    asked = Prepared(
        lambda pk: (
            model.objects.select_related("city", "live_revision")
            .annotate(has_city=Exists(City.objects.filter(pk=OuterRef("city"))))
            .filter(pk=pk)
        ),
        int,
    )
    published_at = entry.live_revision.published_at
    (found,) = asked(entry.pk)
    with django_assert_num_queries(0):
        assert (found.city.name, found.has_city) == ("Rouen", True)
        assert found.live_revision.published_at == published_at


def test_rows_of_values_are_read_as_the_query_set_reads_them():
    event = make_event()
    rows = type(event).objects.values_list("starts_on", "slug")
    asked = Prepared(lambda pk: rows.filter(pk=pk), int)
    assert asked(event.pk) == list(rows.filter(pk=event.pk))


def test_several_questions_in_one_and_lists_of_a_fixed_length():
    one, two = make_theme(), make_theme()
    make_theme()

    def ask(*keys):
        themes = Theme.objects.order_by().filter(pk__in=keys)
        return themes.values_list("slug").union(themes.values_list("name"), all=True)

    found = {text for (text,) in Prepared(ask, *[int] * 5)(*padded([one.pk, two.pk], 5))}
    assert found == {one.slug, one.name, two.slug, two.name}


@pytest.mark.django_db(transaction=True)
def test_threads_ask_on_their_own_connections():
    make_city(slug="rouen")
    asked = Prepared(lambda slug: City.objects.filter(slug=slug), str)
    asked("rouen")
    found = []

    def ask():
        found.extend(asked("rouen"))
        found.append(connection.connection)
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert [found[0].slug, found[1] is connection.connection] == ["rouen", False]


@pytest.mark.parametrize(
    "ask",
    [
        lambda slug: City.objects.filter(slug=slug).prefetch_related("names"),
        lambda slug: City.objects.filter(slug__startswith=slug),
        lambda slug: City.objects.filter(name="Rouen"),
        lambda slug: City.objects.filter(slug=slug).annotate(now=Value(timezone.now())),
        lambda slug: City.objects.filter(
            slug=slug, pk__in=CityMembership.objects.running().values("city")
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(ask):
    with pytest.raises(TypeError, match="prepared question"):
        Prepared(ask, str)("rouen")


def test_every_value_is_to_be_given():
    with pytest.raises(TypeError, match="1 values"):
        Prepared(lambda slug: City.objects.filter(slug=slug), str)("a", "b")
