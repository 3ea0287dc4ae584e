"""Rouen's roadmap as the programme's files have it, and an outline for roadmaps made by hand."""

from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

import cities.programme
import initiatives.programme
from cities.programme import Loading, ProgrammeFiles
from icc_portal.management.commands.load_programme import FOLDER
from initiatives.deliverable import checking, content
from initiatives.models import DocumentTemplate, Measurement, Roadmap, Target
from tests import factories

ON = date(2022, 9, 30)
OUTLINE = [
    "section", "text", "journey", "introduction", "needs", "ecosystem", "matrix", "vision", "plan",
    "charters", "kpis", "governance", "risks", "budget", "support", "impact", "concepts", "results",
    "lessons", "commitments", "three_years", "objectives", "activities", "milestones",
    "stakeholders", "partners", "axes", "openness",
]  # fmt: skip


def load_rouen():
    """Load the programme, without invention, and give the roadmap of Rouen, whole."""
    loading = Loading(ProgrammeFiles(FOLDER), demonstration=False)
    cities.programme.load(loading)
    initiatives.programme.load(loading)
    return with_participation(Roadmap.objects.all()).get(participation__city__slug="rouen")


@pytest.fixture
def rouen(db):
    """The roadmap of Rouen, whole."""
    return load_rouen()


@pytest.fixture(scope="session")
def content_read_once(django_db_setup, django_db_blocker):
    """What the programme reads of Rouen's roadmap, which leaves no row behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        rouen = load_rouen()
        made = content.build(rouen, outline_of(rouen), "programme", on=ON)
        transaction.set_rollback(True)
    return made


@pytest.fixture
def rouens_content(content_read_once, db):
    """What the programme reads of Rouen's roadmap, a copy for each test."""
    return deepcopy(content_read_once)


def with_participation(roadmaps):
    """Fetch with each roadmap whose it is."""
    return roadmaps.select_related(
        *(f"participation__{name}" for name in ("city", "consortium", "edition"))
    )


def outline_of(roadmap):
    """The first outline of a roadmap's edition."""
    return DocumentTemplate.objects.filter(edition=roadmap.participation.edition).first()


def make_outline(edition=None, kinds=OUTLINE):
    """An outline with a chapter of every kind."""
    template = DocumentTemplate.objects.create(
        edition=edition or factories.make_edition(), name="All kinds"
    )
    for place, kind in enumerate(kinds):
        template.chapters.create(
            position=place, kind=kind, heading=f"Chapter {kind}", intro="Words before it."
        )
    return template


def rules(roadmap, outline=None):
    """Which rules find something in a roadmap."""
    found = checking.look_through(roadmap, outline or make_outline())
    return {finding.rule for finding in found}


def kpi_of_long_ago(**fields):
    """A KPI with a target and a value whose first version is old."""
    kpi = factories.make_kpi(**{"name": "Number of workshops", "unit": "workshops", **fields})
    Target.objects.create(kpi=kpi, value=5)
    Measurement.objects.create(kpi=kpi, kind="number", number=1, as_reported="1")
    kpi.history.update(history_date=timezone.now() - timedelta(days=300))
    return kpi
