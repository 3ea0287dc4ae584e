"""How a city offers something: from the start to the public page, and what may go wrong."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pytest_django.asserts import assertRedirects

from cities.models import Effect
from marketplace import services, workflow
from marketplace.forms.offering import form_for
from marketplace.models import Entry, EntryKind, Revision, RevisionState
from marketplace.services import entries
from marketplace.views import standing
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_reviewer,
    make_revision,
    make_staff,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db

OFFER = "/marketplace/offer/"
WORDS = {
    "title": "Open data portal",
    "summary": "One place for all data.",
    "language": "en",
    "problem": "Nobody found anything.",
    "approach": "A portal.",
    "maturity": "deployed",
    "is_open_source": "unknown",
}


@pytest.fixture
def city():
    return make_city(name="Rouen", country="FR")


@pytest.fixture
def officer(city, client):
    user = make_officer(city)
    client.force_login(user)
    return user


def at(name, revision, **more):
    where = {"slug": revision.entry.slug, "number": revision.number, **more}
    if name in {"revision-step", "revision-autosave"}:
        where.setdefault("step", "text")
    return reverse(f"marketplace:{name}", kwargs=where)


def save(client, revision, step, go="stay", **fields):
    """Leave a step by a button, as the page that shows the draft as it is now sends it."""
    revision.refresh_from_db()
    sent = {"version": revision.version, "go": go, **fields}
    return client.post(at("revision-step", revision, step=step), sent, follow=True)


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def start(client, **fields):
    asked = {"kind": "solution", "title": "Open data portal", "language": "en", **fields}
    return client.post(OFFER, {"city": Entry.city.field.related_model.objects.get().pk, **asked})


def opened(client, revision, step):
    """Return what a page of a step that is open now will send along."""
    shown = client.get(at("revision-step", revision, step=step)).content.decode()
    tags = (re.search(rf'<input[^>]*name="{name}"[^>]*>', shown)[0] for name in ("version", "seen"))
    found = [re.search(r'value="([^"]*)"', tag)[1] for tag in tags]
    return dict(zip(("version", "seen"), found, strict=True))


def make_draft(city, **fields):
    return make_entry(city, state="draft", **fields).revisions.get()


def test_an_offer_goes_from_the_first_question_to_the_public_page(client, officer, city, drain):
    make_reviewer()
    theme = make_theme()

    response = start(client)
    draft = Revision.objects.get()
    assert response["Location"] == at("revision-edit", draft)
    assert (draft.entry.city, draft.author, draft.state) == (city, officer, "draft")

    # The way in leads to the first step in which something is needed.
    first = client.get(at("revision-edit", draft))
    assert first["Location"] == at("revision-step", draft, step="overview")

    # Incomplete: saved all the same, and the page says what is missing, and where.
    shown = save(client, draft, "overview", title="Open data", language="en")
    draft.refresh_from_db()
    assert draft.title == "Open data"
    assert f'href="{at("revision-step", draft)}#id_problem"' in page(shown)
    assert "Draft saved" in page(shown)

    # Left by “Save and go on”, by a step's own button, or to the last look.
    asked = {name: WORDS[name] for name in ("title", "summary", "language")}
    shown = save(client, draft, "overview", go="next", themes=[theme.pk], **asked)
    assert shown.redirect_chain == [(at("revision-step", draft), 302)]
    asked = {name: WORDS[name] for name in ("problem", "approach")}
    shown = save(client, draft, "text", go="cost", **asked)
    assert shown.redirect_chain == [(at("revision-step", draft, step="cost"), 302)]
    shown = save(client, draft, "cost", go="check", maturity="deployed")
    assert shown.redirect_chain == [(at("revision-check", draft), 302)]
    assert "All that is needed is there" in page(shown)

    shown = client.post(at("revision-act", draft), {"act": "submit"}, follow=True)
    assert shown.redirect_chain == [(at("revision-detail", draft), 302)]
    assert "Submitted" in page(shown)

    drain()
    draft.refresh_from_db()
    assert draft.state == RevisionState.IN_REVIEW
    review = draft.reviews.get()
    workflow.perform(workflow.Action.APPROVE, draft, actor=review.reviewer, note="Well told.")
    drain()
    assert "Well told." in page(client.get(at("revision-detail", draft)))
    assert review.reviewer.name not in page(client.get(at("revision-detail", draft)))

    client.logout()
    assert "Open data portal" in page(client.get("/marketplace/?q=nobody+found"))
    assert "Nobody found anything." in page(client.get(draft.entry.get_absolute_url()))


def test_a_form_sent_twice_starts_one_entry(client, officer):
    key = re.search(r'name="key" value="([^"]+)"', client.get(OFFER).content.decode())[1]

    first, second = start(client, key=key), start(client, key=key)

    assert first["Location"] == second["Location"]
    assert Entry.objects.count() == 1


def test_a_second_profile_is_refused_and_what_was_typed_stays(client, officer, city):
    make_entry(city, kind=EntryKind.CITY_PROFILE)

    shown = start(client, kind="city_profile", title="Rouen again")

    assert shown.status_code == 200
    assert "has a profile already" in page(shown)
    assert 'value="Rouen again"' in page(shown)


def test_who_acts_for_no_city_is_told_whom_to_ask(client):
    client.force_login(make_user())

    response = client.get(OFFER)

    assert response.status_code == 403
    assert "Ask whoever leads" in page(response)


def test_submitting_an_incomplete_draft_says_what_is_missing_and_where(client, officer, city):
    draft = make_draft(city, problem="")

    shown = client.post(at("revision-act", draft), {"act": "submit"}, follow=True)

    draft.refresh_from_db()
    assert draft.state == "draft"
    assert shown.redirect_chain == [(f"{at('revision-check', draft)}?gaps=yes", 302)]
    summary = page(shown).split("data-error-summary")[1].split("</div>")[0]
    assert re.findall(r'href="([^"]+)"', summary) == [f"{at('revision-step', draft)}#id_problem"]


def test_submitting_twice_submits_once(client, officer, city):
    draft = make_draft(city)

    for _time in range(2):
        shown = client.post(at("revision-act", draft), {"act": "submit"}, follow=True)

    assert "has moved on" in page(shown)
    assert draft.events.filter(action="submit").count() == 1
    assert Effect.objects.filter(kind="marketplace.check").count() == 1


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


def test_an_address_taken_at_the_same_moment_is_made_anew(client, officer, city, monkeypatch):
    Entry.objects.filter(pk=make_entry(city).pk).update(slug="a-title")
    found = entries._free_slug
    seen = iter(["a-title"])
    monkeypatch.setattr(entries, "_free_slug", lambda *asked: next(seen, None) or found(*asked))

    draft = services.new_entry("solution", city, officer, "A title")

    assert draft.entry.slug == "a-title-2"


PAGES = [
    *("revision-detail", "revision-edit", "revision-step", "revision-check"),
    *("revision-preview", "revision-withdraw"),
]


@pytest.mark.parametrize("name", PAGES)
def test_drafts_of_another_city_are_unknown_to_an_officer(client, officer, name):
    assert client.get(at(name, make_draft(make_city()))).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_what_the_public_reads_is_not_everybodys_to_follow(client, officer, name):
    live = make_entry(make_city()).live_revision

    assert client.get(at(name, live)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_visitors_are_asked_to_sign_in(client, city, name):
    response = client.get(at(name, make_draft(city)))

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_a_member_who_may_not_submit_writes_but_does_not_submit(client, city):
    client.force_login(make_officer(city, role={"may_submit": False}))
    draft = make_draft(city)

    shown = page(client.get(at("revision-check", draft)))
    assert "Submit for review" not in shown
    assert "Somebody in your team who may submit" in shown
    assert client.post(at("revision-act", draft), {"act": "submit"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_member_who_may_only_read_does_not_write(client, city):
    client.force_login(make_officer(city, role={"may_edit": False, "may_submit": False}))
    draft = make_draft(city, title="As it was")

    assert client.get(at("revision-detail", draft)).status_code == 200
    for name in ("revision-edit", "revision-step", "revision-check"):
        assert client.get(at(name, draft)).status_code == 403
    assert client.post(at("revision-step", draft), WORDS).status_code == 403
    assert client.post(at("revision-autosave", draft), WORDS).status_code == 403
    draft.refresh_from_db()
    assert draft.title == "As it was"


def test_revising_starts_from_the_live_words_and_shows_what_changed(client, officer, city):
    live = make_entry(city, title="Open data", problem="Old words stand here.").live_revision

    response = client.post(at("revision-act", live), {"act": "revise"})

    draft = Revision.objects.get(number=2)
    assert response["Location"] == at("revision-edit", draft)
    assert draft.problem == "Old words stand here."
    save(client, draft, "text", problem="New words stand here.", approach=draft.approach)
    shown = page(client.get(at("revision-detail", draft)))
    assert "What changed since revision 1" in shown
    assert "<del>" in shown
    assert "<ins>" in shown
    # The public keeps the old words until the new ones are approved.
    assert "Old words" in page(client.get(live.entry.get_absolute_url()))


def test_revising_while_a_draft_is_open_leads_to_it(client, officer, city):
    entry = make_entry(city)
    draft = make_revision(entry, state="draft")

    response = client.post(at("revision-act", entry.live_revision), {"act": "revise"})

    assert response["Location"] == at("revision-detail", draft)


def test_withdrawing_asks_first_and_takes_a_reason(client, officer, city):
    live = make_entry(city, title="Traffic lights").live_revision
    url = at("revision-withdraw", live)

    assert "Withdraw this entry?" in page(client.get(url))
    assert "Fill this in" in page(client.post(url, {"note": ""}))
    client.post(url, {"note": "Replaced."})

    live.refresh_from_db()
    assert live.state == RevisionState.WITHDRAWN
    client.logout()
    gone = client.get(live.entry.get_absolute_url())
    assert gone.status_code == 410
    assert "Replaced." in page(gone)
    assert "Traffic lights" not in page(client.get("/marketplace/?q=lights"))


def test_a_refused_withdrawal_keeps_the_reason_in_the_form(client, officer, city):
    superseded = make_entry(city=city, state=RevisionState.SUPERSEDED).revisions.get()
    answer = client.post(at("revision-withdraw", superseded), {"note": "Replaced by our portal"})
    assert answer.status_code == 409
    assert "Replaced by our portal" in page(answer)
    assert "This revision has moved on" in page(answer)
    superseded.refresh_from_db()
    assert superseded.state == RevisionState.SUPERSEDED


@pytest.mark.parametrize("state", RevisionState)
def test_where_it_stands_is_told_in_every_state(client, state):
    entry = make_entry(make_city(), state=state)
    client.force_login(make_staff())

    shown = page(client.get(at("revision-detail", entry.revisions.get())))

    assert str(state.label) in shown
    assert 'class="steps horizontal"' in shown


def test_an_unknown_step_changes_nothing(client, officer, city):
    draft = make_draft(city)

    shown = client.post(at("revision-act", draft), {"act": "approve"}, follow=True)

    assert "Choose one of the steps" in page(shown)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_way_of_a_revision_never_runs_backwards_in_time(city):
    sent = timezone.now() - timedelta(days=1400)
    revision = make_revision(make_entry(city), state="in_review", submitted_at=sent)
    for days, after in [(1, "checked"), (2, "in_review"), (9, "in_review")]:
        revision.events.create(
            action="assign", before="submitted", after=after, at=sent + timedelta(days=days)
        )

    told = [
        date_format(localtime(sent + timedelta(days=days)), "DATE_FORMAT") for days in (0, 1, 2)
    ]
    assert [step["when"] for step in standing.steps(revision)] == ["", *told, "", ""]
