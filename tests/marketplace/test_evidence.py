"""How well results are shown, what the page shows of them, and its versions."""

import re
from datetime import date
from decimal import Decimal

import pytest

from initiatives.values import ValueRefused
from marketplace import values
from marketplace.evidence import Level, strength
from marketplace.models import Entry, Funding, Standard
from tests.factories import (
    make_attachment,
    make_city,
    make_entry,
    make_figure,
    make_officer,
    make_revision,
    make_session,
    make_theme,
)
from tests.uploads import a_pdf

pytestmark = pytest.mark.django_db


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


# ── the rule ─────────────────────────────────────────────────────────────────────────────────────
def test_words_alone_are_described_even_with_a_link():
    revision = make_entry(evidence_url="https://example.org/").live_revision
    make_figure(revision, "work in progress")
    make_figure(revision, "Rouen")

    found = strength(revision)

    assert found.level == Level.DESCRIBED
    assert found.reasons == [
        "The results are told in words, without a figure that was counted.",
        "A page shows the results.",
    ]


@pytest.mark.parametrize("typed", ["121", "-12 % against 2015", "over 200"])
def test_a_counted_figure_is_measured(typed):
    revision = make_entry().live_revision
    make_figure(revision, typed)

    assert strength(revision).level == Level.MEASURED
    assert strength(revision).reasons == ["1 figure was counted."]


@pytest.mark.parametrize("with_what", ["source", "page", "document"])
def test_a_counted_figure_that_can_be_checked_is_more(with_what):
    page = "https://example.org/" if with_what == "page" else ""
    revision = make_entry(evidence_url=page).live_revision
    make_figure(revision, source_url="https://example.org/" if with_what == "source" else "")
    if with_what == "document":
        make_attachment(revision, a_pdf())

    assert strength(revision).level == Level.CHECKABLE
    assert len(strength(revision).reasons) == 2


def test_a_picture_is_no_document_to_check_in():
    revision = make_entry().live_revision
    make_figure(revision)
    make_attachment(revision)

    assert strength(revision).level == Level.MEASURED


def test_a_reuse_that_the_owner_confirmed_is_most_and_needs_no_next_step():
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(confirmed_reuse=2)
    entry.refresh_from_db()

    found = strength(entry.live_revision)

    assert (found.level, found.next_step) == (Level.CONFIRMED, "")
    assert found.reasons == ["2 other cities run it, as the owner confirmed."]


# ── figures in words ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("typed", "unit", "words"),
    [
        ("121", "", "121"),
        ("12 560 234", "datasets", "12,560,234 datasets"),
        ("over 200", "", "over 200"),
        ("-30 %", "%", "−30 %"),
        ("-12 % against 2015", "", "−12 % against 2015"),
        ("Rouen", "", "Rouen"),
        ("work in progress", "", "Still in progress"),
        ("yes", "", "Yes"),
        ("31/08/2022", "", "31 August 2022"),
        ("9000 downloads since launch", "", "9,000 downloads since launch"),
    ],
)
def test_values_are_shown_as_they_were_reported(typed, unit, words):
    figure = make_figure(make_entry().live_revision, typed, unit=unit)

    assert values.value_words(figure) == words
    assert figure.as_reported == typed


def test_what_it_was_before_is_a_number_only_where_there_is_no_doubt():
    assert values.before_columns("35", "")["before_number"] == Decimal(35)
    assert values.before_columns("over 30", "")["before_number"] is None
    assert values.before_columns("five weeks", "")["before_number"] is None
    assert values.before_columns("", "") == {"before_as_reported": "", "before_number": None}
    with pytest.raises(ValueRefused):
        values.before_columns("NaN", "")


# ── the page ─────────────────────────────────────────────────────────────────────────────────────
def test_the_page_shows_figures_files_standards_money_and_sessions(client):
    theme = make_theme(slug="mobility")
    city = make_city()
    entry = make_entry(
        city, themes=[theme], yearly_cost="under_10k", software_version="2.3.0",
        released_on=date(2024, 5, 2),
    )  # fmt: skip
    live = entry.live_revision
    live.standards.add(Standard.objects.create(slug="gtfs", name="GTFS"))
    live.fundings.add(Funding.objects.create(slug="eu", name="European Union"))
    before = values.before_columns("93", "")
    june = {"as_of": date(2024, 6, 1), "as_of_precision": "month"}
    told = {"source_url": "https://example.org/r", "note": "By mail."}
    make_figure(live, "62", label="Complaints", **before, **june, **told)
    make_figure(live, "over 12", label="Stops", **before)
    picture = make_attachment(live, alt="A street.", caption="The stop.", credit="A. Nyman")
    make_attachment(live, a_pdf("report.pdf"), caption="The report")
    make_session(theme=theme, title="Buses in small cities")

    page = text(client.get(entry.get_absolute_url()))

    for words in (
        *("Complaints", "<strong>62</strong>", "93", "June 2024", "https://example.org/r"),
        *("By mail.", "<strong>over 12</strong>", "Complaints: before and now"),
        f'<img src="{picture.get_absolute_url()}" alt="A street." width="60" height="40"',
        *("The stop.", "Picture: A. Nyman", "The report</a>", "GTFS", "European Union"),
        *("Under €10,000 a year", "2.3.0", "2 May 2024", "Buses in small cities"),
        "Measured, and can be checked",
    ):
        assert words in page, words
    # "Over 12" has no length that could be drawn.
    assert "Stops: before and now" not in page


def test_what_failed_says_so_at_the_top(client):
    entry = make_entry(maturity="stopped", did_not_work="Nobody came.")

    page = text(client.get(entry.get_absolute_url()))

    assert page.index("This did not work") < page.index("The problem")
    assert 'href="#did-not-work"' in page
    assert "This did not work" not in text(client.get(make_entry().get_absolute_url()))


# ── versions ─────────────────────────────────────────────────────────────────────────────────────
def test_published_versions_tell_what_changed_and_nothing_else_is_told(client):
    city = make_city()
    entry = make_entry(city, problem="Nobody found data.")
    make_figure(entry.live_revision, "100", label="Datasets")
    make_revision(entry, state="withdrawn", problem="Never published.")
    later = make_revision(entry, state="published", problem="Few found data.")
    make_figure(later, "136", label="Datasets")
    make_revision(entry, state="draft", problem="A secret draft.")
    url = f"{entry.get_absolute_url()}versions/"

    assert f'href="{url}"' in text(client.get(entry.get_absolute_url()))
    page = text(client.get(url))

    assert re.findall(r'id="version-(\d)"', page) == ["3", "1"]
    assert re.search(r"<del>[^/]*</span>Nobody ", page)
    assert re.search(r"<ins>[^/]*</span>Few ", page)
    assert "Datasets:" in page
    assert "Never published." not in page
    assert "secret" not in page
    client.force_login(make_officer(city))
    assert "secret" not in text(client.get(url))


def test_the_versions_of_a_withdrawn_entry_lead_to_why(client):
    entry = make_entry()
    Entry.objects.filter(pk=entry.pk).update(withdrawn_at="2026-01-01T00:00Z")

    assert client.get(f"{entry.get_absolute_url()}versions/").status_code == 404


def test_versions_ask_as_often_for_ten_as_for_three(client, django_assert_num_queries):
    entry = make_entry()
    taken = []
    for number in (2, 7):
        for _one in range(number):
            make_revision(entry, state="published")
        with django_assert_num_queries(10):
            page = text(client.get(f"{entry.get_absolute_url()}versions/"))
        taken.append(page.count('id="version-'))
    assert taken == [3, 10]


def test_the_api_tells_figures_files_and_evidence(client):
    entry = make_entry(software_version="2.3.0", released_on=date(2024, 5, 2))
    live = entry.live_revision
    live.standards.add(Standard.objects.create(slug="gtfs", name="GTFS", url="https://gtfs.org"))
    make_figure(live, "-12 % against 2015", label="Trips", source_url="https://example.org/")
    picture = make_attachment(live)

    told = client.get(f"/api/v1/solutions/{entry.slug}/").json()

    assert told["standards"] == [{"slug": "gtfs", "name": "GTFS", "address": "https://gtfs.org"}]
    assert (told["figures"][0]["kind"], told["figures"][0]["number"]) == ("change", "-12.000000")
    assert told["figures"][0]["as_reported"] == "-12 % against 2015"
    assert told["attachments"][0]["url"] == f"http://testserver{picture.get_absolute_url()}"
    assert told["evidence"]["level"] == 2
    assert (told["software_version"], told["released_on"]) == ("2.3.0", "2024-05-02")
