import pytest

from marketplace.history import timeline
from marketplace.workflow import Action, perform
from tests.factories import make_city, make_entry, make_officer, make_reviewer, make_staff

pytestmark = pytest.mark.django_db


def test_the_city_reads_what_happened_without_private_words_or_names_from_outside(drain):
    city = make_city()
    officer, reviewer, staff = make_officer(city), make_reviewer(), make_staff()
    revision = make_entry(city, state="draft").revisions.get()
    perform(Action.SUBMIT, revision, actor=officer)
    drain()
    perform(Action.SEND_BACK, revision, actor=reviewer, note="Add the cost.", private_note="Thin.")
    lines = timeline(revision)
    assert [line.what for line in lines] == [
        "Changes were asked for",
        "A reviewer was asked",
        "Automatic checks done",
        "Submitted for review",
    ]
    assert lines[0].note == "Add the cost."
    assert lines[-1].who == officer.name
    said = " ".join(str(line) for line in lines)
    for hidden in (reviewer.name, staff.name, "Thin."):
        assert hidden not in said
