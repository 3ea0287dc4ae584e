"""What is found for which words, and what is counted."""

import pytest

from cities.models import CityName, Goal
from marketplace.fit import CityLike
from marketplace.models import Entry, EntryKind, Funding, IndexChange, Standard, Technology
from marketplace.search.answers import answer, nearest, similar
from marketplace.search.questions import LONGEST_QUESTION, Question
from tests.factories import make_city, make_entry, make_theme

pytestmark = pytest.mark.django_db


def found(text="", **chosen):
    """The titles that a question finds, in order."""
    asked = Question(text=text, chosen={name: tuple(values) for name, values in chosen.items()})
    titles = dict(Entry.objects.values_list("pk", "live_revision__title"))
    result = answer(asked)
    assert result.counts is not None, "the database answered, not the index"
    return [titles[pk] for pk in result.entry_ids]


def counts(facet, text="", **chosen):
    asked = Question(text=text, chosen={name: tuple(values) for name, values in chosen.items()})
    return answer(asked).counts[facet]


@pytest.mark.parametrize(
    "asked",
    ["open data", "opne data", "OPEN DATÀ", "open dat", '"open data"', "data open", "opening data"],
)
def test_an_entry_is_found_in_whatever_way_its_title_is_written(asked):
    make_entry(title="Open data portal")
    make_entry(title="Cycling network")

    assert found(asked) == ["Open data portal"]


@pytest.mark.parametrize("asked", ["Θεσσαλονικη", "ΘΕΣΣΑΛΟΝΙΚΗ", "θεσσαλονίκη", "Thessaloniki"])
def test_a_city_is_found_by_its_name_in_any_language_without_accents(asked):
    city = make_city(name="Thessaloniki")
    CityName.objects.create(city=city, language="el", name="Θεσσαλονίκη")
    make_entry(city, title="Parking")
    make_entry(make_city(name="Patras"), title="Buses")

    assert found(asked) == ["Parking"]


@pytest.mark.parametrize("asked", ["Lodz", "Łódź", "łodz", "Malmo", "malmö"])
def test_letters_with_strokes_and_dots_are_found_plain(asked):
    make_entry(title="Łódź and Malmö share")

    assert found(asked) == ["Łódź and Malmö share"]


def test_words_are_found_by_their_stem_in_the_language_of_the_entry():
    make_entry(title="Données ouvertes des mobilités", language="fr")
    make_entry(title="Sensors for cities", language="en")

    assert found("mobilité") == ["Données ouvertes des mobilités"]
    assert found("sensor city") == ["Sensors for cities"]


def test_results_that_can_be_checked_and_most_reused_are_found():
    told = make_entry(title="Told", evidence_url="https://example.org/")
    counted = make_entry(title="Counted", evidence_url="https://example.org/")
    counted.live_revision.figures.create(label="Trees", kind="number", number=12, as_reported="12")
    reused = make_entry(title="Reused")
    Entry.objects.filter(pk=reused.pk).update(confirmed_reuse=2)
    make_entry(title="Profile", kind=EntryKind.CITY_PROFILE)

    assert counts("evidence") == {"0": 1, "2": 1, "3": 1}
    assert found(evidence=["2"]) == ["Counted"]
    assert answer(Question(sort="reused")).entry_ids[0] == reused.pk
    assert told.pk in answer(Question(chosen={"evidence": ("0",)})).entry_ids


@pytest.mark.parametrize("like", [CityLike(), CityLike(population=70_000)])
@pytest.mark.parametrize("text", ["rain", "rain gauges", ""])
def test_confirmed_reuse_decides_between_equals_and_outweighs_no_word(text, like):
    city = make_city(population=60_000)
    # The newest comes first where nothing else decides.
    often, once, never = (
        make_entry(city, title="Rain gauges", summary="Water in the streets.") for _each in range(3)
    )
    for entry, reuse in ((often, 40), (once, 1)):
        Entry.objects.filter(pk=entry.pk).update(confirmed_reuse=reuse)
    less = make_entry(city, title="Streets of the town", summary="They have rain gauges.")
    Entry.objects.filter(pk=less.pk).update(confirmed_reuse=1_000)

    ranked = answer(Question(text=text, like=like)).entry_ids
    if text:
        assert ranked == [often.pk, once.pk, never.pk, less.pk]
    elif like:
        assert ranked[:2] == [often.pk, less.pk] or ranked[:2] == [less.pk, often.pk]
        assert ranked[2:] == [once.pk, never.pk]


def test_confirmed_reuse_outweighs_no_point_of_fit():
    near = make_entry(make_city(population=60_000), title="Near")
    far = make_entry(make_city(population=900_000), title="Far")
    Entry.objects.filter(pk=far.pk).update(confirmed_reuse=1_000)

    ranked = answer(Question(like=CityLike(population=70_000))).entry_ids
    assert ranked == [near.pk, far.pk]


def test_the_word_itself_stands_above_its_stem_and_the_title_above_the_body():
    make_entry(title="Lighting", problem="Nobody could plan.")
    make_entry(title="Planning together")
    make_entry(title="Plan of the river")

    assert found("plan") == ["Plan of the river", "Planning together", "Lighting"]


def test_a_phrase_in_quotes_keeps_the_order_of_its_words():
    make_entry(title="Data that is open")
    make_entry(title="Our open data")

    assert found('"open data"') == ["Our open data"]
    assert set(found("open data")) == {"Our open data", "Data that is open"}


def test_a_phrase_ends_where_a_name_or_a_field_does():
    entry = make_entry(
        title="Portal", problem="Whoever shares much data", approach="open hearts. Open data helps."
    )
    for slug, name in (("open-data", "Open data"), ("open-data-platform", "Open data platform")):
        technology = Technology.objects.create(slug=slug, name=name)
        entry.live_revision.technologies.add(technology)
    for asked in ('"data open"', '"open data open"'):
        assert answer(Question(text=asked)).is_lenient, asked
    for asked in ('"open data"', '"open data platform"', '"hearts open"', '"much data"'):
        assert not answer(Question(text=asked)).is_lenient, asked
    # Words alone are found wherever they stand.
    assert found("data open") == ["Portal"]


@pytest.mark.parametrize(
    ("asked", "better"),
    [
        ('"opne data"', '"open data"'),
        ('"opne data" portla', '"open data" portal'),
        ('"open data"', ""),
        ('"our" opne', '"our" open'),
    ],
)
def test_words_in_quotes_are_offered_in_a_better_spelling(asked, better):
    make_entry(title="Our open data portal")

    assert answer(Question(text=asked)).better_spelling == better
    assert found(better or asked) == ["Our open data portal"]


def test_all_words_are_required_and_some_are_enough_when_all_find_nothing():
    make_entry(title="Water meters")
    make_entry(title="Water games")

    assert found("water meters") == ["Water meters"]
    result = answer(Question(text="water dragons"))
    assert result.is_lenient
    assert result.total == 2


def test_small_words_of_a_question_are_not_required():
    make_entry(title="Data platform", summary="Harbour")

    assert found("a platform for the data of a harbour") == ["Data platform"]


@pytest.mark.parametrize(
    ("asked", "better"),
    [
        ("opne data", "open data"),
        ("plattform", "platform"),
        ("sustanable mobilty", "sustainable mobility"),
        ("zzzzzz", ""),
        ("open", ""),
    ],
)
def test_a_better_spelling_is_offered_for_words_nobody_wrote(asked, better):
    make_entry(title="Open data platform", summary="Sustainable mobility")

    assert answer(Question(text=asked)).better_spelling == better


@pytest.mark.parametrize(
    ("language", "title", "asked", "better"),
    [
        ("en", "Sensors in gardens", "senosr", "sensors"),
        ("en", "Sensors in gardens", "gardn", "gardens"),
        ("en", "Sensors in gardens", "gardn senosr", "gardens sensors"),
        ("en", "Cities save energies", "enrgy", "energies"),
        ("es", "Sensores en jardines", "sesnor", "sensores"),
        ("fr", "Capteurs de bruit", "cpateur", "capteurs"),
        ("en", "Garden for all", "gradening", "garden"),
    ],
)
def test_a_slip_is_found_whatever_ending_the_word_has_where_it_stands(
    language, title, asked, better
):
    entry = make_entry(title=title, language=language)
    make_entry(title="Parking places")

    found = answer(Question(text=asked))

    assert (found.entry_ids, found.better_spelling) == ([entry.pk], better)


def test_a_facet_counts_within_the_other_filters_and_keeps_its_own_values_selectable():
    energy, water = make_theme(slug="energy"), make_theme(slug="water")
    rouen, porto = make_city(country="FR"), make_city(country="PT")
    make_entry(rouen, title="A", themes=[energy])
    make_entry(rouen, title="B", themes=[energy, water])
    make_entry(porto, title="C", themes=[water], maturity="pilot")

    assert counts("theme", theme=["energy"]) == {"energy": 2, "water": 2}
    assert counts("country", theme=["energy"]) == {"FR": 2}
    assert counts("theme", theme=["energy"], country=["PT"]) == {"water": 1}
    assert counts("country", theme=["energy"], country=["PT"]) == {"FR": 2}
    assert sorted(found(theme=["energy", "water"])) == ["A", "B", "C"]
    assert found(theme=["energy"], country=["PT"]) == []


def goal(number):
    return Goal.objects.get_or_create(number=number, defaults={"name": f"Goal {number}"})[0]


def test_entries_are_narrowed_to_sustainable_development_goals():
    for title, numbers in [("Both", (9, 11)), ("Cities", (11,)), ("Industry", (9,)), ("None", ())]:
        make_entry(title=title).live_revision.goals.add(*map(goal, numbers))

    assert sorted(found(goal=["11"])) == ["Both", "Cities"]
    assert sorted(found(goal=["9", "11"])) == ["Both", "Cities", "Industry"]
    assert counts("goal", goal=["11"]) == {"9": 2, "11": 2}


def test_every_facet_is_counted():
    entry = make_entry(
        make_city(country="SE", population=80_000),
        title="All",
        themes=[make_theme(slug="tourism")],
        cost_band="0",
        is_open_source=True,
        language="sv",
    )
    revision = entry.live_revision
    revision.technologies.add(Technology.objects.create(slug="sensors", name="Sensors"))
    revision.goals.add(*(goal(number) for number in (9, 11)))
    revision.fundings.add(Funding.objects.create(slug="own-budget", name="Own budget"))
    revision.standards.add(Standard.objects.create(slug="ngsi-ld", name="NGSI-LD"))

    assert answer(Question()).counts == {
        "kind": {"solution": 1},
        "theme": {"tourism": 1},
        "country": {"SE": 1},
        "maturity": {"deployed": 1},
        "technology": {"sensors": 1},
        "goal": {"9": 1, "11": 1},
        "cost": {"0": 1},
        "open_source": {"yes": 1},
        "language": {"sv": 1},
        "size": {"50k_100k": 1},
        "funding": {"own-budget": 1},
        "standard": {"ngsi-ld": 1},
        "evidence": {"0": 1},
    }


def test_entries_come_newest_first_or_by_name():
    for title in ("Zebra", "Äpfel", "bees"):
        make_entry(title=title)

    assert found() == ["bees", "Äpfel", "Zebra"]
    by_name = answer(Question(sort="name")).entry_ids
    assert [Entry.objects.get(pk=pk).live_revision.title for pk in by_name] == [
        "Äpfel",
        "bees",
        "Zebra",
    ]


@pytest.mark.parametrize(
    "odd",
    [
        *('"', '""', "%", "_", "*", "*:*", "title:", "the of and", "\0", "(((", "AND OR NOT", "-"),
        *("data~9", "🙂", "\ufffd", "a" * 10_000, "a " * 5_000),
    ],
)
def test_odd_questions_are_answered_calmly(odd):
    make_entry(title="Open data", summary="The best of all and more")

    assert answer(Question(text=odd)).counts is not None


def test_a_question_that_is_too_long_is_cut_and_says_so():
    assert Question(text="a" * (LONGEST_QUESTION + 1)).is_cut
    assert not Question(text="open data").is_cut


def test_a_withdrawn_entry_is_no_longer_found():
    entry = make_entry(title="Open data")
    assert found("open") == ["Open data"]

    Entry.objects.filter(pk=entry.pk).update(withdrawn_at=entry.first_published_at)
    IndexChange.objects.create(entry=entry)

    assert found("open") == []


def test_similar_entries_are_of_the_same_kind_and_share_subjects():
    water = make_theme(slug="water")
    first = make_entry(title="Smart water meters", themes=[water])
    second = make_entry(title="Water leaks found by sensors", themes=[water])
    make_entry(title="Talent call for young people")
    make_entry(kind=EntryKind.CITY_PROFILE, title="Water city", themes=[water])

    assert similar(first) == [second.pk]


def test_what_holds_any_of_the_words_is_near_the_likest_first():
    trees = make_entry(title="A register of street trees", summary="Every tree has a page.")
    bikes = make_entry(title="Cargo bikes for every street", summary="Parcels change vehicles.")
    make_entry(title="Open budget", summary="Down to the invoice.")

    near = nearest("Register of trees in the street", trees.kind)

    assert near == [trees.pk, bikes.pk]
    assert nearest("", trees.kind) == []
