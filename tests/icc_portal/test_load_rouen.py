"""The roadmap of Rouen, whole and to the letter."""

from datetime import date
from decimal import Decimal

from django.apps import apps

from initiatives.models import (
    KPI,
    Ambition,
    Axis,
    BudgetLine,
    Initiative,
    Lesson,
    MatrixEntry,
    Measurement,
    Milestone,
    Roadmap,
)


def texts_of(rows):
    """Every text in some rows."""
    return [
        str(value)
        for row in rows
        for value in vars(row).values()
        if isinstance(value, str) and value
    ]


def test_the_results_of_rouen_stand_exactly_as_reported(programme):
    kpis = KPI.objects.filter(initiative__roadmap__participation__city__slug="rouen")
    reported = {
        (kpi.initiative.slug, kpi.name): [
            (value.kind, value.as_reported)
            for value in kpi.measurements.filter(as_of=date(2022, 7, 1))
        ]
        for kpi in kpis
    }
    opening = "Public opening of the platform 01/09"
    wip = [("in_progress", "Work in progress")]
    assert reported == {
        ("rouen-app", "Number of tiles in the application"): [("number", "12")],
        ("rouen-app", "Number of municipalities visible in the application"): [("text", "Rouen")],
        ("rouen-app", "Number of people using the application"): [("number", "9000 since launch")],
        ("rouen-open-data", "Number of open datasets by theme"): [("number", "30")],
        ("rouen-open-data", "Number of municipalities involved in the process"): [("number", "5")],
        ("rouen-open-data", "Number of workshops organised"): [("text", opening)],
        ("rouen-energy-datahub", "Number of data flows mapped"): wip,
        ("rouen-energy-datahub", "Number of use cases addressed"): wip,
        ("rouen-energy-datahub", "Impact assessment on energy consumption"): wip,
    }


def test_the_dashboard_values_of_rouen_are_kept_beside_its_results(programme):
    values = Measurement.objects.filter(
        kpi__initiative__slug="rouen-energy-datahub", as_of_precision="year"
    )
    assert {value.as_reported for value in values} == {"12 560 234", "54"}
    assert values.get(kind="number").number == Decimal(12560234)


def test_the_roadmap_of_rouen_is_whole(programme):
    roadmap = Roadmap.objects.get(participation__city__slug="rouen")
    assert roadmap.priority_axes.count() == 4
    assert roadmap.axes.count() == 6
    assert roadmap.ambitions.filter(horizon="vision").count() == 3
    assert MatrixEntry.objects.filter(axis__roadmap=roadmap).count() == 29
    assert roadmap.ambitions.get(horizon="three_years", position=0).steps.count() == 2
    assert roadmap.participation.assessment_answers.count() == 5
    lessons = Lesson.objects.filter(roadmap=roadmap)
    assert [lessons.filter(kind=kind).count() for kind in ("worked", "worked_less", "learned")] == [
        5,
        2,
        3,
    ]
    assert lessons.filter(kind="key").count() == 5
    assert roadmap.commitments.count() == 9
    line = BudgetLine.objects.get(initiative__roadmap=roadmap)
    assert (line.amount, line.currency, line.year) == (Decimal("350000.00"), "EUR", 2022)


def test_milestones_of_rouen_are_as_precise_as_they_were_printed(programme):
    milestones = Milestone.objects.filter(initiative__roadmap__participation__city__slug="rouen")
    spans = set(milestones.values_list("precision", "starts_on", "ends_on"))
    assert ("day", date(2021, 2, 8), date(2021, 2, 8)) in spans
    assert ("month", date(2021, 4, 1), date(2021, 5, 31)) in spans
    assert ("quarter", date(2022, 1, 1), date(2022, 3, 31)) in spans
    assert ("year", date(2022, 1, 1), date(2022, 12, 31)) in spans


def test_nothing_of_the_printed_documents_slips_is_in_rouens_roadmap(programme):
    roadmap = Roadmap.objects.get(participation__city__slug="rouen")
    texts = texts_of([roadmap, *roadmap.participation.assessment_answers.all()])
    leading = {"roadmap": Roadmap, "initiative": Initiative, "kpi__initiative": KPI}
    leading |= {"ambition": Ambition, "axis": Axis}
    for model in apps.get_models():
        leads_to = {field.name: field.related_model for field in model._meta.get_fields()}
        for path, to in leading.items():
            if leads_to.get(path.split("__", maxsplit=1)[0]) is to:
                inside = "" if path == "roadmap" else "__roadmap"
                texts += texts_of(model.objects.filter(**{f"{path}{inside}": roadmap}))
    assert len(texts) > 200
    for slip in ("Skellefte", "Arctic", "bus shelter", "DeepL", "city of X", "Example", "lorem"):
        assert not [text for text in texts if slip.casefold() in text.casefold()], slip
