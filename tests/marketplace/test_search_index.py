"""The index can be lost at any time; it mends itself and follows the database."""

import json
import random
import shutil

import pytest
from django.core.management import call_command
from django.utils import timezone

from cities.models import CityName
from marketplace.models import Entry, IndexChange
from marketplace.search import index, schema, storage
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from tests.factories import make_city, make_entry, make_organisation, make_revision

pytestmark = pytest.mark.django_db


def titles(text=""):
    result = answer(Question(text=text, limit=500))
    assert result.counts is not None, "the database answered, not the index"
    known = dict(Entry.objects.values_list("pk", "live_revision__title"))
    return sorted(known[pk] for pk in result.entry_ids)


def generation():
    return storage.folder() / storage.read_state().generation


def index_file(suffix):
    return max(generation().glob(f"*.{suffix}"), key=lambda path: path.stat().st_size)


def delete(place):
    # A thread of the library, late with its first look, may put its lock file back meanwhile.
    while place.exists():
        shutil.rmtree(place, ignore_errors=True)


def delete_everything():
    delete(storage.folder())


def delete_the_files():
    delete(generation())


def truncate_a_file():
    path = index_file("idx")
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.unlink()
    path.write_bytes(half)


def change_one_byte():
    path = index_file("term")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.unlink()
    path.write_bytes(content)


def halve_the_list_of_files():
    path = generation() / "meta.json"
    path.write_text(path.read_text()[:40])


def halve_the_state():
    path = storage.folder() / storage.STATE_FILE
    path.write_text(path.read_text()[:30])


def age_the_schema():
    path = storage.folder() / storage.STATE_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": schema.VERSION - 1}))


def leave_a_half_made_generation():
    (storage.new_generation() / "meta.json").write_text("{")


DAMAGES = [
    delete_everything,
    delete_the_files,
    truncate_a_file,
    change_one_byte,
    halve_the_list_of_files,
    halve_the_state,
    age_the_schema,
    leave_a_half_made_generation,
]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_mends_itself_and_the_question_is_answered(damage, restarted):
    make_entry(title="Open data")
    make_entry(title="Open doors")
    assert titles("open") == ["Open data", "Open doors"]

    damage()
    if restarted:
        index.forget()

    answered = answer(Question(text="open"))
    assert answered.total == 2
    assert titles("open") == ["Open data", "Open doors"]
    assert storage.is_whole(storage.read_state())


def test_while_another_process_makes_the_index_the_database_answers():
    make_entry(title="Open data")
    make_entry(title="Cycling")

    with storage.locked():
        answered = answer(Question(text="open"))

    assert answered.total == 1
    assert answered.counts is None
    assert titles("open") == ["Open data"]


def test_while_the_database_answers_the_page_names_the_filters_it_cannot_ask_for(client):
    make_entry(title="Open data", maturity="pilot")
    make_entry(title="Cycling", maturity="deployed")
    address = "/marketplace/?evidence=3&maturity=pilot"
    words = "The filter Evidence cannot be used for a moment"

    with storage.locked():
        page = client.get(address).content.decode()
        assert words in page
        assert "The filter Maturity" not in page
        assert "Open data" in page
        assert "Cycling" not in page
        assert words not in client.get("/marketplace/?maturity=pilot").content.decode()
    assert words not in client.get(f"{address}&q=open").content.decode()


def test_the_database_lets_confirmed_reuse_decide_where_it_knows_no_better_match():
    reused, newer = make_entry(title="Open data"), make_entry(title="Open data too")
    Entry.objects.filter(pk=reused.pk).update(confirmed_reuse=2)
    with storage.locked():
        assert answer(Question(text="open")).entry_ids == [reused.pk, newer.pk]
        assert answer(Question()).entry_ids == [newer.pk, reused.pk]


@pytest.mark.parametrize(
    "word", ["flooded", "halved", "Θεσσαλονίκη", "saloniki", "rainworks", "harbour network"]
)
def test_the_database_looks_in_problem_results_names_and_organisations(word):
    city = make_city(name="Thessaloniki")
    CityName.objects.create(city=city, language="el", name="Θεσσαλονίκη")
    entry = make_entry(city, problem="Streets were flooded.", results="Damage was halved.")
    for name in ("Rainworks", "Rainworks East"):
        entry.live_revision.partners.add(make_organisation(name=name))
    Entry.objects.filter(pk=entry.pk).update(owner_note="The Harbour Network")
    make_entry(title="Cycling")

    with storage.locked():
        answered = answer(Question(text=word))
    assert answered.counts is None
    assert (answered.entry_ids, answered.total) == ([entry.pk], 1)


def test_a_large_index_is_made_aside_while_the_database_answers(monkeypatch):
    made = []
    monkeypatch.setattr(index, "REBUILT_AT_ONCE", 0)
    monkeypatch.setattr(index, "_rebuild_aside", lambda: made.append("started"))
    make_entry(title="Open data")

    assert answer(Question(text="open")).total == 1
    index._rebuilding.join()
    assert made == ["started"]


def test_an_index_of_another_database_is_not_trusted():
    entry = make_entry(title="Open data")
    change = IndexChange.objects.create(entry=entry)
    assert titles() == ["Open data"]

    # The same number, another moment: a database put back to an earlier day and changed since.
    IndexChange.objects.filter(pk=change.pk).update(at=timezone.now())
    make_entry(title="Restored")

    assert titles() == ["Open data", "Restored"]


def test_a_change_that_is_committed_late_under_a_lower_number_is_followed():
    first, slow, last = (make_entry(title=title) for title in ("First", "Slow", "Last"))
    one = IndexChange.objects.create(entry=first)
    titles()
    IndexChange.objects.create(entry=last, pk=one.pk + 2)
    slow.live_revision.title = "Slow but here"
    titles()
    assert str(one.pk + 1) in storage.read_state().gaps
    slow.live_revision.save()

    IndexChange.objects.create(entry=slow, pk=one.pk + 1)

    assert titles("but here") == ["Slow but here"]
    assert str(one.pk + 1) not in storage.read_state().gaps


def test_the_command_makes_the_index_anew(capsys):
    make_entry(title="Open data")

    call_command("rebuild_index")

    assert "1" in capsys.readouterr().out
    assert storage.read_state().schema == schema.VERSION


def test_the_command_leaves_a_good_index_alone_when_asked_to(capsys):
    make_entry(title="Open data")
    call_command("rebuild_index")
    before = storage.read_state()

    call_command("rebuild_index", if_needed=True)

    assert storage.read_state() == before


def test_after_two_hundred_random_changes_index_and_database_agree():
    chance = random.Random(7)
    city = make_city()
    entries = [make_entry(city, title=f"Entry {number}") for number in range(10)]
    for step in range(200):
        entry = chance.choice(entries)
        entry.refresh_from_db()
        act = chance.choice(["publish", "edit", "withdraw", "return"])
        if act == "publish":
            entry = make_entry(city, title=f"Entry new {step}")
            entries.append(entry)
        elif act == "edit":
            make_revision(entry, state="published", title=f"Entry edited {step}")
        else:
            entry.withdrawn_at = timezone.now() if act == "withdraw" else None
            entry.save()
        IndexChange.objects.create(entry=entry)
        if chance.random() < 0.3:
            index.follow()
        if chance.random() < 0.05:
            index.forget()

    live = Entry.objects.live().values_list("live_revision__title", flat=True)
    assert titles() == sorted(live)
    assert titles("entry") == sorted(live)
    assert not index.differs_from_database()
