"""Choosing entries: in the address for everybody, on a shortlist for people with an account."""

import re
from datetime import date

import pytest

from marketplace.models import Deployment, ShortlistItem
from marketplace.views.selection import MOST
from tests.factories import make_city, make_entry, make_figure, make_user

pytestmark = pytest.mark.django_db

URL, COMPARE, SHORTLIST = "/marketplace/", "/marketplace/compare/", "/marketplace/shortlist/"
CHANGE = f"{SHORTLIST}change/"


def text(response):
    """The page without line breaks and tags."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", bare)


def written(*entries):
    """The selection as it stands in a page."""
    return query(*entries).replace("&", "&amp;")


def query(*entries):
    return "&".join(f"e={entry.slug}" for entry in entries)


def test_a_card_adds_its_entry_to_the_address_and_takes_it_away_again(client):
    one, two = make_entry(title="One"), make_entry(title="Two")

    page = client.get(f"{URL}?q=two&e={one.slug}").content.decode()

    assert f'href="?q=two&amp;e={one.slug}&amp;e={two.slug}#choose-{two.pk}"' in page
    assert "1 chosen" in page
    assert "Choose one more to compare." in page
    # What filters and pages keep, too.
    assert f'<input type="hidden" name="e" value="{one.slug}">' in page
    both = client.get(f"{URL}?{query(one, two)}").content.decode()
    assert f'href="{COMPARE}?{written(one, two)}"' in both
    assert f'href="?e={two.slug}#choose-{one.pk}"' in both
    # The way to an entry keeps the choice.
    assert f'href="{two.get_absolute_url()}?{written(one, two)}"' in both


def test_the_address_that_htmx_shows_holds_no_fields_that_were_left_open(client):
    one = make_entry(title="One")

    def shown(query):
        return client.get(f"{URL}?{query}", headers={"HX-Request": "true"})["HX-Push-Url"]

    asked = f"q=one&like=&population=&e={one.slug}&trait=&kind=solution"
    assert shown(asked) == f"{URL}?q=one&kind=solution&e={one.slug}"
    assert shown("like=&q=") == URL
    assert not client.get(URL).has_header("HX-Push-Url")


def test_entries_stand_side_by_side_and_differences_are_said_in_words(client):
    one = make_entry(
        make_city(name="Rouen"), title="One", cost_band="0", maturity="pilot", needs="A person."
    )
    two = make_entry(make_city(name="Porto"), title="Two", cost_band="under_50k", maturity="pilot")
    Deployment.objects.create(entry=two, city=make_city(name="Cork", population=220_000))

    page = text(client.get(f"{COMPARE}?{query(one, two)}"))

    assert "Cost to introduce differs One No cost beyond staff time Two Under €50,000" in page
    assert "Maturity the same One Pilot Two Pilot" in page
    assert "Runs in differs One Rouen Two Cork, Porto" in page
    assert "What it takes to run it One A person. Two Two people." in page
    only = text(client.get(f"{COMPARE}?{query(one, two)}&only=differences"))
    assert "Cost to introduce" in only
    assert "Maturity" not in only


def test_figures_of_results_stand_side_by_side(client):
    one, two = make_entry(title="One"), make_entry(title="Two")
    measured = {"label": "Visits", "unit": "a month", "as_of": date(2025, 3, 1)}
    make_figure(one.live_revision, "12560", before_as_reported="9000", **measured)
    make_figure(one.live_revision, "80", label="Datasets", note="Open ones.")

    page = text(client.get(f"{COMPARE}?{query(one, two)}"))

    told = "Visits: 12,560 a month; before: 9000; as of 1 March 2025 Datasets: 80; Open ones."
    assert f"Figures One {told} Two not stated" in page
    assert "Figures" not in text(client.get(f"{COMPARE}?{query(two, make_entry())}"))


def test_profiles_are_compared_by_what_they_tell(client):
    told = {"story": "A port.", "strategy": "Heat from the sea.", "ambitions": "Half by 2030."}
    one = make_entry(kind="city_profile", title="One", **told)
    two = make_entry(kind="city_profile", title="Two", story="A mine.", strategy="", ambitions="")
    solution = make_entry(title="Three")

    page = text(client.get(f"{COMPARE}?{query(one, two)}"))

    assert "Story One A port. Two A mine." in page
    assert "Strategy One Heat from the sea. Two not stated" in page
    assert "Ambitions One Half by 2030. Two not stated" in page
    # What a row happens to hold that its kind of entry does not show stays unsaid.
    for absent in ("The problem", "The solution", "Results"):
        assert f" {absent} One" not in page
    mixed = text(client.get(f"{COMPARE}?{query(one, solution)}"))
    assert "Story One A port. Three not stated" in mixed
    assert "The problem One not stated Three A problem." in mixed


@pytest.mark.parametrize("number", [0, 1, 5])
def test_too_few_and_too_many_are_explained(client, number):
    entries = [make_entry(title=f"Entry {place}") for place in range(number)]

    page = text(client.get(f"{COMPARE}?{query(*entries)}"))

    expected = {
        0: "Nothing is chosen yet",
        1: "Only “Entry 0” is chosen",
        5: "Up to 4 entries fit side by side. Take one away to see: Entry 4.",
    }
    assert expected[number] in page


@pytest.mark.parametrize("path", [COMPARE, SHORTLIST])
def test_what_is_not_public_is_left_out_and_said(client, path):
    one, two = make_entry(title="One"), make_entry(title="Two")
    hidden = make_entry(title="Secret plan", state="draft")

    page = text(client.get(f"{path}?{query(one, hidden, two)}&e=unknown&e=%00"))

    assert "3 chosen entries are not in the marketplace" in page
    assert "Secret plan" not in page
    assert "One" in page


@pytest.mark.parametrize("path", [COMPARE, SHORTLIST])
def test_the_pages_ask_as_often_for_many_as_for_two(client, path, django_assert_max_num_queries):
    def entries(number):
        made = [make_entry(title="Entry") for _place in range(number)]
        for entry in made:
            for _other in range(number):
                Deployment.objects.create(entry=entry, city=make_city())
                make_figure(entry.live_revision)
        return made

    two, four = query(*entries(2)), query(*entries(4))
    with django_assert_max_num_queries(9) as few:
        assert client.get(f"{path}?{two}").status_code == 200
    number = len(few)
    with django_assert_max_num_queries(9) as many:
        client.get(f"{path}?{four}")
    assert len(many) == number


def test_a_visitor_keeps_the_list_in_the_address_and_gets_no_cookie(client):
    one, two = make_entry(title="One"), make_entry(title="Two")

    response = client.get(f"{SHORTLIST}?{query(one, two)}")

    page = response.content.decode()
    assert f'href="{COMPARE}?{written(one, two)}"' in page
    assert f'href="?{written(two)}"' in page
    assert "Sign in to keep it" in page
    assert not response.cookies
    assert not client.get(f"{COMPARE}?{query(one, two)}").cookies
    assert "Nothing is on this shortlist" in text(client.get(SHORTLIST))


def test_an_address_holds_no_more_than_fits(client):
    entries = [make_entry(title=f"Entry {place}") for place in range(MOST + 2)]

    page = client.get(f"{SHORTLIST}?{query(*entries)}").content.decode()

    assert f"Entry {MOST - 1}<" in page
    assert f"Entry {MOST}<" not in page


def test_a_person_keeps_entries_once_and_takes_them_off(client):
    user, entry = make_user(), make_entry(title="One")
    client.force_login(user)

    for _time in range(2):
        answer = client.post(CHANGE, {"e": entry.slug, "next": f"{URL}?q=one"})
        assert answer["Location"] == f"{URL}?q=one"
    assert ShortlistItem.objects.filter(user=user, entry=entry).count() == 1
    page = text(client.get(URL))
    assert "“One” is on your shortlist." in page
    assert "On your shortlist : One" in page
    assert "One" in text(client.get(SHORTLIST))

    client.post(CHANGE, {"remove": entry.slug})
    assert not ShortlistItem.objects.exists()
    assert "Nothing is on this shortlist" in text(client.get(SHORTLIST))


def test_a_list_that_somebody_sent_is_added_to_ones_own_on_request(client):
    user = make_user()
    one, two, hidden = make_entry(title="One"), make_entry(title="Two"), make_entry(state="draft")
    ShortlistItem.objects.create(user=user, entry=one)
    client.force_login(user)

    page = client.get(f"{SHORTLIST}?{query(one, two)}").content.decode()
    assert "Add 1 entry to your own shortlist" in page
    assert ShortlistItem.objects.count() == 1, "looking at a list keeps nothing"

    client.post(CHANGE, {"e": [one.slug, two.slug, hidden.slug, "unknown", "\0"]})
    assert {item.entry for item in ShortlistItem.objects.filter(user=user)} == {one, two}


def test_a_shortlist_is_nobody_elses(client):
    ShortlistItem.objects.create(user=make_user(), entry=make_entry(title="One"))
    other = make_user()

    assert not ShortlistItem.objects.visible_to(other).exists()
    client.force_login(other)
    assert "One" not in text(client.get(SHORTLIST))


def test_a_visitor_who_presses_keep_signs_in_first_and_no_foreign_page_is_led_to(client):
    entry = make_entry()
    assert client.post(CHANGE, {"e": entry.slug})["Location"].startswith("/accounts/login/")

    client.force_login(make_user())
    answer = client.post(CHANGE, {"e": entry.slug, "next": "https://example.org/"})
    assert answer["Location"] == SHORTLIST


def test_the_page_of_an_entry_leads_to_comparing_and_keeping(client):
    one, two = make_entry(title="One"), make_entry(title="Two")

    alone = client.get(one.get_absolute_url()).content.decode()
    assert f'href="{URL}?e={one.slug}"' in alone
    assert f'href="{SHORTLIST}?e={one.slug}"' in alone
    after = client.get(f"{one.get_absolute_url()}?e={two.slug}").content.decode()
    assert f'href="{COMPARE}?{written(two, one)}"' in after
