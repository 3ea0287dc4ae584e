"""Initiatives in a tree: four levels, no circles, moved by buttons, nothing hidden told."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from initiatives.models import Initiative
from initiatives.plan import levels, moving
from tests import factories
from tests.initiatives.test_charters import charter

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"initiatives:{name}", args=args)


@pytest.fixture
def chain(initiative):
    """Four levels: each initiative is part of the one before."""
    found = [initiative]
    for number in range(2, 5):
        found.append(
            factories.make_initiative(
                initiative.roadmap, parent=found[-1], name=f"Level {number}", position=number
            )
        )
    return found


def numbers(roadmap):
    rows = Initiative.objects.filter(roadmap=roadmap)
    return {node.initiative.name: node.number for node in levels.flat(levels.tree(rows))}


def test_levels_follow_from_parents(chain):
    assert [one.level for one in chain] == [1, 2, 3, 4]


def test_a_fifth_level_is_refused_by_form_model_and_database(client, officer, chain):
    fifth = factories.make_initiative(chain[0].roadmap)
    answer = client.post(url("initiative-edit", fifth.slug), charter(fifth, parent=chain[3].pk))
    assert answer.status_code == 200
    fifth.parent = chain[3]
    with pytest.raises(ValidationError, match="four levels at most"):
        fifth.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        fifth.save()


def test_a_circle_is_refused_by_form_and_model(client, officer, chain):
    page = client.get(url("initiative-edit", chain[0].slug)).content.decode()
    assert f'<option value="{chain[1].pk}">' not in page
    answer = client.post(
        url("initiative-edit", chain[0].slug), charter(chain[0], parent=chain[2].pk)
    )
    assert answer.status_code == 200
    chain[0].parent = chain[2]
    with pytest.raises(ValidationError, match="part of itself"):
        chain[0].full_clean()


def test_a_parent_in_another_roadmap_is_refused(client, officer, initiative):
    other = factories.make_initiative()
    answer = client.post(
        url("initiative-edit", initiative.slug), charter(initiative, parent=other.pk)
    )
    assert answer.status_code == 200
    initiative.parent = other
    with pytest.raises(ValidationError, match="same roadmap"):
        initiative.full_clean()


def test_the_admin_refuses_a_circle(client, chain):
    client.force_login(factories.make_superuser())
    page = reverse("admin:initiatives_initiative_change", args=[chain[0].pk])
    empty = {
        f"{name}-{count}": "0"
        for name in ("milestones", "kpis", "dependencies", "stakeholders", "risks",
                     "support_needs", "budget_lines")
        for count in ("TOTAL_FORMS", "INITIAL_FORMS")
    }  # fmt: skip
    one = chain[0]
    sent = {"roadmap": one.roadmap_id, "name": one.name, "slug": one.slug, "status": "planned",
            "position": 0, "parent": chain[2].pk, "version": one.version, **empty}  # fmt: skip
    answer = client.post(page, sent)
    assert answer.status_code == 200
    assert "part of itself" in answer.content.decode()


def test_the_parent_is_chosen_in_the_charter_and_all_below_moves_along(client, officer, chain):
    top = factories.make_initiative(chain[0].roadmap, name="Top", position=9)
    second = chain[1]
    answer = client.post(url("initiative-edit", second.slug), charter(second, parent=""))
    assert answer.status_code == 302
    assert [Initiative.objects.get(pk=one.pk).level for one in chain] == [1, 1, 2, 3]
    second.refresh_from_db()
    answer = client.post(url("initiative-edit", second.slug), charter(second, parent=top.pk))
    assert answer.status_code == 302
    assert [Initiative.objects.get(pk=one.pk).level for one in chain] == [1, 2, 3, 4]


def test_a_charter_saved_without_touching_the_parent_keeps_it(client, officer, chain):
    answer = client.post(
        url("initiative-edit", chain[1].slug), charter(chain[1], parent=chain[0].pk, goal="New")
    )
    assert answer.status_code == 302
    assert Initiative.objects.get(pk=chain[1].pk).parent == chain[0]


def press(client, roadmap, one, step):
    seen = numbers(roadmap)[one.name]
    return client.post(
        url("roadmap-order", roadmap.pk), {"move": f"{one.pk} {step} {seen}"}, follow=True
    )


def test_buttons_change_the_order_and_the_levels(client, officer, initiative):
    roadmap = initiative.roadmap
    first, second, third = (
        factories.make_initiative(roadmap, name=name, position=place)
        for place, name in enumerate(("A", "B", "C"), start=1)
    )
    press(client, roadmap, third, "up")
    assert numbers(roadmap) == {"Old name": "1", "A": "2", "C": "3", "B": "4"}
    press(client, roadmap, third, "in")
    press(client, roadmap, second, "in")
    assert numbers(roadmap) == {"Old name": "1", "A": "2", "C": "2.1", "B": "2.2"}
    press(client, roadmap, second, "out")
    assert numbers(roadmap) == {"Old name": "1", "A": "2", "C": "2.1", "B": "3"}
    press(client, roadmap, first, "down")
    assert numbers(roadmap) == {"Old name": "1", "B": "2", "A": "3", "C": "3.1"}


def test_a_second_click_of_the_same_button_moves_nothing(client, officer, initiative):
    roadmap = initiative.roadmap
    one = factories.make_initiative(roadmap, name="A", position=1)
    factories.make_initiative(roadmap, name="B", position=2)
    sent = {"move": f"{one.pk} down 2"}
    client.post(url("roadmap-order", roadmap.pk), sent)
    page = client.post(url("roadmap-order", roadmap.pk), sent, follow=True).content.decode()
    assert "The order has changed meanwhile" in page
    assert numbers(roadmap)["A"] == "3"


@pytest.mark.parametrize("sent", ["", "1", "x up 1", "1 sideways 1", "99999 up 1"])
def test_nonsense_moves_nothing(client, officer, initiative, sent):
    answer = client.post(url("roadmap-order", initiative.roadmap.pk), {"move": sent})
    assert answer.status_code == 302
    assert numbers(initiative.roadmap) == {"Old name": "1"}


def test_hidden_parents_are_not_named_and_their_parts_move_up(client, chain):
    Initiative.objects.filter(pk=chain[1].pk).update(is_public=False)
    page = client.get(chain[2].get_absolute_url()).content.decode()
    assert "Level 2" not in page
    assert "Level 4" in page
    roadmap = client.get(chain[0].roadmap.get_absolute_url()).content.decode()
    assert "Level 2" not in roadmap
    answer = client.get(reverse("initiative-detail", args=[chain[2].slug])).json()
    assert answer["parent"] is None
    assert client.get(reverse("initiative-detail", args=[chain[3].slug])).json()["parent"]


def test_the_page_of_a_part_leads_up_and_down(client, officer, chain):
    page = client.get(chain[2].get_absolute_url()).content.decode()
    for one in (chain[0], chain[1], chain[3]):
        assert one.get_absolute_url() in page
    assert "1.1.1" in page


def test_pages_take_as_many_queries_for_many_initiatives(client, officer, initiative):
    def queries(address):
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    addresses = [
        initiative.get_absolute_url(),
        initiative.roadmap.get_absolute_url(),
        url("roadmap-order", initiative.roadmap.pk),
        url("initiative-edit", initiative.slug),
        url("my-city", "a"),
    ]
    few = [queries(one) for one in addresses]
    for number in range(12):
        factories.make_initiative(initiative.roadmap, parent=initiative, position=number)
    many = [queries(one) for one in addresses]
    # The first look at a desk writes down that somebody looked.
    assert all(more <= fewer for more, fewer in zip(many, few, strict=True)), (few, many)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_circle():
    roadmap = factories.make_roadmap()
    one, two = (factories.make_initiative(roadmap, name=name) for name in "AB")
    barrier = threading.Barrier(2, timeout=20)

    def put(child, parent):
        try:
            barrier.wait()
            moving.place(child, parent)
        except moving.MoveRefused:
            refused.append(child)
        finally:
            connection.close()

    refused = []
    threads = [threading.Thread(target=put, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == 1
    assert sorted(Initiative.objects.values_list("level", flat=True)) == [1, 2]
