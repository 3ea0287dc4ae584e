import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.differences import Part, compare, describe, words
from tests.factories import make_entry, make_revision, make_theme

text = st.text(alphabet="ab \n.é", max_size=60)


def test_changed_words_are_marked_and_the_others_are_not():
    assert words("The quick brown fox", "The slow brown fox jumps") == [
        Part("equal", "The "),
        Part("delete", "quick "),
        Part("insert", "slow "),
        Part("equal", "brown fox "),
        Part("insert", "jumps"),
    ]


@given(text, text)
def test_what_is_not_deleted_is_the_later_text(before, after):
    parts = words(before, after)
    assert "".join(part.text for part in parts if part.op != "delete") == after
    assert all(part.op == "equal" for part in words(before, before))


@pytest.mark.django_db
def test_fields_are_compared_in_reading_order_with_links_by_name():
    theme = make_theme(short_name="Mobility")
    entry = make_entry(state="changes_requested", title="Bins", approach="Old.")
    earlier = entry.revisions.get()
    later = make_revision(entry, state="in_review", title="Bins", approach="New.", themes=[theme])
    found = {field.name: field for field in compare(earlier, later)}
    assert list(found)[:2] == ["title", "summary"]
    assert not found["title"].is_changed
    assert found["approach"].parts == [Part("delete", "Old."), Part("insert", "New.")]
    assert (found["themes"].before, found["themes"].after) == ("", "Mobility")
    assert found["maturity"].after == "Deployed"
    assert "licence" not in found


@pytest.mark.django_db
def test_without_an_earlier_revision_nothing_is_marked():
    revision = make_entry(state="in_review").revisions.get()
    assert {part.op for field in compare(None, revision) for part in field.parts} == {"equal"}


@pytest.mark.django_db
def test_the_language_is_told_by_its_name_or_else_its_code():
    revision = make_entry(language="fr").revisions.get()
    assert describe(revision)["language"] == "French"
    revision.language = "tlh"
    assert describe(revision)["language"] == "tlh"
