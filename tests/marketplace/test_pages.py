"""The marketplace as the public sees it."""

import json
import re
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities.models import Goal
from marketplace.models import (
    Deployment,
    Entry,
    EntryKind,
    FormerAddress,
    IndexChange,
    Technology,
)
from tests.factories import (
    make_city,
    make_entry,
    make_initiative,
    make_officer,
    make_roadmap,
    make_theme,
)

pytestmark = pytest.mark.django_db

URL = "/marketplace/"


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def make_full_entry(**fields):
    """An entry with something of everything its page shows."""
    theme = make_theme()
    entry = make_entry(themes=[theme], **fields)
    entry.live_revision.technologies.add(Technology.objects.get_or_create(slug="s", name="S")[0])
    entry.live_revision.goals.add(Goal.objects.get_or_create(number=11, name="Cities")[0])
    for _number in range(3):
        Deployment.objects.create(entry=entry, city=make_city(latitude=50.0, longitude=5.0))
    return entry


def test_the_list_shows_live_entries_only_and_works_without_javascript(client):
    make_entry(title="Open data portal", city=make_city(name="Terrassa", country="ES"))
    make_entry(title="Not yet", state="draft")
    withdrawn = make_entry(title="Gone")
    Entry.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())

    page = text(client.get(URL))

    assert "Open data portal" in page
    assert "Solution · Terrassa, Spain" in page
    assert "Not yet" not in page
    assert "Gone" not in page
    assert '<form class="facets" id="filters" method="get"' in page


def test_the_list_sets_no_cookie_for_visitors(client):
    make_entry()

    assert not client.get(URL).cookies
    assert not client.get(f"{URL}?q=open").cookies


def test_words_are_marked_where_they_stand_and_escaped(client):
    make_entry(title="Portal", summary="Sensors & <b>open</b> data of the city")

    page = text(client.get(f"{URL}?q=open"))

    assert "Sensors &amp; &lt;b&gt;<mark>open</mark>&lt;/b&gt; data of the city" in page


@pytest.mark.parametrize(
    ("language", "summary", "asked", "marked"),
    [
        ("en", "How we planned all of it", "planning", "planned"),
        ("fr", "Des mobilités pour tous", "mobilité", "mobilités"),
        ("de", "Viele Häuser am Fluss", "haus", "Häuser"),
    ],
)
def test_words_with_the_same_stem_are_marked_in_the_passage(
    client, language, summary, asked, marked
):
    make_entry(title="Portal", summary=summary, language=language)

    page = text(client.get(URL, {"q": asked}))

    assert summary.replace(marked, f"<mark>{marked}</mark>") in page


def test_filters_show_as_chips_and_their_other_values_stay(client):
    energy, water = make_theme(slug="energy"), make_theme(slug="water")
    make_entry(title="A", themes=[energy])
    make_entry(title="B", themes=[water])

    page = text(client.get(f"{URL}?theme=energy"))

    assert 'class="chip" href="?"' in page
    assert 'value="energy" checked' in page
    assert 'value="water"' in page
    assert "1 entry<" in page


def test_clearing_all_filters_keeps_words_city_order_and_shortlist(client):
    make_entry(make_city(population=60_000), title="Open data", maturity="pilot")
    make_entry(title="Cycling data", maturity="deployed")
    kept = {
        "q": "data",
        "population": "65000",
        "trait": "coast",
        "budget": "50000",
        "sort": "name",
        "e": "one-entry",
    }
    filters = {"maturity": ["pilot"], "kind": ["solution", "city_profile"], "language": [""]}
    page = client.get(URL, {**kept, **filters, "page": 1}).content.decode()
    address = re.search(r'<a href="([^"]*)">Clear all filters', page)[1]
    assert address.startswith(f"{URL}?")
    query = QueryDict(unescape(address.partition("?")[2]))
    assert {name: query.getlist(name) for name in query} == {
        name: [value] for name, value in kept.items()
    }
    shown = client.get(unescape(address)).content.decode()
    assert shown.index(">Cycling") < shown.index(">Open")
    assert "Clear all filters" not in shown


def test_htmx_gets_the_part_that_changes_and_the_whole_page_on_going_back(client):
    make_entry(title="A")
    part = client.get(URL, headers={"HX-Request": "true"})
    back = client.get(URL, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert text(part).strip().startswith('<div id="results"')
    assert "<html" in text(back)
    assert "HX-Request" in part.headers["Vary"]


def test_a_misspelt_question_offers_the_right_one(client):
    make_entry(title="Open data platform")

    page = text(client.get(f"{URL}?q=opne+data"))

    assert 'href="?q=open+data"' in page
    assert "Open data platform" in page


def test_an_empty_result_says_which_filter_to_drop(client):
    make_entry(title="Open data", city=make_city(country="SE"), maturity="pilot")

    page = text(client.get(f"{URL}?q=open&country=SE&maturity=scaled"))

    assert "Nothing found for “open”" in page
    assert "Without “Maturity”: 1 entry" in page
    assert 'href="?q=open&amp;country=SE"' in page
    assert "Without “Country”" not in page


BAD = [
    ("?theme=%00", "left out"),
    ("?theme=nonsense", "left out"),
    ("?theme[]=energy", "No filter is called “theme[]”"),
    ("?thema=%00&<b>=1&" + "x" * 8_000, "No filter is called “thema”, “&lt;b&gt;”, “xxx"),
    ("?goal=99", "left out"),
    ("?goal=1&goal=1&goal=x", "left out"),
    ("?country=XX&country=%E2%82%28", "left out"),
    ("?open_source=maybe", "left out"),
    ("?sort=password", "not known here"),
    ("?sort=relevance", None),
    ("?q=" + "a" * 10_000, "long"),
    ("?q=" + "%00", None),
    ("?q=%22", None),
    ("?q=%25_*", None),
    ("?q=the", None),
    ("?page=0", None),
    ("?page=-3", None),
    ("?page=99999", None),
    ("?page=" + "9" * 400, None),
    ("?page=", None),
    ("?nothing=known", "No filter is called “nothing”"),
    ("?" + "&".join(f"theme=t{number}" for number in range(700)), "left out"),
]


@pytest.mark.parametrize(("query", "note"), BAD)
def test_bad_parameters_are_left_out_with_a_note(client, query, note):
    make_entry(title="The open data")

    response = client.get(f"{URL}{query}")

    assert response.status_code == 200
    assert note is None or note in text(response)


def test_what_the_page_itself_or_a_newsletter_adds_to_an_address_is_no_filter_left_out(client):
    entry = make_entry(title="The open data")
    own = f"e={entry.slug}&page=1&sort=name&like=&population=&budget=&trait="
    page = text(
        client.get(f"{URL}?q=open&{own}&utm_source=news&fbclid=1&msclkid=1&gclid=1&ref=mail")
    )
    assert "No filter is called" not in page
    for address in re.findall(r'href="(\?[^"]*)"', client.get(URL).content.decode()):
        assert "No filter is called" not in text(client.get(URL + unescape(address))), address


ODD_WORDS = [
    *('"', "%", "_", "*", "the of a", "θεσσαλονικη ποδηλατο", "a" * 10_000, "x " * 4_000),
    *("\ufffd", "(((", "AND OR NOT", "title:x", "^2", "~", "😀", "Ａ", "a\tb\nc"),
]


@pytest.mark.parametrize("asked", ODD_WORDS)
def test_odd_words_are_answered_with_results_or_a_way_on(client, asked):
    # How soon, `make bench` says.
    make_entry(title="The open data")
    response = client.get(URL, {"q": asked})

    page = text(response)
    assert response.status_code == 200
    assert "The open data" in page or "Show all entries" in page


@pytest.mark.parametrize("page", ["abc", "1.5", "--1", "²", "1e3", "%00"])
def test_a_page_that_is_no_number_is_not_found(client, page):
    assert client.get(f"{URL}?page={page}").status_code == 404


def test_a_page_past_the_end_is_the_last_one(client):
    for number in range(13):
        make_entry(title=f"Entry {number:02}")

    last = text(client.get(f"{URL}?sort=name&page=50"))

    assert "Entry 12" in last
    assert "Entry 11" not in last


def test_suggestions_are_titles_that_begin_with_what_is_typed(client):
    make_entry(title="Open data portal", city=make_city(name="Terrassa", country="ES"))
    make_entry(title="Cycling")

    page = text(client.get(f"{URL}suggest/?q=open+da"))

    assert page.strip() == '<option value="Open data portal">Terrassa, Spain</option>'
    assert not text(client.get(f"{URL}suggest/?q=o")).strip()
    assert client.get(f"{URL}suggest/?q=%00%22").status_code == 200


# What the database is asked at most, in service: names of filters are read every ten seconds, and
# what changed is looked for once a second, which is one of these.
MOST_FOR_A_LIST, MOST_FOR_AN_ENTRY = 5, 6


def count_queries(client, url, most):
    """Ask for a page as a second visitor in service does; pages are not remembered, names are."""
    with override_settings(LABELS_REMEMBERED_S=60.0):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
    told = [query["sql"][:200] for query in queries.captured_queries]
    assert len(told) <= most, told
    return len(told)


@pytest.mark.parametrize("query", ["", "?q=entry", "?q=entry&theme=energy&maturity=deployed"])
def test_the_list_asks_as_often_for_thirty_entries_as_for_three(client, query):
    theme = make_theme(slug="energy")
    for number in range(3):
        make_entry(title=f"Entry {number}", themes=[theme])
    client.get(URL)
    three = count_queries(client, f"{URL}{query}", MOST_FOR_A_LIST)
    for number in range(27):
        make_entry(title=f"Entry {number + 3}", themes=[theme])
    IndexChange.objects.bulk_create(IndexChange(entry=each) for each in Entry.objects.all())
    client.get(URL)

    assert count_queries(client, f"{URL}{query}", MOST_FOR_A_LIST) == three


def test_the_page_of_a_solution_tells_all_of_it_in_six_queries(client):
    city = make_city(name="Rouen", country="FR", latitude=49.4, longitude=1.1)
    entry = make_full_entry(
        city=city,
        title="Open data",
        did_not_work="The first supplier left.",
        evidence_url="https://example.org/report",
        months_to_deploy=6,
        cost_band="under_50k",
        is_open_source=True,
        licence="EUPL-1.2",
        source="X1",
    )
    other = make_entry(title="Open data too", themes=entry.live_revision.themes.all())
    call_command("rebuild_index")

    count_queries(client, entry.get_absolute_url(), MOST_FOR_AN_ENTRY)
    response = client.get(entry.get_absolute_url())

    page = text(response)
    for words in (
        *("The first supplier left.", "https://example.org/report", "6 months", "EUPL-1.2"),
        *("Under €50,000", "Open source", "11. Cities", "Revision 1, published"),
        other.live_revision.title,
    ):
        assert words in page
    assert page.count("<svg") > 1
    assert not response.cookies


def test_the_page_asks_as_often_for_thirty_deployments_as_for_three(client):
    entry = make_full_entry()
    client.get(URL)
    url = entry.get_absolute_url()
    three = count_queries(client, url, MOST_FOR_AN_ENTRY)
    for _number in range(27):
        Deployment.objects.create(entry=entry, city=make_city())

    assert count_queries(client, url, MOST_FOR_AN_ENTRY) == three


def test_a_profile_shows_the_solutions_and_initiatives_of_its_city(client):
    city, theme = make_city(name="Rouen"), make_theme()
    profile = make_entry(city, kind=EntryKind.CITY_PROFILE, title="Rouen", themes=[theme])
    make_entry(city, title="Open data of Rouen")
    make_entry(city, title="Still a draft", state="draft")
    initiative = make_initiative(make_roadmap(city), name="Mobility plan")
    initiative.themes.add(theme)
    call_command("rebuild_index")

    count_queries(client, profile.get_absolute_url(), MOST_FOR_AN_ENTRY)
    page = text(client.get(profile.get_absolute_url()))

    assert "Open data of Rouen" in page
    assert "Mobility plan" in page
    assert "Still a draft" not in page


def test_what_search_engines_read_cannot_end_its_script(client):
    entry = make_entry(title="</script><script>alert(1)</script>", summary="A & B")

    page = client.get(entry.get_absolute_url()).content.decode()

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1]
    assert json.loads(block)["name"] == "</script><script>alert(1)</script>"
    assert "<script>alert(1)" not in page


def test_a_withdrawn_entry_says_so_and_why(client):
    entry = make_entry(make_city(name="Rouen"), title="Open data")
    Entry.objects.filter(pk=entry.pk).update(
        withdrawn_at=timezone.now(), withdrawal_reason="Replaced by a better one."
    )

    response = client.get(entry.get_absolute_url())

    assert response.status_code == 410
    assert "Rouen withdrew this entry" in text(response)
    assert "Replaced by a better one." in text(response)


def test_a_former_address_leads_to_the_entry_for_good(client):
    entry = make_entry(title="Open data")
    FormerAddress.objects.create(slug="old-name", entry=entry)

    response = client.get("/marketplace/old-name/")

    assert (response.status_code, response["Location"]) == (301, entry.get_absolute_url())


def test_what_was_never_public_is_unknown_to_the_public(client):
    draft = make_entry(title="Secret", state="draft")
    FormerAddress.objects.create(slug="old-secret", entry=draft)

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get("/marketplace/old-secret/").status_code == 404
    assert client.get("/marketplace/nothing/").status_code == 404


def test_an_officer_is_led_from_an_unpublished_entry_to_its_draft(client):
    city = make_city()
    draft = make_entry(city, state="draft")
    client.force_login(make_officer(city))

    response = client.get(draft.get_absolute_url())

    assert response["Location"] == f"{draft.get_absolute_url()}revisions/1/"
