"""Problems for the solvers: realistic ones from a seed, small ones for hypothesis."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import strategies as st

from events.allocation.peers import City, GroupProblem, Guide
from events.allocation.talks import Asker, Expert, Slot, TalkProblem, Wish

# Cities of the first edition by country, as far as they are known, filled up to 117.
COUNTRIES = {
    "ES": 20, "IT": 17, "GR": 11, "FR": 10, "PT": 8, "RO": 7, "HR": 6, "DE": 6, "FI": 5, "SE": 5,
    "BE": 4, "NL": 4, "PL": 4, "IE": 3, "SI": 2, "HU": 2, "BG": 2, "LV": 1,
}  # fmt: skip
SPOKEN = {
    "ES": "es", "IT": "it", "GR": "el", "FR": "fr", "PT": "pt", "RO": "ro", "HR": "hr", "DE": "de",
    "FI": "fi", "SE": "sv", "BE": "nl", "NL": "nl", "PL": "pl", "IE": "en", "SI": "sl", "HU": "hu",
    "BG": "bg", "LV": "lv",
}  # fmt: skip
THEMES = ["green", "citizens", "skills", "mobility", "tourism"]
CHALLENGES = ["data", "procurement", "finance", "heat", "waste", "parking", "uptake"]


def a_lab(seed: int = 1, *, rounds: int = 3, guides: int = 42) -> GroupProblem:
    """117 cities in one sitting that met in groups of three a few times before."""
    rng = Random(seed)
    pool = [country for country, number in COUNTRIES.items() for _ in range(number)]
    cities = []
    for key, country in enumerate(pool):
        languages = {SPOKEN[country]}
        languages |= {"en"} if rng.random() < 0.8 else set()
        languages |= {rng.choice(["fr", "es", "de", "it"])} if rng.random() < 0.25 else set()
        topics = rng.sample(THEMES, rng.choice([1, 1, 2]))
        topics += rng.sample(CHALLENGES, rng.choice([0, 1, 2]))
        cities.append(City(key, country, frozenset(languages), frozenset(topics), frozenset({0})))
    met = set()
    for _ in range(rounds):
        order = list(range(len(cities)))
        rng.shuffle(order)
        for at in range(0, len(order), 3):
            met |= {tuple(sorted(two)) for two in combinations(order[at : at + 3], 2)}
    people = [
        Guide(
            f"person:{number}",
            frozenset({"en", rng.choice(sorted(SPOKEN.values()))}),
            frozenset(rng.sample(THEMES, 2)),
            frozenset({0}),
            frozenset({rng.randrange(len(cities))}),
        )
        for number in range(guides)
    ]
    return GroupProblem(tuple(cities), (0,), frozenset(met), guides=tuple(people))


def a_market(
    seed: int = 1, *, cities: int = 117, experts: int = 60, slots: int = 24
) -> TalkProblem:
    """117 cities, 60 experts and 24 slots of three days; some experts are wished for by many."""
    rng = Random(seed)
    times = [540 + at // 8 * 1440 + at % 8 * 25 for at in range(slots)]
    offers = []
    for key in range(experts):
        room = rng.choice(["", "", "Room 1", "Room 2", "Library"])
        offered = rng.sample(range(slots), rng.choice([4, 6, 8, 12]))
        offers.append(Expert(key, dict.fromkeys(offered, room), most=rng.choice([4, 6, 8])))
    pull = [1 / (1 + key % 20) for key in range(experts)]
    askers = []
    for key in range(cities):
        wanted: list[int] = []
        while len(wanted) < 3 + key % 4:
            expert = rng.choices(range(experts), pull)[0]
            if expert not in wanted:
                wanted.append(expert)
        wishes = (Wish(one, at + 1, rng.randrange(10**6)) for at, one in enumerate(wanted))
        free = frozenset(slot for slot in range(slots) if rng.random() < 0.6)
        askers.append(Asker(key, tuple(wishes), free))
    stretches = tuple(Slot(key, time, time + 20) for key, time in enumerate(times))
    return TalkProblem(stretches, tuple(offers), tuple(askers))


@st.composite
def few_cities(draw: st.DrawFn, *, most: int = 7) -> GroupProblem:
    """A handful of cities, in one sitting or two, some of which met."""
    number = draw(st.integers(0, most))
    sittings = draw(st.sampled_from([(0,), (0, 1)]))
    some = st.frozensets(st.sampled_from("abc"), max_size=2)
    cities = tuple(
        City(
            key,
            draw(st.sampled_from(["FR", "ES", "IT"])),
            draw(some),
            draw(some),
            draw(st.frozensets(st.sampled_from(sittings), min_size=len(sittings) - 1)),
        )
        for key in range(number)
    )
    pairs = list(combinations(range(number), 2))
    met = draw(st.frozensets(st.sampled_from(pairs), max_size=6)) if pairs else frozenset()
    smallest = draw(st.sampled_from([2, 3]))
    return GroupProblem(
        cities, sittings, met, smallest=smallest, usual=3, largest=draw(st.sampled_from([3, 4]))
    )


@st.composite
def few_talks(draw: st.DrawFn) -> TalkProblem:
    """Up to four cities, three experts and four slots, of which some follow at once."""
    starts = draw(st.lists(st.sampled_from([0, 10, 20, 25, 60, 90]), min_size=1, max_size=4))
    slots = tuple(Slot(key, time, time + 20) for key, time in enumerate(sorted(starts)))
    keys = st.sampled_from([slot.key for slot in slots])
    rooms = st.dictionaries(keys, st.sampled_from(["", "A", "B"]))
    experts = tuple(
        Expert(key, draw(rooms), draw(st.integers(0, 3))) for key in range(draw(st.integers(1, 3)))
    )
    cities = []
    for key in range(draw(st.integers(1, 4))):
        wanted = draw(st.permutations(range(len(experts))))
        number = draw(st.integers(0, len(experts)))
        wishes = tuple(Wish(one, at + 1, key) for at, one in enumerate(wanted[:number]))
        near = draw(st.dictionaries(keys, st.sampled_from(["", "A"]), max_size=2))
        most = draw(st.integers(1, 2))
        cities.append(Asker(key, wishes, draw(st.frozensets(keys)), most, near))
    return TalkProblem(slots, experts, tuple(cities))
