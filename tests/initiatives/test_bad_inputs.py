"""What people type and paste by mistake: a sentence beside its field, and nothing is lost."""

import uuid
from decimal import Decimal

import pytest
import time_machine
from django import forms
from django.urls import reverse

from cities.models import FormDraft
from initiatives.forms.comments import CommentForm
from initiatives.forms.deliverables import HandInForm
from initiatives.forms.rows import MOST_ROWS
from initiatives.models import Initiative, Risk, exact
from tests import factories
from tests.initiatives.test_charters import charter

pytestmark = pytest.mark.django_db
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
LONGEST_NAME = Initiative._meta.get_field("name").max_length


def send(client, initiative, **fields):
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    return client.post(address, charter(initiative, **fields))


def test_39_filled_fields_stay_when_the_required_one_is_empty(client, officer, initiative):
    texts = ["summary", "lead", "working_team", "contributors", "goal", "stakeholder_note"]
    texts += ["impact_and_timing", "support_needed", "results"]
    sent = {name: f"What we wrote under {name}" for name in texts}
    rows = {f"risks-{n}-text": f"Risk number {n}" for n in range(30)}
    counts = {"risks-TOTAL_FORMS": "30", "risks-INITIAL_FORMS": "0"}
    page = send(client, initiative, name="", **sent, **rows, **counts).content.decode()
    assert "data-error-summary" in page
    assert 'href="#id_name"' in page
    typed = [*sent.values(), *rows.values()]
    assert [words for words in typed if words not in page] == []
    # Whoever leaves the page as it is finds everything again, without scripts too.
    assert FormDraft.objects.get(user=officer, form="charter").data["name"] == [""]
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    back = client.get(f"{address}?continue=1").content.decode()
    assert [words for words in typed if words not in back] == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("milestone-add", {"title": "", "description": "Long thoughts"}),
        ("kpi-add", {"name": "", "description": "Long thoughts"}),
    ],
)
def test_what_must_be_mended_in_other_forms_is_kept_as_well(
    client, officer, initiative, name, wrong
):
    address = reverse(f"initiatives:{name}", args=[initiative.slug])
    assert "data-error-summary" in client.post(address, wrong).content.decode()
    assert FormDraft.objects.get().data["description"] == ["Long thoughts"]
    assert "Long thoughts" in client.get(f"{address}?continue=1").content.decode()


@pytest.mark.parametrize("sign", ["é", "e\u0301", "😀", FAMILY, "\N{COMBINING TILDE}a"])
def test_signs_are_counted_one_by_one_and_a_text_over_the_limit_is_kept(
    client, officer, initiative, sign
):
    fitting = (sign * LONGEST_NAME)[:LONGEST_NAME]
    page = send(client, initiative, name=fitting + "x").content.decode()
    assert f"at most {LONGEST_NAME} characters (it has {LONGEST_NAME + 1})" in page
    assert fitting + "x" in page
    send(client, initiative, name=fitting)
    initiative.refresh_from_db()
    assert initiative.name == fitting


@pytest.mark.parametrize(
    ("field", "line_break"),
    # A field that reads line ends of every kind as one, and one of Django's own.
    [(CommentForm.base_fields["text"], 1), (HandInForm.base_fields["note"], 2)],
)
def test_the_counter_is_told_the_limit_and_how_the_server_counts_line_breaks(field, line_break):
    form = type("Form", (forms.Form,), {"text": field})
    html = str(form()["text"])
    assert f'data-limit="{field.max_length}" data-limit-break="{line_break}"' in html
    # The browser would cut off what is pasted.
    assert "maxlength" not in html
    lines = 10
    fitting = "😀" * (field.max_length - lines * line_break - 1) + "\r\n" * lines + "x"
    assert form({"text": f"  {fitting}\r\n "}).is_valid()
    over = form({"text": fitting + "x"})
    assert f"(it has {field.max_length + 1})" in str(over.errors)
    assert fitting.replace("\r\n", "\n") + "x" in str(over["text"]).replace("\r\n", "\n")


def test_text_from_a_word_processor_is_taken_with_plain_line_breaks(client, officer, initiative):
    pasted = "“Smart” quotes…\x0bnext\u00a0line\u2028and the next"
    assert send(client, initiative, goal=pasted).status_code == 302
    initiative.refresh_from_db()
    assert initiative.goal == "“Smart” quotes…\nnext\u00a0line\nand the next"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://example.org/x", None),
        ("https://example.org/" + "x" * 3000, None),
        ("example.org/results", "https://example.org/results"),
        (
            "https://apps.apple.com/lr/app/rouen/id1568313714",
            "https://apps.apple.com/lr/app/rouen/id1568313714",
        ),
    ],
)
def test_an_address_leads_into_the_web_or_is_refused_and_kept(
    client, officer, initiative, sent, kept
):
    answer = send(client, initiative, results_url=sent)
    initiative.refresh_from_db()
    assert initiative.results_url == (kept or "")
    if kept is None:
        assert "data-error-summary" in answer.content.decode()
        assert sent in answer.content.decode()


def test_of_1200_fields_of_rows_the_first_are_kept_and_the_limit_is_told(
    client, officer, initiative
):
    rows = {
        f"risks-{n}-{name}": value
        for n in range(240)
        for name, value in {
            "text": f"Risk {n}", "likelihood": "1", "impact": "1", "mitigation": "", "owner": "",
        }.items()
    }  # fmt: skip
    counts = {"risks-TOTAL_FORMS": "240", "risks-INITIAL_FORMS": "0"}
    answer = send(client, initiative, **rows, **counts)
    assert answer.status_code == 302
    assert [risk.text for risk in Risk.objects.order_by("position")] == [
        f"Risk {n}" for n in range(MOST_ROWS)
    ]
    page = client.get(answer.url).content.decode()
    assert f"{240 - MOST_ROWS} rows were too many and were left out" in page


# ── dates ───────────────────────────────────────────────────────────────────────────────────────
def report(client, kpi, **fields):
    address = reverse("initiatives:measurement-add", args=[kpi.initiative.slug, kpi.pk])
    sent = {"key": str(uuid.uuid4()), "value": "12", "as_of": "", **fields}
    return client.post(address, sent).content.decode()


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("June 2022 – May 2022", "It ends (May 2022) before it begins (June 2022)"),
        ("2122", "2122 lies ahead: today is 28 November 2026"),
        ("29 November 2026", "29 November 2026 lies ahead: today is 28 November 2026"),
    ],
)
@time_machine.travel("2026-11-28 12:00:00Z", tick=False)
def test_a_value_is_for_a_period_in_order_that_has_begun(client, officer, initiative, as_of, said):
    client.force_login(officer)
    kpi = factories.make_kpi(initiative)
    assert said in report(client, kpi, as_of=as_of)
    assert not kpi.measurements.exists()
    report(client, kpi, as_of="2026")
    assert kpi.measurements.count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"when": "June 2022 – May 2022"}, "It ends (May 2022) before it begins (June 2022)"),
        ({"when": "2121"}, "2121 is far from the edition, which runs from 1 September 2020"),
        ({"when": "1921"}, "1921 is far from the edition, which runs from 1 September 2020"),
        ({"status": "reached", "reached_on": "2121-02-08"}, "8 February 2121 lies ahead: today is"),
    ],
)
def test_a_milestones_dates_are_in_order_and_near_the_edition(
    client, officer, initiative, fields, said
):
    address = reverse("initiatives:milestone-add", args=[initiative.slug])
    sent = {"key": str(uuid.uuid4()), "title": "Opening", "when": "", "status": "planned"}
    page = client.post(address, {**sent, "version": "1", **fields}).content.decode()
    assert said in page
    assert not initiative.milestones.exists()


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────
def test_a_number_that_the_database_would_round_is_refused_and_kept(client, officer, initiative):
    kpi = factories.make_kpi(initiative)
    typed = "12345678901234.123456789"
    page = report(client, kpi, value=typed)
    assert "cannot be kept exactly" in page
    assert typed in page
    most = "12345678901234.123456"[: exact.most_digits() + 1]
    report(client, kpi, value=most, reading="0", asked_about=most)
    assert kpi.measurements.get().number == Decimal(most)


def test_so_is_that_of_a_target(client, officer, initiative, monkeypatch):
    monkeypatch.setattr(exact, "most_digits", lambda: 15)
    kpi = factories.make_kpi(initiative)
    address = reverse("initiatives:target-add", args=[initiative.slug, kpi.pk])
    sent = {"key": str(uuid.uuid4()), "comparison": "at_least", "value": "12345678901.123456"}
    page = client.post(address, sent).content.decode()
    assert "cannot be kept exactly" in page
    assert not kpi.targets.exists()
