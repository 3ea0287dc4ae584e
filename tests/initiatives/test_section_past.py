"""What was taken away comes back, who changed what is told, and people talk beside a section."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from initiatives.models import (
    Axis,
    DeskVisit,
    GovernanceBody,
    Lesson,
    MatrixEntry,
)
from initiatives.sections import deleted, past, places
from tests import factories
from tests.initiatives.test_comments import signed_in
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(city):
    return factories.make_roadmap(city, published=False)


def at(name, roadmap, *args):
    return reverse(f"initiatives:{name}", args=[roadmap.pk, *args])


def write(client, roadmap, key, **changes):
    """Open a section, change fields of its form, and send it."""
    page = fields_of(client.get(at("section-write", roadmap, key)).content.decode())
    return client.post(at("section-write", roadmap, key), page | changes)


def test_a_row_taken_away_comes_back_with_one_press(client, officer, roadmap):
    write(client, roadmap, "lessons", **{"worked-0-text": "The board", "worked-1-text": "Luck"})
    answer = write(client, roadmap, "lessons", **{"worked-0-DELETE": "on"})
    page = client.get(answer.url.split("#")[0]).content.decode()
    assert "Taken away just now" in page
    assert "The board" in page
    entry = deleted.lately(roadmap)[0]
    assert (entry.words, entry.who) == ("The board", officer.name)
    sent = {"kind": entry.kind, "history": entry.history, "section": "lessons"}
    assert client.post(at("sections-deleted", roadmap), sent).url == at(
        "section-write", roadmap, "lessons"
    )
    # Pressed twice, it is there once.
    client.post(at("sections-deleted", roadmap), sent)
    assert [one.text for one in roadmap.lessons.order_by("position")] == ["Luck", "The board"]
    assert deleted.lately(roadmap) == []


def test_an_axis_comes_back_with_its_entries_and_a_body_with_those_that_report_to_it(roadmap):
    axis = Axis.objects.create(roadmap=roadmap, name="Data", position=0)
    other = Axis.objects.create(roadmap=roadmap, name="People", position=1)
    ambition = roadmap.ambitions.create(statement="Open", horizon="vision", position=0)
    for one in (axis, other):
        MatrixEntry.objects.create(axis=one, ambition=ambition, text=f"For {one}")
    board = GovernanceBody.objects.create(roadmap=roadmap, name="Board")
    group = GovernanceBody.objects.create(roadmap=roadmap, name="Group", above=board, position=1)
    axis.delete()
    board.delete()
    listed = {entry.words: entry for entry in deleted.lately(roadmap)}
    assert set(listed) == {"Data", "Board"}, "its entries go with the axis"
    for name in ("Data", "Board"):
        deleted.bring_back(roadmap, listed[name].kind, listed[name].history)
    assert {entry.text for entry in MatrixEntry.objects.all()} == {"For Data", "For People"}
    group.refresh_from_db()
    assert group.above.name == "Board"


def test_what_was_taken_away_a_month_ago_is_no_longer_offered(roadmap):
    lesson = Lesson.objects.create(roadmap=roadmap, kind="worked", text="The board")
    lesson.delete()
    record = Lesson.history.get(history_type="-")
    record.history_date = timezone.now() - timedelta(days=31)
    record.save()
    assert deleted.lately(roadmap) == []


def test_nobody_brings_a_row_of_another_roadmap_back(client, officer, roadmap):
    foreign = Lesson.objects.create(roadmap=factories.make_roadmap(), kind="worked", text="Mine")
    foreign.delete()
    record = Lesson.history.get(history_type="-")
    client.post(at("sections-deleted", roadmap), {"kind": "lesson", "history": record.history_id})
    assert not Lesson.objects.exists()


def test_the_history_of_a_section_says_who_when_and_compares_the_words(client, officer, roadmap):
    write(client, roadmap, "lessons", **{"worked-0-text": "The old board met"})
    write(client, roadmap, "lessons", **{"worked-0-text": "The new board met"})
    newest = past.of(roadmap, places.find(roadmap, "lessons"))[0]
    assert newest.who == officer.name
    parts = [(part.op, part.text.strip()) for part in newest.fields[0]["parts"]]
    assert parts == [("equal", "The"), ("delete", "old"), ("insert", "new"), ("equal", "board met")]
    page = client.get(at("section-history", roadmap, "lessons")).content.decode()
    assert "<del>" in page
    assert "Lesson: changed" in page


def test_the_history_of_a_section_takes_as_many_queries_for_many_changes(client, officer, roadmap):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(at("section-history", roadmap, "vision"))
        return len(queries)

    write(client, roadmap, "vision", vision="One")
    few = count()
    for number in range(12):
        write(client, roadmap, "vision", vision=f"Number {number}")
        Axis.objects.create(roadmap=roadmap, name="x", position=number)
    assert count() == few


# ── the desk ────────────────────────────────────────────────────────────────────────────────────
def test_the_desk_says_what_is_missing_and_what_is_new_since_the_last_look(
    client, officer, city, roadmap
):
    desk = reverse("initiatives:my-city", args=[city.slug])
    client.get(desk)
    DeskVisit.objects.update(at=timezone.now() - timedelta(days=2))
    colleague = factories.make_officer(city, name="Ada Example")
    write(signed_in(colleague), roadmap, "openness", openness="With all")
    page = client.get(desk).content.decode()
    assert "You were last here on" in page
    assert "New to you" in page
    assert "Ada Example" in page
    assert at("section-write", roadmap, "vision") + "#id_vision" in page
    # The colleague's own work is nothing new to the colleague.
    own = signed_in(colleague)
    own.get(desk)
    assert "New to you" not in own.get(desk).content.decode()


def test_the_desk_names_who_is_writing_right_now_but_not_what(client, officer, city, roadmap):
    colleague = factories.make_officer(city, name="Ada Example")
    signed_in(colleague).post(
        reverse("cities:draft-save", args=["section", f"{roadmap.pk}-lessons"]),
        {"worked-0-text": "A secret", "autosave_page": "1", "autosave_number": "1"},
    )
    desk = reverse("initiatives:my-city", args=[city.slug])
    for page in (desk, at("roadmap-write", roadmap), at("section-write", roadmap, "lessons")):
        shown = client.get(page).content.decode()
        assert "Ada Example" in shown, page
        assert "A secret" not in shown


# Before midnight it is tomorrow already where the portal is at home.
@time_machine.travel("2026-03-02 12:00Z", tick=False)
def test_somebody_who_leaves_passes_the_role_on_by_a_form(client, city):
    officer = factories.make_officer(city)
    client.force_login(officer)
    page = reverse("initiatives:my-city-leave", args=[city.slug])
    colleague = factories.make_officer(city, role={"may_submit": False})
    answer = client.post(page, {"to": "", "last_day": timezone.localdate().isoformat()})
    assert "Choose who takes over" in answer.content.decode()
    day = timezone.localdate() + timedelta(days=7)
    answer = client.post(page, {"to": str(colleague.pk), "last_day": day.isoformat()})
    assert answer.url == reverse("initiatives:my-city", args=[city.slug])
    assert colleague.memberships.running().get(until=None).role.may_submit
    assert officer.memberships.get().until == day
