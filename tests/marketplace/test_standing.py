"""Where a revision stands, who sees that, and what its city does with it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from marketplace.models import Check, Revision, RevisionState
from marketplace.views import standing
from tests.factories import (
    make_city,
    make_entry,
    make_officer,
    make_revision,
    make_staff,
)
from tests.marketplace.offers import WORDS, at, make_draft, page, save

pytestmark = pytest.mark.django_db
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


@pytest.mark.parametrize("may_edit", [True, False])
def test_where_a_draft_stands_it_is_submitted_by_way_of_the_last_look(client, city, may_edit):
    client.force_login(make_officer(city, role={"may_edit": may_edit, "may_submit": True}))
    words = {"title": "Open data portal of our city", "summary": "All data in one place."}
    draft = make_draft(city, **words)
    double = make_entry(title="Open data portal of the city", summary=words["summary"])

    shown = page(client.get(at("revision-detail", draft)))
    assert f'href="{at("revision-check", draft)}">Check and submit</a>' in shown
    assert 'name="act" value="submit"' not in shown
    # Whoever submits what others write sees all of it, but no way into the form.
    last = page(client.get(at("revision-check", draft)))
    assert f'href="{double.get_absolute_url()}"' in last
    assert f'action="{at("revision-act", draft)}"' in last
    assert ("Steps of this form" in last) == may_edit
    assert client.get(at("revision-step", draft)).status_code == (200 if may_edit else 403)
    client.post(at("revision-act", draft), {"act": "submit"})
    draft.refresh_from_db()
    assert draft.state == "submitted"


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


def test_the_report_names_each_check_and_says_where_those_stand_that_found_nothing_yet(
    client, city
):
    revision = make_revision(make_entry(city), state="submitted")
    Check.objects.create(revision=revision, name="answers")
    Check.objects.create(
        revision=revision,
        name="complete",
        state="done",
        outcome="failed",
        message="Still empty: Problem.",
        checked_at=timezone.now(),
    )
    client.force_login(make_officer(city))
    shown = page(client.get(revision.get_absolute_url()))
    report = shown.partition('id="checks-heading"')[2].partition("</section>")[0]
    words = " ".join(strip_tags(report.partition(">")[2]).split())
    assert words == (
        "What the portal checked Completeness To be mended Still empty: Problem. "
        "Do links answer Queued"
    )
