"""The steps of a draft: what is saved, what is asked about, and what is never lost."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.asserts import assertRedirects

from marketplace import workflow
from marketplace.forms.offering import form_for
from marketplace.models import EntryKind, Revision
from tests.factories import (
    make_officer,
)
from tests.marketplace.offers import WORDS, at, make_draft, opened, page, save

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "https://", "nowhere", "x.org/" + "a" * 3000],
)
def test_a_wrong_field_is_explained_and_everything_typed_stays(client, officer, city, url):
    draft = make_draft(city, licence="Before")

    shown = save(client, draft, "technical", website=url, licence="MIT", is_open_source="unknown")

    draft.refresh_from_db()
    assert draft.licence == "Before"
    assert url in page(shown)
    assert 'value="MIT"' in page(shown)
    assert 'href="#id_website"' in page(shown)


def test_an_address_without_its_scheme_gets_one(client, officer, city):
    draft = make_draft(city)

    save(client, draft, "technical", website="apps.example.org/lr/app", is_open_source="true")

    draft.refresh_from_db()
    assert (draft.website, draft.is_open_source) == ("https://apps.example.org/lr/app", True)


def test_two_officers_in_one_step_choose_whose_words_to_keep(client, officer, city):
    draft = make_draft(city, problem="Before.")
    page_of_mine = opened(client, draft, "text")
    save(client, draft, "text", problem="Theirs.", approach=draft.approach)

    mine = {"problem": "Mine.", "approach": draft.approach}
    shown = save(client, draft, "text", **mine, **page_of_mine)

    draft.refresh_from_db()
    assert draft.problem == "Theirs."
    assert 'name="keep-problem"' in page(shown)
    save(client, draft, "text", **mine, **{"keep-problem": "mine"})
    draft.refresh_from_db()
    assert draft.problem == "Mine."


def test_two_officers_in_two_steps_do_not_meet(client, officer, city):
    draft = make_draft(city)
    page_of_mine = opened(client, draft, "cost")
    save(client, draft, "text", problem="Theirs.", approach="Theirs.")

    save(client, draft, "cost", maturity="pilot", needs="Mine.", **page_of_mine)

    draft.refresh_from_db()
    assert (draft.problem, draft.maturity, draft.needs) == ("Theirs.", "pilot", "Mine.")


def test_a_draft_submitted_meanwhile_keeps_its_words(client, officer, city):
    draft = make_draft(city, problem="As submitted.")
    workflow.perform(workflow.Action.SUBMIT, draft, actor=officer)

    shown = save(client, draft, "text", problem="Nobody found anything.")

    assert shown.status_code == 409
    draft.refresh_from_db()
    assert (draft.problem, draft.state) == ("As submitted.", "submitted")
    assert "was submitted in the meantime" in page(shown)
    assert "Nobody found anything." in page(shown)
    for name in ("revision-edit", "revision-step", "revision-check"):
        assert client.get(at(name, draft))["Location"] == at("revision-detail", draft)


def test_a_step_that_does_not_exist_is_not_found(client, officer, city):
    draft = make_draft(city)

    assert client.get(at("revision-step", draft, step="nonsense")).status_code == 404
    assert client.post(at("revision-step", draft, step="nonsense"), {}).status_code == 404
    assert client.post(at("revision-autosave", draft, step="check"), {}).status_code == 404


@pytest.mark.parametrize("kind", EntryKind)
def test_every_step_shows_only_its_own_fields_and_all_of_them_are_in_some_step(
    client, officer, city, kind
):
    draft = make_draft(city, kind=kind)
    form = form_for(kind)
    in_steps = [name for step in form.STEPS for name in step.fields]

    assert sorted(in_steps) == sorted(form._meta.fields)
    for step in form.STEPS:
        shown = client.get(at("revision-step", draft, step=step.name))
        assert {field.name for field in shown.context["fields"]} == set(step.fields)


def test_autosave_keeps_what_is_valid_and_gives_the_next_version(client, officer, city):
    draft = make_draft(city, website="https://example.org/", problem="Stays.")
    asked = {"licence": "Half a lic", "website": "htt", "version": draft.version}

    answer = client.post(at("revision-autosave", draft, step="technical"), asked)

    draft.refresh_from_db()
    assert answer.json()["version"] == draft.version == 2
    assert "but for: Website" in answer.json()["message"]
    assert (draft.licence, draft.website) == ("Half a lic", "https://example.org/")
    assert draft.problem == "Stays."


def test_autosave_does_not_write_over_somebody_else(client, officer, city):
    draft = make_draft(city, problem="Theirs.")
    Revision.objects.update(version=5)

    answer = client.post(at("revision-autosave", draft), {**WORDS, "version": 1})

    draft.refresh_from_db()
    assert answer.status_code == 409
    assert "compare" in answer.json()["message"]
    assert draft.problem == "Theirs."


def test_autosave_without_a_session_says_so_in_json(client, city):
    answer = client.post(at("revision-autosave", make_draft(city)), WORDS)

    assert answer.status_code == 403
    assert "signed out" in answer.json()["message"]


def test_a_form_sent_after_the_session_ended_comes_back_filled_in(client, city):
    draft = make_draft(city, problem="Before")
    url = at("revision-step", draft)
    response = client.post(url, {**WORDS, "version": draft.version})
    kept = re.search(r"kept%3D([0-9a-f-]+)", response["Location"])[1]

    client.force_login(make_officer(city))
    shown = client.get(f"{url}?kept={kept}")

    assert "Nobody found anything." in page(shown)
    draft.refresh_from_db()
    assert draft.problem == "Before"


def test_who_signs_in_after_pressing_a_button_comes_to_the_page_with_the_button(client, city):
    draft = make_draft(city)
    response = client.post(at("revision-act", draft), {"act": "submit"})
    back = parse_qs(urlsplit(response["Location"]).query)["next"][0]

    client.force_login(make_officer(city))

    assertRedirects(client.get(back), at("revision-detail", draft))


def test_the_meter_says_how_much_of_all_that_is_asked_is_filled_in(client, officer, city):
    draft = make_draft(city, problem="", needs="")
    shown = page(client.get(at("revision-check", draft)))
    told = re.search(r"<span>Filled in</span><span>(\d+) of (\d+)</span>", shown)
    # Asked: five required and seven that help. Here: all but the problem of those required, and
    # of the others the results alone.
    assert told.groups() == ("5", "12")
    width = re.search(r'class="meter-fill" width="([^"]+)"', shown)[1]
    assert abs(float(width) - 100 * 5 / 12) < 1

    save(client, draft, "text", problem="Nobody found anything.", approach=draft.approach)
    shown = page(client.get(at("revision-check", draft)))
    assert "<span>Filled in</span><span>6 of 12</span>" in shown


def test_the_preview_shows_the_words_of_the_draft_as_they_were_saved(client, officer, city):
    draft = make_draft(city, title="Before", problem="Old words.")
    words = {"problem": "Nobody found <anything>.", "approach": "A portal, step by step."}
    save(client, draft, "text", **words)
    shown = page(client.get(at("revision-preview", draft)))
    assert "Preview of revision 1" in shown
    assert "Nobody found &lt;anything&gt;." in shown
    assert "A portal, step by step." in shown
    assert "Old words." not in shown
    assert at("revision-detail", draft) in shown
