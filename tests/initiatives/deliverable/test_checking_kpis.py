"""The check asks about KPIs that changed between plan, result and hand-in without a word."""

import pytest
from django.urls import reverse

from initiatives.deliverable import checking, snapshots
from initiatives.models import (
    KPI,
    Measurement,
    Target,
)
from tests import factories
from tests.initiatives.deliverable.conftest import kpi_of_long_ago, make_outline, rules

pytestmark = pytest.mark.django_db


def test_kpis_that_change_without_a_word_are_found():
    one = factories.make_initiative()
    outline = make_outline()
    kpi = factories.make_kpi(one, name="Number of workshops")
    Target.objects.create(kpi=kpi, value=5)
    Measurement.objects.create(kpi=kpi, kind="number", number=1, as_reported="1")
    snapshots.hand_in(one.roadmap, outline, by=factories.make_user())
    kpi.name = "Number of people"
    kpi.save()
    assert rules(one.roadmap, outline) == {"kpi-changed"}
    kpi.note = "Workshops were planned, people were counted."
    kpi.save()
    assert rules(one.roadmap, outline) == set()
    kpi.delete()
    assert rules(one.roadmap, outline) == {"kpi-gone"}
    one.roadmap.lessons.create(kind="learned", text="Number of workshops told us nothing.")
    assert rules(one.roadmap, outline) == set()
    newer = factories.make_kpi(one)
    Target.objects.create(kpi=newer, value=5)
    factories.make_value(newer)
    assert rules(one.roadmap, outline) == {"kpi-new"}


def _lower_the_target(kpi):
    later = Target.objects.create(kpi=kpi, value=10)
    kpi.targets.exclude(pk=later.pk).update(superseded_by=later)


@pytest.mark.parametrize(
    ("change", "planned"),
    [
        (lambda kpi: setattr(kpi, "unit", "MWh"), "kWh"),
        (lambda kpi: setattr(kpi, "direction", "down"), "More is better"),
        (_lower_the_target, "At least 100"),
    ],
)
def test_what_a_kpi_was_in_an_earlier_hand_in_is_compared_unless_a_new_note_says_why(
    change, planned
):
    kpi = factories.make_kpi(name="Saved energy", unit="kWh", note="Read from the meters.")
    Target.objects.create(kpi=kpi, value=100)
    factories.make_value(kpi)
    roadmap, outline = kpi.initiative.roadmap, make_outline()
    snapshots.hand_in(roadmap, outline, by=factories.make_user())
    assert rules(roadmap, outline) == set()
    change(kpi)
    kpi.save()
    (found,) = checking.look_through(roadmap, outline)
    assert (found.rule, planned in found.what) == ("kpi-changed", True)
    kpi.note = "The meters were changed."
    kpi.save()
    assert rules(roadmap, outline) == set()


def test_the_public_part_of_a_hand_in_has_no_notes_of_kpis():
    kpi = factories.make_kpi()
    snapshot = snapshots.hand_in(kpi.initiative.roadmap, make_outline(), by=factories.make_user())
    assert [one["key"] for one in snapshots.told_to(snapshot, "programme")["kpis"]] == [kpi.pk]
    assert snapshots.told_to(snapshot, "public")["kpis"] == []


def test_a_number_that_was_answered_with_words_is_asked_about():
    kpi = factories.make_kpi(name="Number of municipalities")
    Target.objects.create(kpi=kpi, value=5)
    value = Measurement.objects.create(kpi=kpi, kind="text", text="Rouen", as_reported="Rouen")
    roadmap = kpi.initiative.roadmap
    outline = make_outline()
    assert rules(roadmap, outline) == {"kpi-words"}
    value.note = "It is one."
    value.save()
    assert rules(roadmap, outline) == set()


@pytest.mark.parametrize(
    ("changed", "planned"), [({"name": "People"}, "workshops"), ({"unit": "people"}, "workshops")]
)
def test_a_kpi_that_is_not_what_was_planned_is_found_before_the_first_hand_in(changed, planned):
    kpi = kpi_of_long_ago()
    roadmap, outline = kpi.initiative.roadmap, make_outline()
    assert rules(roadmap, outline) == set()
    for name, value in changed.items():
        setattr(kpi, name, value)
    kpi.save()
    (found,) = checking.look_through(roadmap, outline)
    assert found.rule == "kpi-changed"
    assert planned in found.what
    edit = reverse("initiatives:kpi-edit", args=[kpi.initiative.slug, kpi.pk])
    assert found.url == f"{edit}#id_note"
    kpi.note = "People count more."
    kpi.save()
    assert rules(roadmap, outline) == set()


def test_a_note_of_the_plan_is_no_word_on_what_became_of_it():
    kpi = kpi_of_long_ago()
    KPI.history.update(note="Counted at the door.")
    KPI.objects.update(note="Counted at the door.")
    kpi.refresh_from_db()
    kpi.unit = "people"
    kpi.save()
    roadmap, outline = kpi.initiative.roadmap, make_outline()
    assert rules(roadmap, outline) == {"kpi-changed"}
    kpi.note = "Counted at the door. People count more."
    kpi.save()
    assert rules(roadmap, outline) == set()


def test_a_kpi_that_is_gone_is_found_before_the_first_hand_in_unless_it_was_never_a_plan():
    kpi = kpi_of_long_ago()
    roadmap, outline = kpi.initiative.roadmap, make_outline()
    kpi.delete()
    (found,) = checking.look_through(roadmap, outline)
    assert (found.rule, found.excerpt) == ("kpi-gone", "Number of workshops")
    roadmap.lessons.create(kind="learned", text="Number of workshops told us nothing.")
    assert rules(roadmap, outline) == set()
    factories.make_kpi(roadmap.initiatives.get(), name="A slip of the pen").delete()
    assert rules(roadmap, outline) == set()


# ── what is not there ───────────────────────────────────────────────────────────────────────────
def test_a_kpi_without_a_target_is_found():
    kpi = factories.make_kpi()
    Measurement.objects.create(kpi=kpi, kind="number", number=1, as_reported="1")
    (found,) = checking.look_through(kpi.initiative.roadmap, make_outline())
    assert found.rule == "kpi-no-target"
    assert found.url == reverse("initiatives:target-add", args=[kpi.initiative.slug, kpi.pk])
