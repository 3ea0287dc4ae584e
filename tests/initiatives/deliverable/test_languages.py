"""A document in another language says its own words in that language, all of them."""

import ast
import gettext
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from initiatives.deliverable import content, pdf
from initiatives.models import (
    ActionStatus,
    CommitmentKind,
    DealStage,
    FundingLevel,
    InitiativeStatus,
    LessonKind,
    MilestoneStatus,
    SupportKind,
)
from tests import factories
from tests.initiatives.deliverable.conftest import ON, make_outline
from tests.initiatives.deliverable.reading import text_of_pdf
from tests.initiatives.deliverable.test_content import fill

LANGUAGES = sorted(
    path.parts[-3] for path in (settings.BASE_DIR / "initiatives/locale").glob("*/*/django.po")
)
# What stands in documents comes from these.
SOURCES = [
    "initiatives/deliverable/content.py",
    "initiatives/deliverable/charts.py",
    "initiatives/deliverable/plans.py",
    "initiatives/deliverable/dossier.py",
    *(f"initiatives/deliverable/chapters/{name}.py"
      for name in ("deals", "inside", "preparation", "review", "strategy", "work")),
    *(f"initiatives/pictures/{name}.py" for name in ("governance", "plans", "values")),
    "initiatives/charter_facts.py",
    "initiatives/dates/writing.py",
    *(f"cities/pictures/{name}.py"
      for name in ("bars", "grids", "lines", "plans", "radars", "stacks", "trees")),
]  # fmt: skip
CHOICES = [
    ActionStatus, CommitmentKind, DealStage, FundingLevel, InitiativeStatus, LessonKind,
    MilestoneStatus, SupportKind,
]  # fmt: skip


def words_of(path):
    """The words that a file has translated when it is read by somebody."""
    for node in ast.walk(ast.parse((settings.BASE_DIR / path).read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
            yield ast.literal_eval(node.args[0])


def labels():
    with translation.override("en"):
        return [str(label) for choices in CHOICES for label in choices.labels]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_word_that_documents_say(language):
    folder = Path(settings.BASE_DIR) / "initiatives/locale"
    with (folder / language / "LC_MESSAGES/django.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    told = {message if isinstance(message, str) else message[0] for message in known}
    wanted = {words for path in SOURCES for words in words_of(path)} | set(labels())
    assert sorted(wanted - told) == []


@pytest.mark.django_db
def test_a_french_document_speaks_french():
    roadmap = factories.make_roadmap(introduction="Bonjour")
    fill(roadmap, 2)
    outline = make_outline()
    outline.language = "fr"
    outline.save()
    told = content.build(roadmap, outline, "programme", on=ON)
    assert told["as_of"] == "Au 30 septembre 2022"
    shown = text_of_pdf(pdf.make(told))
    for words in ("Sommaire", "Jalons par date", "Parties prenantes", "Vue d’ensemble"):
        assert words in shown
    for words in ("Contents", "Milestones by date", "Overview", "Internal:"):
        assert words not in shown
