"""The rows of a draft's form: figures and files; and the last look before it is submitted."""

import re

import pytest
from django.urls import reverse

from cities.models import FormDraft
from marketplace import workflow
from marketplace.forms.evidence import MOST_FIGURES
from marketplace.models import Entry, Funding, Standard
from tests.factories import (
    make_attachment,
    make_entry,
    make_figure,
)
from tests.marketplace.offers import at
from tests.uploads import a_pdf, a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(city):
    return make_entry(city, state="draft").revisions.get()


def step(revision, name="results"):
    return at("revision-step", revision, step=name)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def sent(revision, rows, prefix="results", **fields):
    """What a page with rows sends: new ones, and saved ones with what their reader saw."""
    revision.refresh_from_db()
    saved = [row for row in rows if "id" in row]
    data = {
        "version": revision.version,
        "results": revision.results,
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": len(saved),
        **fields,
    }
    for place, row in enumerate([*saved, *(row for row in rows if "id" not in row)]):
        data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return data


def as_shown(client, revision, name="results"):
    """Every field of a step's form as its page holds it now, ready to be sent back."""
    page = client.get(step(revision, name)).content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        field, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if field and field[1] != "csrfmiddlewaretoken" and "checkbox" not in tag:
            found[field[1]] = value[1] if value else ""
    return found | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s?([^<]*)', page))


# ── figures ──────────────────────────────────────────────────────────────────────────────────────
def test_figures_are_saved_with_what_they_mean_and_in_order(client, officer, draft):
    rows = [
        {"label": "Users", "as_reported": "121", "before_as_reported": "35", "as_of": "June 2022"},
        {"label": "Drop-out", "as_reported": "-30", "unit": "%", "source_url": "example.org/r"},
        {"label": "Trips", "as_reported": "-12 % against 2015"},
        {"label": "Opening", "as_reported": "work in progress", "note": "By autumn."},
    ]

    response = client.post(step(draft), sent(draft, rows, results="Many came."))

    assert response["Location"] == step(draft)
    saved = list(draft.figures.all())
    assert [row.label for row in saved] == ["Users", "Drop-out", "Trips", "Opening"]
    assert [row.kind for row in saved] == ["number", "number", "change", "in_progress"]
    assert (saved[0].number, saved[0].before_number) == (121, 35)
    assert (str(saved[0].as_of), saved[0].as_of_precision) == ("2022-06-01", "month")
    assert saved[1].source_url == "https://example.org/r"
    draft.refresh_from_db()
    assert (draft.results, draft.version) == ("Many came.", 2)


def test_a_value_that_can_be_read_twice_is_asked_about_once(client, officer, draft):
    row = {"label": "Users", "as_reported": "12.560"}

    asked = client.post(step(draft), sent(draft, [row]))

    assert "Is this what you mean?" in text(asked)
    assert "The number 12.56" in text(asked)
    assert "The number 12,560" in text(asked)
    assert not draft.figures.exists()
    answered = {**row, "reading": "1", "asked_about": "12.560"}
    client.post(step(draft), sent(draft, [answered]))
    assert draft.figures.get().number == 12560
    # The answer held for those words: other words are asked about anew.
    shown = as_shown(client, draft)
    shown["results-0-as_reported"] = "13.560"
    assert "Is this what you mean?" in text(client.post(step(draft), shown))


def test_a_saved_figure_is_not_asked_about_again_and_keeps_its_date(client, officer, draft):
    row = {"label": "Users", "as_reported": "12.560", "reading": "1", "asked_about": "12.560"}
    client.post(step(draft), sent(draft, [{**row, "as_of": "Q2 2022"}]))

    shown = as_shown(client, draft)
    shown["results-0-label"] = "People"
    client.post(step(draft), shown)

    saved = draft.figures.get()
    assert (saved.label, saved.number, saved.as_of_precision) == ("People", 12560, "quarter")


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("as_reported", "NaN", "is not a number"),
        ("as_reported", "1e309", "cannot be kept exactly"),
        ("as_reported", "", "Fill this in."),
        ("before_as_reported", "inf", "is not a number"),
        ("as_of", "31/02/2021", "There is no such day"),
        ("as_of", "from September 2021", "that has an end"),
        ("source_url", "javascript:alert(1)", "Write an address that begins with"),
        ("note", "x" * 501, "at most 500 characters"),
    ],
)
def test_what_cannot_be_is_explained_and_every_row_stays(
    client, officer, draft, field, typed, words
):
    wrong = {"label": "Wrong", "as_reported": "1", field: typed}

    shown = client.post(step(draft), sent(draft, [{"label": "Right", "as_reported": "7"}, wrong]))

    assert words in text(shown)
    assert f'href="#id_results-1-{field}"' in text(shown)
    assert 'value="Right"' in text(shown)
    assert 'value="Wrong"' in text(shown)
    assert not draft.figures.exists()


def test_rows_are_added_and_taken_away_without_javascript(client, officer, draft):
    figure = make_figure(draft, label="Goes")
    make_figure(draft, label="Stays")

    added = client.post(step(draft), {**as_shown(client, draft), "add": "results"})
    assert added["Location"] == f"{step(draft)}?more=1#results"
    assert 'name="results-2-label"' in text(client.get(added["Location"]))
    gone = {**as_shown(client, draft), "results-0-DELETE": "on"}
    assert gone["results-0-id"] == str(figure.pk)
    client.post(step(draft), gone)

    assert [row.label for row in draft.figures.all()] == ["Stays"]


def test_rows_beyond_the_limit_are_left_out_with_a_message_and_the_others_saved(
    client, officer, draft
):
    rows = [{"label": f"Row {number}", "as_reported": str(number)} for number in range(300)]

    shown = client.post(step(draft), sent(draft, rows), follow=True)

    assert draft.figures.count() == MOST_FIGURES
    assert f"{300 - MOST_FIGURES} rows were too many" in text(shown)
    assert "Save and add a figure" not in text(shown)


def test_two_officers_in_one_figure_keep_both_changes_or_are_asked(client, officer, draft):
    make_figure(draft, "121", label="Users", note="By hand.")
    mine, theirs = as_shown(client, draft), as_shown(client, draft)
    client.post(step(draft), theirs | {"results-0-note": "By machine."})

    client.post(step(draft), mine | {"results-0-label": "People"})
    row = draft.figures.get()
    assert (row.label, row.note) == ("People", "By machine.")

    shown = client.post(step(draft), mine | {"results-0-note": "By nobody."})
    assert "Somebody else saved “By machine.”" in text(shown)
    assert draft.figures.get().note == "By machine."


def test_rows_half_typed_are_kept_for_their_writer_and_offered_again(client, officer, draft):
    kept = sent(draft, [{"label": "Half", "as_reported": ""}], autosave_page=1, autosave_number=1)
    url = reverse("cities:draft-save", args=["revision-rows", f"{draft.pk}-results"])
    assert client.post(url, kept).status_code == 200

    assert "you typed here what was never saved" in text(client.get(step(draft)))
    assert 'value="Half"' in text(client.get(f"{step(draft)}?continue=1"))
    client.post(step(draft), sent(draft, [{"label": "Whole", "as_reported": "1"}]))
    assert not FormDraft.objects.exists()


def test_a_figure_of_another_draft_is_not_written_from_here(client, officer, draft):
    other = make_figure(make_entry(state="draft").revisions.get(), label="Theirs")
    row = {"id": other.pk, "label": "Mine", "as_reported": "1"}

    client.post(step(draft), sent(draft, [row]))

    other.refresh_from_db()
    assert other.label == "Theirs"


# ── files ────────────────────────────────────────────────────────────────────────────────────────
def files(revision, *added, **fields):
    return {**sent(revision, [], "files", **fields), "files": list(added)}


def test_each_file_is_taken_or_refused_by_itself_and_one_sent_twice_is_known(
    client, officer, draft
):
    added = [a_picture("one.png"), a_pdf(), a_picture("again.png"), a_picture("cut.jpg")]

    shown = client.post(step(draft, "files"), files(draft, *added), follow=True)

    assert [row.name for row in draft.attachments.all()] == ["one.png", "report.pdf"]
    assert "cut.jpg: its name does not say what it is" in text(shown)
    assert text(shown).count('class="formset-row"') == 2


def test_a_file_is_sent_by_itself_and_once_however_often_it_is_tried(client, officer, draft):
    sends = at("revision-upload", draft)
    answers = [client.post(sends, {"file": a_picture("one.png")}) for _time in range(2)]
    assert [answer.json() for answer in answers] == [{"message": "Kept.", "name": "one.png"}] * 2
    assert draft.attachments.count() == 1

    refused = client.post(sends, {"file": a_picture("cut.jpg")})
    assert (refused.status_code, "cut.jpg" in refused.json()["message"]) == (422, True)
    assert client.post(sends).status_code == 400
    assert sends in text(client.get(step(draft, "files")))
    draft.attachments.update(alt="A square.")
    workflow.perform(workflow.Action.SUBMIT, draft, actor=officer)
    assert client.post(sends, {"file": a_pdf()}).status_code == 409
    client.logout()
    assert client.post(sends, {"file": a_pdf()}).status_code == 403
    assert draft.attachments.count() == 1


def test_words_of_a_picture_are_saved_and_a_document_is_asked_for_none(client, officer, draft):
    make_attachment(draft, alt="")
    make_attachment(draft, a_pdf())
    shown = as_shown(client, draft, "files")
    assert "files-1-alt" not in shown

    client.post(step(draft, "files"), {**shown, "files-0-alt": "A stop.", "files-1-caption": "R"})

    assert [(row.alt, row.caption) for row in draft.attachments.all()] == [
        ("A stop.", ""),
        ("", "R"),
    ]
    shown = as_shown(client, draft, "files")
    client.post(step(draft, "files"), {**shown, "files-1-DELETE": "on"})
    assert draft.attachments.count() == 1


def test_no_file_is_made_up_from_words(client, officer, draft):
    made_up = sent(draft, [{"alt": "Nothing", "caption": "Nothing"}], "files")

    assert client.post(step(draft, "files"), made_up).status_code == 302

    assert not draft.attachments.exists()


def test_files_stay_when_something_else_is_to_be_mended(client, officer, draft):
    make_attachment(draft, a_pdf())
    wrong = {**as_shown(client, draft, "files"), "files-0-caption": "x" * 301}

    shown = client.post(step(draft, "files"), {**wrong, "files": [a_picture("new.png")]})

    assert shown.status_code == 200
    assert draft.attachments.images().get().name == "new.png"
    assert "at most 300 characters" in text(shown)


def test_a_picture_without_words_is_saved_but_not_submitted(client, officer, draft):
    make_attachment(draft, alt=" ")

    shown = client.post(at("revision-act", draft), {"act": "submit"}, follow=True)

    draft.refresh_from_db()
    assert draft.state == "draft"
    assert "Pictures without words" in text(shown)
    assert "picture.png" in text(shown)
    draft.attachments.update(alt="A stop.")
    workflow.perform(workflow.Action.SUBMIT, draft, actor=officer)
    draft.refresh_from_db()
    assert draft.state == "submitted"


def test_files_of_what_was_submitted_do_not_change(client, officer, draft):
    make_attachment(draft)
    shown = as_shown(client, draft, "files")
    workflow.perform(workflow.Action.SUBMIT, draft, actor=officer)

    answer = client.post(
        step(draft, "files"), {**shown, "files-0-DELETE": "on", "files": [a_pdf()]}
    )

    assert "was submitted in the meantime" in text(answer)
    assert [row.name for row in draft.attachments.all()] == ["picture.png"]


# ── other fields, and the last look ──────────────────────────────────────────────────────────────
def test_standards_money_and_version_are_saved_and_shown_as_changed(client, officer, city):
    live = make_entry(city).live_revision
    standard = Standard.objects.create(slug="gtfs", name="GTFS")
    funding = Funding.objects.create(slug="eu", name="European Union")
    client.post(at("revision-act", live), {"act": "revise"})
    draft = live.entry.revisions.get(number=2)
    technical = {
        "standards": [standard.pk],
        "software_version": "2.3.0",
        "released_on": "2024-05-02",
        "is_open_source": "true",
    }
    client.post(step(draft, "technical"), {"version": 1, **technical})
    cost = {"version": 2, "fundings": [funding.pk], "yearly_cost": "under_10k", "maturity": "pilot"}
    client.post(step(draft, "cost"), cost)
    client.post(step(draft), sent(draft, [{"label": "Users", "as_reported": "121"}]))

    page = text(client.get(at("revision-detail", draft)))

    for words in ("GTFS", "European Union", "2.3.0", "2 May 2024", "Users: 121", "Figures"):
        assert words in page, words


def test_the_last_look_shows_doubles_with_what_to_do_and_how_well_results_are_shown(
    client, officer, draft
):
    double = make_entry(title="Open data portal of the city", summary="All data in one place.")
    draft.title, draft.summary = "Open data portal of our city", "All data in one place."
    draft.save()
    make_figure(draft)

    page = text(client.get(at("revision-check", draft)))

    assert f'href="{double.get_absolute_url()}"' in page
    assert "say on its page that your city runs it" in page
    assert "Measured." in page
    assert "A link or a document in which to check it would show more." in page
    assert "Submit for review" in page


def test_a_profile_has_no_doubles_and_no_figures(client, officer, city):
    profile = make_entry(city, state="draft", kind="city_profile").revisions.get()

    assert client.get(step(profile)).status_code == 404
    page = text(client.get(at("revision-check", profile)))
    assert "Is it there already?" not in page
    assert client.get(step(profile, "files")).status_code == 200


def test_steps_ask_as_often_for_twenty_figures_as_for_three(
    client, officer, draft, django_assert_max_num_queries
):
    taken = []
    for number in (3, 17):
        for _one in range(number):
            make_figure(draft)
        with django_assert_max_num_queries(40) as queries:
            client.get(step(draft))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_withdrawing_while_it_is_reviewed_is_possible_and_editing_says_how(client, officer, draft):
    workflow.perform(workflow.Action.SUBMIT, draft, actor=officer)

    shown = client.get(step(draft), follow=True)

    assert "its words no longer change" in text(shown)
    assert at("revision-withdraw", draft) in text(shown)
    assert Entry.objects.get().revisions.count() == 1


def test_steps_say_what_is_needed_there_and_which_are_optional(client, officer, draft):
    draft.problem = ""
    draft.save()

    shown = client.get(step(draft, "cost")).context["steps"]

    notes = {one["name"]: (one["state"], str(one["note"])) for one in shown}
    assert notes["text"] == ("todo", "1 field needed")
    assert notes["results"] == ("todo", "1 field would help")
    assert notes["cost"][0] == "current"
    assert notes["technical"] == notes["files"] == ("todo", "optional")
    assert [one["name"] for one in shown][-1] == "check"
