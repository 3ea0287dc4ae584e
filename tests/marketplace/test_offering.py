"""How a city offers something: from the start to the public page, and what may go wrong."""

import re
from html import unescape

import pytest

from cities.models import Effect
from marketplace import services, workflow
from marketplace.forms.offering import form_for
from marketplace.models import Entry, EntryKind, Revision, RevisionState
from marketplace.services import entries
from tests.factories import (
    make_entry,
    make_reviewer,
    make_theme,
    make_user,
)
from tests.marketplace.offers import OFFER, WORDS, at, make_draft, page, save, start

pytestmark = pytest.mark.django_db


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


def test_an_address_taken_at_the_same_moment_is_made_anew(client, officer, city, monkeypatch):
    Entry.objects.filter(pk=make_entry(city).pk).update(slug="a-title")
    found = entries._free_slug
    seen = iter(["a-title"])
    monkeypatch.setattr(entries, "_free_slug", lambda *asked: next(seen, None) or found(*asked))

    draft = services.new_entry("solution", city, officer, "A title")

    assert draft.entry.slug == "a-title-2"


@pytest.mark.parametrize("kind", EntryKind.values)
def test_every_field_of_every_step_has_help_beside_it(client, officer, city, kind):
    draft = make_draft(city, kind=kind)
    for step in form_for(kind).STEPS:
        shown = page(client.get(at("revision-step", draft, step=step.name)))
        for name in step.fields:
            help_text = str(form_for(kind).base_fields[name].help_text)
            assert help_text, name
            hint = re.search(rf'id="id_{name}_helptext">(.*?)</div>', shown)
            assert hint, name
            assert unescape(hint[1]).strip() == help_text, name
