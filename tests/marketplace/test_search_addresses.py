"""Saved searches of addresses without an account: confirmed first, stopped with one press."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities import mails
from cities.models import Mail, MailAddress
from marketplace import services
from marketplace.models import Entry, SavedSearch, ToldEntry
from marketplace.periodic import tell_of_new
from marketplace.search.questions import Question
from tests.marketplace.saved_searches import NEW, publish, save, texts, words

pytestmark = pytest.mark.django_db


def ask(client, address="ann@example.org"):
    return client.post(f"{NEW}?q=data", {"email": address, "name": "Data", "rhythm": "daily"})


def confirm(client, drain):
    """Follow the link of the one mail that was sent."""
    drain()
    (path,) = re.findall(r"/mail/confirm/\w+/", mail.outbox[-1].body)
    client.post(path)


def test_an_address_is_written_to_only_after_it_was_confirmed(client, drain):
    assert "Look at your mail" in words(ask(client))
    search = SavedSearch.objects.get()
    ago = timezone.now() - timedelta(days=2)
    SavedSearch.objects.update(created_at=ago, looked_until=ago)
    publish("Open data")
    tell_of_new()
    assert texts() == []

    confirm(client, drain)
    tell_of_new()
    drain()

    sent = mail.outbox[-1]
    assert sent.to == ["ann@example.org"]
    assert "Open data" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert search.get_stop_url() in sent.extra_headers["List-Unsubscribe"]


def test_the_answer_says_nothing_of_the_address_and_asking_twice_is_one_search(client, drain):
    first = words(ask(client))
    confirm(client, drain)

    assert words(ask(client)) == first
    assert SavedSearch.objects.count() == 1
    assert MailAddress.objects.get().confirmed_at


def test_a_mail_program_stops_a_search_with_one_post_and_without_a_token_of_ours(drain):
    strict = Client(enforce_csrf_checks=True)
    search = save()
    url = search.get_stop_url()

    assert "Stop this search?" in words(strict.get(url))
    assert SavedSearch.objects.exists(), "opening the link changes nothing"
    for _time in range(2):
        answer = strict.post(url, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not SavedSearch.objects.exists()
    assert "has stopped" in words(strict.get(url))


def test_stopping_a_search_forgets_its_address(client, drain):
    ask(client)
    confirm(client, drain)

    client.post(SavedSearch.objects.get().get_stop_url())

    assert not MailAddress.objects.exists()
    assert not SavedSearch.objects.exists()


def test_a_mail_to_a_person_stops_that_search_alone():
    save()
    publish("Open data")
    tell_of_new()

    assert Mail.objects.get(kind="saved_search").unsubscribe_url.endswith(
        SavedSearch.objects.get().get_stop_url()
    )
    assert "saved_search" in mails.KINDS


def test_rolling_back_tells_nothing():
    search = save()
    publish("Open data")

    with transaction.atomic():
        services.tell_of_new(search.pk, Question(text="data"))
        transaction.set_rollback(True)

    assert texts() == []
    assert not ToldEntry.objects.exists()
    assert Entry.objects.count() == 1


def test_a_network_asks_for_so_many_searches_an_hour(client, monkeypatch):
    monkeypatch.setattr("marketplace.views.searches.MOST_AN_HOUR", 2)
    cache.clear()
    page = reverse("marketplace:search-new") + "?q=trees"
    for number in range(2):
        said = {"email": f"reader{number}@example.org", "name": "Trees", "rhythm": "weekly"}
        assert client.post(page, said).status_code == 200
    late = client.post(page, {**said, "email": "reader9@example.org"})
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    assert "reader9@example.org" in late.content.decode()
    assert not MailAddress.objects.filter(address="reader9@example.org").exists()
