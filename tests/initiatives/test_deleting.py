"""What officers delete comes back: milestones, KPIs, initiatives, rows of charters, chapters."""

from html import unescape

import pytest
from django.urls import reverse

from initiatives import services
from initiatives.models import KPI, Dependency, Initiative, Lesson, OwnChapter, Risk, Target
from initiatives.plan import moving
from initiatives.sections import deleted, past, places
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"initiatives:{name}", args=args)


def undo(client, roadmap, words):
    """Press "Bring back" beside what says these words."""
    page = at("sections-deleted", roadmap.pk)
    assert words in client.get(page).content.decode()
    entry = next(one for one in deleted.lately(roadmap) if one.words == words)
    client.post(page, {"kind": entry.kind, "history": entry.history})


def test_a_deleted_milestone_comes_back(client, officer, initiative):
    milestone = factories.make_milestone(initiative, title="The start")
    address = at("milestone-delete", initiative.slug, milestone.pk)
    assert "Recently taken away" in client.get(address).content.decode()
    client.post(address)
    assert not initiative.milestones.exists()
    undo(client, initiative.roadmap, "The start")
    back = initiative.milestones.get()
    assert (back.pk, back.title, back.starts_on) == (
        milestone.pk, "The start", milestone.starts_on,
    )  # fmt: skip


ROWS = {
    "risk": ("risks", {"text": "It rains"}),
    "dependency": ("dependencies", {"kind": "inside", "text": "The permit"}),
    "stakeholder": ("stakeholders", {"name": "The council"}),
    "support": ("support_needs", {"text": "A lawyer"}),
    "budget": ("budget_lines", {"label": "Sensors", "amount": "12.50"}),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_taken_away_from_a_charter_comes_back_and_is_told_in_its_history(
    client, officer, initiative, kind
):
    relation, said = ROWS[kind]
    row = getattr(initiative, relation).create(**said)
    words = next(value for name, value in said.items() if name in ("text", "name", "label"))
    page = at("initiative-edit", initiative.slug)
    fields = fields_of(client.get(page).content.decode(), "charter-form")
    prefix = next(name for name in fields if fields[name] == [words]).rsplit("-", 1)[0]
    client.post(page, fields | {f"{prefix}-DELETE": "on"})
    assert not getattr(initiative, relation).exists()
    place = places.find(initiative.roadmap, f"charter-{initiative.pk}")
    told = past.of(initiative.roadmap, place)[0]
    assert (told.who, told.what.endswith("taken away")) == (officer.name, True)
    undo(client, initiative.roadmap, words)
    assert getattr(initiative, relation).get().pk == row.pk


def test_a_chapter_of_the_citys_own_comes_back(client, officer, initiative):
    roadmap = initiative.roadmap
    chapter = OwnChapter.objects.create(roadmap=roadmap, heading="Ours", text="Words.")
    client.post(at("own-chapter-delete", roadmap.pk, chapter.pk))
    assert not roadmap.own_chapters.exists()
    undo(client, roadmap, "Ours")
    assert roadmap.own_chapters.get().text == "Words."


def test_what_depended_on_something_that_is_gone_cannot_come_back(client, officer, initiative):
    other = factories.make_initiative(initiative.roadmap, name="Other")
    row = Dependency.objects.create(initiative=initiative, on_initiative=other, kind="initiative")
    row.delete()
    other.delete()
    record = Dependency.history.get(history_type="-")
    sent = {"kind": "dependency", "history": record.history_id}
    page = client.post(at("sections-deleted", initiative.roadmap_id), sent, follow=True)
    assert "cannot be brought back" in page.content.decode()
    assert not Dependency.objects.exists()


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────
def test_a_kpi_without_values_is_deleted_after_asking_and_comes_back_with_its_targets(
    client, officer, initiative
):
    kpi = factories.make_kpi(initiative, name="Trees")
    later = Target.objects.create(kpi=kpi, value=20)
    earlier = Target.objects.create(kpi=kpi, value=10, superseded_by=later)
    address = at("kpi-delete", initiative.slug, kpi.pk)
    assert address in client.get(at("kpi-edit", initiative.slug, kpi.pk)).content.decode()
    assert "Delete “Trees”?" in client.get(address).content.decode()
    assert KPI.objects.exists()
    client.post(address)
    assert not KPI.objects.exists()
    undo(client, initiative.roadmap, "Trees")
    assert set(initiative.kpis.get().targets.all()) == {later, earlier}


def test_a_kpi_with_values_or_a_source_stays(client, officer, initiative):
    reported, fetched = factories.make_kpi(initiative), factories.make_kpi(initiative)
    factories.make_value(reported)
    factories.make_connector(fetched)
    for kpi, why in ((reported, "what was reported stays"), (fetched, "remove the source first")):
        address = at("kpi-delete", initiative.slug, kpi.pk)
        for answer in (client.get(address, follow=True), client.post(address, follow=True)):
            assert why in answer.content.decode()
    assert KPI.objects.count() == 2


# ── initiatives ─────────────────────────────────────────────────────────────────────────────────
def test_an_initiative_is_deleted_after_asking_and_comes_back_with_all_it_had(
    client, officer, initiative
):
    roadmap = initiative.roadmap
    Risk.objects.create(initiative=initiative, text="It rains")
    factories.make_milestone(initiative)
    Target.objects.create(kpi=factories.make_kpi(initiative), value=10)
    Lesson.objects.create(roadmap=roadmap, initiative=initiative, kind="key", text="Start early")
    address = at("initiative-delete", initiative.slug)
    assert address in client.get(at("initiative-edit", initiative.slug)).content.decode()
    assert "Delete “Old name”?" in client.get(address).content.decode()
    client.post(address)
    assert not Initiative.objects.exists()
    assert [one.words for one in deleted.lately(roadmap)] == ["Old name"], "its rows go with it"
    undo(client, roadmap, "Old name")
    back = Initiative.objects.get()
    assert (back.pk, back.slug) == (initiative.pk, initiative.slug)
    assert back.risks.get().text == "It rains"
    assert back.milestones.count() == 1
    assert back.kpis.get().targets.get().value == 10
    assert back.lessons.get().text == "Start early"


def test_an_initiative_with_parts_values_or_others_that_depend_on_it_stays(
    client, officer, initiative
):
    roadmap = initiative.roadmap
    valued, needed = (factories.make_initiative(roadmap) for _one in range(2))
    factories.make_initiative(roadmap, parent=initiative)
    factories.make_value(factories.make_kpi(valued))
    Dependency.objects.create(initiative=valued, on_initiative=needed, kind="initiative")
    for one in (initiative, valued, needed):
        answer = client.post(at("initiative-delete", one.slug), follow=True)
        assert "This cannot be deleted." in answer.content.decode()
    assert Initiative.objects.count() == 4


def test_an_initiative_whose_name_was_taken_since_does_not_come_back_in_its_place(
    client, officer, initiative
):
    roadmap = initiative.roadmap
    client.post(at("initiative-delete", initiative.slug))
    factories.make_initiative(roadmap, name="Old name")
    entry = deleted.lately(roadmap)[0]
    page = reverse("initiatives:sections-deleted", args=[roadmap.pk])
    sent = {"kind": entry.kind, "history": entry.history}
    said = client.post(page, sent, follow=True).content.decode()
    assert "“Old name” is the name of another by now: rename that one first." in said
    assert Initiative.objects.count() == 1


def test_an_initiative_comes_back_under_a_new_address_where_its_own_is_taken(
    client, officer, initiative
):
    roadmap = initiative.roadmap
    gone = services.add_initiative(Initiative(roadmap=roadmap, name="Tiles"))
    gone.delete()
    renamed = services.add_initiative(Initiative(roadmap=roadmap, name="Tiles"))
    assert renamed.slug == gone.slug
    Initiative.objects.filter(pk=renamed.pk).update(name="Roofs")
    entry = deleted.lately(roadmap)[0]
    page = reverse("initiatives:sections-deleted", args=[roadmap.pk])
    sent = {"kind": entry.kind, "history": entry.history}
    said = unescape(client.post(page, sent, follow=True).content.decode())
    assert "“Tiles” is back, at the end of its list. Its address is another one's by now" in said
    assert Initiative.objects.get(name="Tiles").slug not in ("", renamed.slug)


def test_a_part_comes_back_on_the_first_level_where_its_parent_is_too_deep(initiative):
    roadmap = initiative.roadmap
    parent = factories.make_initiative(roadmap, name="Parent")
    factories.make_initiative(roadmap, name="Part", parent=parent).delete()
    second = factories.make_initiative(roadmap, parent=initiative)
    moving.place(parent, factories.make_initiative(roadmap, parent=second))
    entry, notes = deleted.lately(roadmap)[0], []
    back = deleted.bring_back(roadmap, entry.kind, entry.history, notes=notes)
    back.refresh_from_db()
    assert (back.parent, back.level) == (None, 1)
    assert notes == ["“Parent” is on the last level by now, so this one is on the first."]
