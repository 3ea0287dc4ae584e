"""Saved searches to begin tests with, and what was told of them."""

import re
from datetime import timedelta

from django.utils import timezone

from cities.models import Mail
from marketplace.models import Rhythm, SavedSearch
from tests.factories import make_entry, make_user

NEW, LIST = "/marketplace/searches/new/", "/marketplace/searches/"


def save(user=None, query="q=data", rhythm=Rhythm.DAILY, **fields):
    """A search that was saved two days ago."""
    search = SavedSearch.objects.create(
        user=user or make_user(), name="Data", query=query, rhythm=rhythm, **fields
    )
    ago = timezone.now() - timedelta(days=2)
    SavedSearch.objects.filter(pk=search.pk).update(created_at=ago, looked_until=ago)
    search.refresh_from_db()
    return search


def publish(title, **fields):
    """An entry that was first published a minute ago, and noted for the index."""
    entry = make_entry(title=title, published_at=timezone.now() - timedelta(minutes=1), **fields)
    entry.index_changes.create()
    return entry


def texts():
    return list(Mail.objects.filter(kind="saved_search").order_by("pk").values_list("text", flat=1))


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
