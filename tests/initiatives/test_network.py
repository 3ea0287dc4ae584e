"""The longest chain and whom slips hit, against sums done by hand and by brute force."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from initiatives.plan.network import Network, Task
from tests.examples import examples

NEW_YEAR = date(2021, 1, 1)


def task(first, last, planned=None):
    """A task by the numbers of its first and last day; unless told otherwise as first planned."""
    start, end = planned or (first, last)
    return Task(*(NEW_YEAR + timedelta(days=day) for day in (first, last, start, end)))


def test_the_longest_chain_is_that_with_most_days_not_with_most_steps():
    tasks = {1: task(0, 9), 2: task(10, 19), 3: task(20, 29), 4: task(0, 99), 5: task(100, 100)}
    chain = Network.of(tasks, [(1, 2), (2, 3), (4, 5)]).longest_chain()
    assert (chain.keys, chain.days) == ((4, 5), 101)


def test_without_dependencies_there_is_no_chain():
    assert Network.of({1: task(0, 9), 2: task(0, 99)}, []).longest_chain().keys == ()


def test_what_has_no_dates_takes_no_part():
    network = Network.of({1: task(0, 9)}, [(1, 2), (3, 1)])
    assert (network.edges, network.longest_chain().keys) == ((), ())


def test_a_slip_passes_on_what_is_left_after_the_room_between():
    tasks = {
        1: task(0, 40, (0, 30)),  # ten days late
        2: task(35, 50),  # four days of room
        3: task(51, 60),  # none
    }
    hits = Network.of(tasks, [(1, 2), (2, 3)]).hits()
    assert [(hit.key, hit.through, hit.days, hit.open_days) for hit in hits] == [
        (2, 1, 6, 6),
        (3, 2, 6, 6),
    ]


def test_a_slip_within_the_room_hits_nobody():
    tasks = {1: task(0, 40, (0, 30)), 2: task(41, 50)}
    assert Network.of(tasks, [(1, 2)]).hits() == []


def test_what_was_put_off_already_is_counted():
    tasks = {1: task(0, 40, (0, 30)), 2: task(38, 57, (31, 50))}
    first, second = Network.of(tasks, [(1, 2)]).hits(), Network.of(tasks, [(2, 1)]).hits()
    assert [(hit.days, hit.planned, hit.open_days) for hit in first] == [(10, 7, 3)]
    assert [(hit.source, hit.key) for hit in second] == [(2, 1)]


def test_what_came_forward_hits_nobody():
    tasks = {1: task(0, 20, (0, 30)), 2: task(31, 50)}
    assert Network.of(tasks, [(1, 2)]).hits() == []


def test_of_a_circle_one_dependency_is_left_out_and_told():
    tasks = {key: task(0, 9) for key in (1, 2, 3)}
    network = Network.of(tasks, [(1, 2), (2, 3), (3, 1)])
    assert len(network.circular) == 1
    assert set(network.circular) < {(1, 2), (2, 3), (3, 1)}
    assert len(network.edges) == 2
    assert network.longest_chain().days == 30


def test_what_is_over_is_not_hit_and_passes_nothing_on():
    tasks = {
        1: task(0, 40, (0, 30)),
        2: replace(task(31, 50), is_over=True),
        3: task(51, 60),
    }
    assert Network.of(tasks, [(1, 2), (2, 3)]).hits() == []
    assert [hit.key for hit in Network.of(tasks, [(1, 2), (1, 3)]).hits()] == []
    tasks[2] = task(31, 50)
    assert [hit.key for hit in Network.of(tasks, [(1, 2), (2, 3)]).hits()] == [2, 3]


def test_the_room_within_the_longest_chain_is_counted():
    tasks = {1: task(0, 9), 2: task(10, 19), 3: task(25, 30), 4: task(28, 40)}
    chain = Network.of(tasks, [(1, 2), (2, 3), (3, 4)]).longest_chain()
    assert (chain.rooms, chain.room) == ((0, 5, 0), 5)


graphs = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        st.lists(
            st.tuples(st.integers(0, 50), st.integers(0, 30), st.integers(-10, 10)),
            min_size=size,
            max_size=size,
        ),
        st.lists(st.tuples(st.integers(1, size), st.integers(1, size)), max_size=14),
    )
)


@settings(max_examples=examples(300), deadline=None)
@given(graphs)
def test_chains_and_hits_are_those_of_all_ways_tried_one_by_one(graph):
    lengths, edges = graph
    tasks = {
        key: task(first, first + length, (first, max(first, first + length - slip)))
        for key, (first, length, slip) in enumerate(lengths, start=1)
    }
    network = Network.of(tasks, [edge for edge in edges if edge[0] != edge[1]])
    chain = network.longest_chain()
    assert set(pairwise(chain.keys)) <= set(network.edges)
    assert chain.days == sum(tasks[key].days for key in chain.keys)
    ways = list(all_ways(network))
    longest = max((sum(tasks[key].days for key in way) for way in ways), default=0)
    assert chain.days == longest
    expected = {}
    for way in ways:
        left = tasks[way[0]].slip
        for one, other in pairwise(way):
            room = (tasks[other].plan_start - tasks[one].plan_end).days - 1
            left -= max(0, room)
            if left <= 0:
                break
        else:
            expected[way[0], way[-1]] = max(left, expected.get((way[0], way[-1]), 0))
    found = {(hit.source, hit.key): hit.days for hit in network.hits()}
    assert found == {pair: days for pair, days in expected.items() if tasks[pair[0]].slip > 0}


def all_ways(network):
    """Every chain of at least two, each waiting for the one before."""
    after = {}
    for one, other in network.edges:
        after.setdefault(one, []).append(other)
    waiting = [[key] for key in network.tasks]
    while waiting:
        way = waiting.pop()
        for other in after.get(way[-1], []):
            yield [*way, other]
            waiting.append([*way, other])
