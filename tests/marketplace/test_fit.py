"""What fits a city: the rule, its words, and that the index ranks by the same rule."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.models import CitySize, CityTrait
from marketplace import fit
from marketplace.fit import CityLike
from marketplace.models import Deployment, Entry, EntryKind
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from tests.factories import make_city, make_entry, make_officer, make_trait

pytestmark = pytest.mark.django_db

URL = "/marketplace/"


def city(population=None, *traits, **fields):
    """A city with these traits."""
    made = make_city(population=population, **fields)
    made.traits.set([make_trait(slug) for slug in traits])
    return made


def reasons(like, entry):
    """What is said of an entry."""
    return fit.fits(like, [Entry.objects.get(pk=entry.pk)])[entry.pk].reasons


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (None, None),
        (0, CitySize.UNDER_50K),
        (49_999, CitySize.UNDER_50K),
        (50_000, CitySize.UNDER_100K),
        (249_999, CitySize.UNDER_250K),
        (499_999, CitySize.UNDER_500K),
        (500_000, CitySize.OVER_500K),
        (15_000_000, CitySize.OVER_500K),
    ],
)
def test_a_band_begins_with_its_lower_bound(population, size):
    assert CitySize.of(population) == size


def test_an_entry_works_where_the_ledger_says_so_and_with_its_owner_unless_that_says_otherwise():
    owner, user, stopped, curious = (city(name=name) for name in "ABCD")
    entry = make_entry(owner, maturity="deployed")
    for other, status in ((user, "live"), (stopped, "stopped"), (curious, "interested")):
        Deployment.objects.create(entry=entry, city=other, status=status)

    assert fit.works_in(entry, entry.live_revision) == [owner, user]

    Deployment.objects.create(entry=entry, city=owner, status="stopped")
    again = Entry.objects.get(pk=entry.pk)
    assert fit.works_in(again, again.live_revision) == [user]
    idea = make_entry(owner, maturity="idea")
    assert fit.works_in(idea, idea.live_revision) == []


def test_reasons_name_size_what_is_common_and_the_budget():
    entry = make_entry(city(80_000, "coast", "river"), cost_band="under_50k")
    Deployment.objects.create(entry=entry, city=city(60_000, "coast"), status="piloting")
    like = CityLike(population=70_000, traits=list(CityTrait.objects.all()), budget=60_000)

    assert reasons(like, entry) == [
        "Runs in 2 cities of the same size: 50,000 to 100,000 inhabitants.",
        "In common: Coast (2 cities), River (1 city).",
        "Within your budget: under €50,000.",
    ]


@pytest.mark.parametrize(
    ("budget", "band", "words"),
    [
        (100_000, "50k_250k", "Perhaps within your budget: €50,000 to €250,000."),
        (50_000, "50k_250k", "Costs more than your budget: €50,000 to €250,000."),
        (0, "0", "Within your budget: no cost beyond staff time."),
        (0, "under_50k", "Costs more than your budget: under €50,000."),
        (2_000_000, "over_1m", "Perhaps within your budget: over €1 million."),
        (10, "", "What it costs is not stated."),
    ],
)
def test_a_budget_is_compared_with_the_band_of_cost(budget, band, words):
    assert reasons(CityLike(budget=budget), make_entry(cost_band=band)) == [words]


def test_the_city_that_asks_is_no_reason_and_what_it_runs_comes_last():
    rouen = city(490_000, "river", slug="rouen", name="Rouen")
    own = make_entry(rouen, title="Own")
    other = make_entry(city(300_000), title="Other")
    like = CityLike(slug="rouen", name="Rouen", population=490_000,
                    traits=[make_trait("river")])  # fmt: skip

    assert reasons(like, own) == ["Rouen offers or runs it already."]
    assert answer(Question(like=like)).entry_ids == [other.pk, own.pk]


def test_where_nothing_is_alike_the_card_says_so_and_a_profile_speaks_of_its_city():
    like = CityLike(population=20_000)
    far = make_entry(city(900_000))
    profile = make_entry(city(70_000), kind=EntryKind.CITY_PROFILE)

    assert reasons(like, far) == ["No city like this one is known to run it."]
    assert reasons(like, profile) == ["A city of a similar size: 50,000 to 100,000 inhabitants."]


def test_words_and_facets_narrow_what_is_ranked_by_fit():
    near = make_entry(city(60_000), title="Open data of the port")
    far = make_entry(city(900_000), title="Open data")
    make_entry(city(60_000), title="Cycling")
    like = CityLike(population=70_000)

    assert answer(Question(text="open data", like=like)).entry_ids == [near.pk, far.pk]
    only = Question(text="open data", like=like, chosen={"size": ("over_500k",)})
    assert answer(only).entry_ids == [far.pk]


SLUGS = ["coast", "island", "port", "climate"]
places = st.tuples(
    st.sampled_from([None, 10_000, 60_000, 200_000, 300_000, 900_000]),
    st.sets(st.sampled_from(SLUGS)),
    st.sampled_from(["", "0", "under_50k", "50k_250k", "over_1m"]),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(places, min_size=2, max_size=6), places, st.sampled_from([None, 0, 60_000]))
def test_the_index_ranks_by_the_points_of_the_rule(offered, asking, budget):
    Entry.objects.update(withdrawn_at=None)
    before = set(Entry.objects.values_list("pk", flat=True))
    kinds = {"port": "other", "climate": "climate"}
    for slug in SLUGS:
        make_trait(slug, kind=kinds.get(slug, "place"))
    made = [make_entry(city(size, *traits), cost_band=cost) for size, traits, cost in offered]
    for entry in made:
        # As every change does.
        entry.index_changes.create()
    like = CityLike(
        population=asking[0],
        traits=list(CityTrait.objects.filter(slug__in=asking[1])),
        budget=budget,
    )

    ranked = answer(Question(like=like, limit=100)).entry_ids

    entries = {entry.pk: entry for entry in Entry.objects.exclude(pk__in=before)}
    points = fit.fits(like, list(entries.values()))
    found = [points[pk].points if like else 0.0 for pk in ranked if pk in entries]
    assert len(found) == len(made)
    assert found == sorted(found, reverse=True)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────
def test_the_page_ranks_for_a_city_by_its_name_and_says_why(client):
    city(490_000, "river", slug="rouen", name="Rouen")
    make_entry(city(900_000), title="Far")
    make_entry(city(400_000, "river"), title="Near")

    for asked in ("rouen", "Rouen", "ROUEN"):
        page = client.get(f"{URL}?like={asked}").content.decode()
        assert page.index(">Near<") < page.index(">Far<")
        assert "What fits a city like Rouen" in page
        assert "In common: River (1 city)." in page
    # The form of the filters keeps the city, and the city's form keeps the filters.
    assert 'name="like" value="Rouen" form="filters"' in page


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("like=Atlantis", "No city called “Atlantis” is known here."),
        ("population=many", "“many” was left out: write a number in digits"),
        ("budget=99999999999999", "“99999999999999” was left out"),
        ("trait=volcano", "The trait “volcano” is not known here"),
        ("like=%00", None),
        ("population=65%20000&budget=%E2%82%AC%2050.000", None),
    ],
)
def test_what_cannot_be_read_of_a_city_is_left_out_with_a_note(client, query, note):
    make_entry(title="Open data")

    response = client.get(f"{URL}?{query}")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Open data" in page
    assert (note in page) if note else ("was left out" not in page)


def test_the_list_for_a_city_asks_as_often_for_twelve_entries_as_for_three(
    client, django_assert_max_num_queries
):
    city(490_000, "river", slug="rouen", name="Rouen")
    url = f"{URL}?like=rouen&budget=50000"

    def add(number):
        for _number in range(number):
            entry = make_entry(city(70_000, "river"))
            for _other in range(number):
                Deployment.objects.create(entry=entry, city=city(80_000, "river"))
            entry.index_changes.create()
        client.get(url)

    add(3)
    with django_assert_max_num_queries(9) as three:
        client.get(url)
    number_for_three = len(three)
    add(9)
    with django_assert_max_num_queries(9) as twelve:
        client.get(url)
    assert len(twelve) == number_for_three


def test_an_officer_finds_the_own_city_filled_in(client):

    rouen = city(490_000, name="Rouen")
    make_entry(title="Open data")
    client.force_login(make_officer(rouen))

    assert 'name="like" value="Rouen"' in client.get(URL).content.decode()


def test_names_of_cities_are_offered_while_typing(client):
    city(name="Le Havre")
    city(name="Malmö")

    options = client.get(f"{URL}cities/?like=havre").content.decode()
    assert 'value="Le Havre"' in options
    assert "Malmö" in client.get(f"{URL}cities/?like=malmo").content.decode()
    assert client.get(f"{URL}cities/").content.decode().strip() == ""
