"""Saved searches: saved by people and for addresses, telling of each new entry once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cities.models import MailAddress
from marketplace import services
from marketplace.models import Rhythm, SavedSearch, ToldEntry
from marketplace.periodic import tell_of_new
from marketplace.search.questions import Question
from tests.factories import make_city, make_entry, make_theme, make_user
from tests.marketplace.saved_searches import LIST, NEW, publish, save, texts, words

pytestmark = pytest.mark.django_db


# ── telling ──────────────────────────────────────────────────────────────────────────────────────
def test_what_is_new_and_fits_is_told_once_with_title_city_and_link(settings):
    save()
    entry = publish("Open data portal", city=make_city(name="Porto"))
    publish("Cycling network")

    for _time in range(3):
        tell_of_new()

    (text,) = texts()
    assert "Open data portal (Porto)" in text
    assert settings.BASE_URL + entry.get_absolute_url() in text
    assert "Cycling" not in text
    assert [told.entry for told in ToldEntry.objects.all()] == [entry]


def test_what_was_published_before_the_search_was_saved_is_no_news():
    publish("Old data")
    search = save()
    SavedSearch.objects.filter(pk=search.pk).update(created_at=timezone.now())

    tell_of_new()

    assert texts() == []


def test_an_entry_that_is_revised_is_no_news():
    entry = make_entry(title="Data", published_at=timezone.now() - timedelta(days=9))
    save()
    entry.first_published_at = timezone.now() - timedelta(days=9)
    entry.save()

    tell_of_new()

    assert texts() == []


def test_some_of_the_words_are_not_enough():
    save(query="q=data+dragons")
    publish("Open data")

    tell_of_new()

    assert texts() == []


@pytest.mark.parametrize(("rhythm", "days"), [(Rhythm.DAILY, 1), (Rhythm.WEEKLY, 7)])
def test_no_more_mails_than_the_rhythm_allows_and_what_waits_comes_with_the_next(rhythm, days):
    search = save(rhythm=rhythm)
    publish("First data")
    tell_of_new()
    publish("Second data")
    tell_of_new()
    assert len(texts()) == 1

    services.tell_of_new(
        search.pk, Question(text="data"), timezone.now() + timedelta(days=days, minutes=1)
    )

    first, second = texts()
    assert "First data" in first
    assert "Second data" in second
    assert "First data" not in second


def test_filters_and_the_city_are_kept_and_the_mail_says_why_it_fits():
    make_city(slug="rouen", name="Rouen", population=490_000)
    energy = make_theme(slug="energy")
    save(query="theme=energy&like=rouen")
    publish("Near", themes=[energy], city=make_city(population=300_000))
    publish("Far", themes=[energy], city=make_city(population=3_000))
    publish("Other theme", city=make_city(population=300_000))

    tell_of_new()

    (text,) = texts()
    assert "Near" in text
    assert "- Runs in 1 city of the same size: 250,000 to 500,000 inhabitants." in text
    assert "Far" not in text
    assert "Other theme" not in text


def test_people_who_cannot_sign_in_any_more_are_not_told():
    save(user=make_user(is_active=False))
    publish("Open data")

    tell_of_new()

    assert texts() == []


def test_without_an_index_nothing_is_told_and_nothing_is_lost(monkeypatch):
    save()
    publish("Open data")
    with monkeypatch.context() as away:
        away.setattr("marketplace.search.index.searcher", _no_index)
        tell_of_new()
    assert texts() == []

    tell_of_new()

    assert len(texts()) == 1


def _no_index():
    from marketplace.search.index import IndexUnusable  # noqa: PLC0415

    raise IndexUnusable("There is none.")


def test_more_than_one_mail_holds_comes_with_the_next(monkeypatch):
    monkeypatch.setattr("marketplace.services.searches.MOST_TOLD", 2)
    search = save()
    for number in range(3):
        publish(f"Data {number}")
    tell_of_new()
    services.tell_of_new(search.pk, Question(text="data"), timezone.now() + timedelta(days=1))

    assert ToldEntry.objects.count() == 3
    assert len(texts()) == 2


def test_what_fits_is_told_however_much_newer_fits_not(monkeypatch):
    monkeypatch.setattr(services.searches, "MOST_TOLD", 3)
    search = save(query="population=60000&sort=newest")
    fitting = [publish(f"Near {number}", city=make_city(population=61_000)) for number in range(2)]
    for number in range(5):
        publish(f"Far {number}", city=make_city(population=5_000_000))

    tell_of_new()

    assert {told.entry for told in ToldEntry.objects.all()} == set(fitting)
    search.refresh_from_db()
    assert search.looked_until > timezone.now() - timedelta(minutes=1)


def test_what_fits_among_very_many_at_once_is_told_a_mail_at_a_time(monkeypatch):
    monkeypatch.setattr(services.searches, "MOST_TOLD", 3)
    monkeypatch.setattr(services.searches, "MOST_NEW", 4)
    search = save()
    for number in range(9):
        publish(f"Cycling {number}")
    about = [publish(f"Data {number}") for number in range(5)]

    told = []
    for days in range(4):
        services.tell_of_new(
            search.pk, Question(text="data"), timezone.now() + timedelta(days=days)
        )
        told.append(ToldEntry.objects.count())

    assert told == [3, 5, 5, 5]
    assert {each.entry for each in ToldEntry.objects.all()} == set(about)
    search.refresh_from_db()
    assert search.looked_until > timezone.now()


def test_one_search_that_fails_does_not_silence_the_others(monkeypatch):
    broken, whole = save(), save()
    publish("Open data")
    tell = services.tell_of_new

    def sometimes(pk, question):
        if pk == broken.pk:
            raise ValueError("broken")
        return tell(pk, question)

    monkeypatch.setattr("marketplace.services.tell_of_new", sometimes)
    tell_of_new()

    assert [told.search for told in ToldEntry.objects.all()] == [whole]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_tell_once():
    save()
    publish("Open data")
    start = threading.Barrier(2)

    def run():
        start.wait()
        try:
            tell_of_new()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(texts()) == 1
    assert ToldEntry.objects.count() == 1


# ── saving and managing ──────────────────────────────────────────────────────────────────────────
def test_a_person_saves_a_search_renames_it_and_deletes_it(client):
    user = make_user()
    make_theme(slug="energy", short_name="Energy")
    client.force_login(user)

    page = client.get(f"{NEW}?q=open+data&theme=energy&page=3&sort=name&e=x")
    assert "“open data”; Theme: Energy" in words(page)
    for _time in range(2):
        answer = client.post(
            f"{NEW}?q=open+data&theme=energy&page=3", {"name": "Mine", "rhythm": "weekly"}
        )
        assert answer["Location"] == LIST

    search = SavedSearch.objects.get(user=user)
    assert (search.query, search.rhythm) == ("q=open+data&theme=energy", "weekly")
    assert "Mine" in words(client.get(LIST))
    change = f"{LIST}{search.pk}/"
    client.post(change, {f"{search.pk}-name": "Ours", f"{search.pk}-rhythm": "daily"})
    search.refresh_from_db()
    assert (search.name, search.rhythm) == ("Ours", "daily")
    refused = client.post(change, {f"{search.pk}-name": "", f"{search.pk}-rhythm": "hourly"})
    assert refused.status_code == 200
    client.post(change, {"delete": "yes"})
    assert not SavedSearch.objects.exists()


def test_the_searches_of_others_do_not_exist(client):
    search = save()
    client.force_login(make_user())

    assert "No search is saved yet" in words(client.get(LIST))
    assert client.post(f"{LIST}{search.pk}/", {"delete": "yes"}).status_code == 404
    assert SavedSearch.objects.exists()


def test_a_refused_form_keeps_what_was_typed(client):
    answer = client.post(f"{NEW}?q=data", {"email": "nobody", "name": "Mine", "rhythm": "daily"})

    assert 'value="nobody"' in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    assert not MailAddress.objects.exists()


def test_there_is_an_end_to_how_many_a_person_saves(client, monkeypatch):
    monkeypatch.setattr("marketplace.services.searches.MOST_SEARCHES", 1)
    user = make_user()
    save(user)
    client.force_login(user)

    answer = client.post(f"{NEW}?q=other", {"name": "Other", "rhythm": "daily"})

    assert "You have 1 saved searches; delete one first." in words(answer)
