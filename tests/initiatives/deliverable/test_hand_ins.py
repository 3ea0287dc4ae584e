"""What is handed in stays as it was, is shown as decided, and is compared word by word."""

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from initiatives.deliverable import diffing, markdown, snapshots
from initiatives.models import DeliverableSnapshot, Risk, Unchangeable
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = factories.make_roadmap(introduction="The first words of all.")
    one = factories.make_initiative(made)
    Risk.objects.create(initiative=one, text="secret-risk")
    return made


@pytest.fixture
def officer(client, roadmap):
    user = factories.make_officer(roadmap.participation.city)
    client.force_login(user)
    return user


@pytest.fixture
def snapshot(roadmap, officer):
    return snapshots.hand_in(roadmap, make_outline(), by=officer, note="A note")


def test_handing_in_keeps_content_hash_who_and_when(client, roadmap, officer):
    outline = make_outline()
    address = reverse("initiatives:deliverable-hand-in", args=[roadmap.pk])
    client.post(address, {"template": outline.pk, "note": "Our first"})
    made = DeliverableSnapshot.objects.get()
    assert (made.number, made.handed_in_by, made.note) == (1, officer, "Our first")
    assert made.sha256 == hashlib.sha256(made.content.encode()).hexdigest()
    assert made.sha256 in client.get(made.get_absolute_url()).content.decode()
    assert made.orders.count() == 2


def by_sql(snapshot):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE initiatives_deliverablesnapshot SET note = 'Another'")


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.save(),
        lambda one: DeliverableSnapshot.objects.update(note="Another note"),
        lambda one: one.delete(),
        lambda one: DeliverableSnapshot.objects.all().delete(),
        by_sql,
    ],
)
def test_nothing_changes_what_was_handed_in(snapshot, change):
    snapshot.note = "Another note"
    with pytest.raises((Unchangeable, DatabaseError)), transaction.atomic():
        change(snapshot)
    assert DeliverableSnapshot.objects.get().note == "A note"


def test_what_the_city_writes_later_does_not_reach_a_snapshot(client, roadmap, snapshot):
    roadmap.introduction = "Other words."
    roadmap.save()
    assert "The first words of all." in client.get(snapshot.get_absolute_url()).content.decode()


def test_the_public_reads_the_last_one_that_is_published_and_nothing_internal(
    client, roadmap, officer, snapshot
):
    address = reverse("initiatives:deliverable", args=[roadmap.pk])
    publish = reverse("initiatives:snapshot-publish", args=[roadmap.pk, 1])
    client.post(publish, {"public": "1"})
    roadmap.introduction = "Second words."
    roadmap.save()
    snapshots.hand_in(roadmap, snapshot.template, by=officer)
    client.logout()
    page = client.get(address).content.decode()
    assert "The first words of all." in page
    assert "Second words." not in page
    assert "secret-risk" not in page
    assert client.get(snapshot.get_absolute_url()).status_code == 302
    client.force_login(officer)
    client.post(publish, {"public": "0"})
    assert client.get(address).status_code == 404


def test_strangers_find_what_is_published_from_the_roadmap_and_from_the_city(
    client, roadmap, officer, snapshot
):
    link = f'href="{reverse("initiatives:deliverable", args=[roadmap.pk])}"'
    pages = roadmap.get_absolute_url(), roadmap.participation.city.get_absolute_url()
    client.logout()
    assert [link in client.get(page).content.decode() for page in pages] == [False, False]
    snapshots.show(snapshot, by=officer)
    assert [link in client.get(page).content.decode() for page in pages] == [True, True]


def test_two_hand_ins_are_compared_word_by_word(client, roadmap, officer, snapshot):
    roadmap.introduction = "The first words of nobody."
    roadmap.save()
    later = snapshots.hand_in(roadmap, snapshot.template, by=officer)
    found = snapshots.changes(snapshot, later, "programme")
    assert [change.heading for change in found] == ["Chapter introduction"]
    parts = [(part.op, part.text.strip()) for part in found[0].parts if part.op != "equal"]
    assert parts == [("delete", "all."), ("insert", "nobody.")]
    page = client.get(reverse("initiatives:snapshot-changes", args=[roadmap.pk, 2]))
    assert "<del>" in page.content.decode()


def test_chapters_of_one_heading_and_the_cover_are_compared_as_well(roadmap, officer):
    outline = make_outline()
    first, second = (
        roadmap.own_chapters.create(heading="Annex", text=words) for words in ("One", "Two")
    )
    earlier = snapshots.hand_in(roadmap, outline, by=officer)
    first.text = "Entirely other words"
    first.save()
    roadmap.title = "Another title"
    roadmap.save()
    later = snapshots.hand_in(roadmap, outline, by=officer)
    found = snapshots.changes(earlier, later, "programme")
    assert [change.heading for change in found] == ["The cover", "Annex"]
    # Written anew, a chapter is compared with the one of its heading; what is gone is told.
    first.delete()
    roadmap.own_chapters.create(heading="Annex", text="Again other words")
    second.delete()
    last = snapshots.hand_in(roadmap, outline, by=officer)
    found = snapshots.changes(later, last, "programme")
    told = [[part.op for part in change.parts if part.op != "equal"] for change in found]
    assert [change.heading for change in found] == ["Annex", "Annex"]
    assert told[1] == ["delete"]


def test_texts_that_are_alike_have_no_changed_parts():
    assert all(part.op == "equal" for part in diffing.compare("a b\nc", "a b\nc"))


def test_a_paragraph_with_emphasis_is_compared_as_one_text():
    chapter = {
        "heading": "How we work",
        "blocks": markdown.blocks("With **all** of the city.\n\nAlways."),
    }
    assert list(diffing.words_of(chapter)) == ["How we work", "With all of the city.", "Always."]
