"""The check finds what goes wrong in real deliverables, and leaves good texts alone."""

import ast
from datetime import date
from pathlib import Path

import pytest
import yaml
from django.urls import reverse

from cities.models import AssessmentAnswer, Dimension, Instrument
from icc_portal.management.commands.load_programme import FOLDER
from initiatives import forms, sections
from initiatives.apps import helps_of_forms
from initiatives.deliverable import checking
from initiatives.deliverable.checking import languages, texts, words
from initiatives.models import (
    CityNeed,
    EvidenceFile,
    IntendedFinding,
    LocalGreenDeal,
    SupportNeed,
)
from tests import factories
from tests.initiatives.deliverable.conftest import kpi_of_long_ago, make_outline, outline_of, rules

pytestmark = pytest.mark.django_db
FRENCH = (
    "Les communes de la métropole travaillent ensemble pour ouvrir des données qui sont utiles "
    "aux habitants et pour une plus grande transparence dans les services."
)


@pytest.mark.parametrize(
    ("words_of_city", "rule"),
    [
        ("The city of X pursued a transformation.", "placeholder"),
        ("Our vision: [insert vision here]", "placeholder"),
        ("Lorem ipsum dolor sit amet", "placeholder"),
        ("The budget is TBD.", "placeholder"),
        ("We will reach XX municipalities", "placeholder"),
        ("Who are the stakeholders that the team needs to communicate with?", "prompt"),
        ("A plan.Translated with www.DeepL.com/Translator (free version)", "translator"),
        ("Pilot at Campus Skellefteå", "other-city"),
        (FRENCH, "language"),
        ("À définir", "placeholder"),
        ("À préciser par la suite", "placeholder"),
        ("zu ergänzen", "placeholder"),
        ("da definire", "placeholder"),
        ("por definir", "placeholder"),
        ("Xxx municipalities", "placeholder"),
        ("[TITLE]", "placeholder"),
        ("Insert text here", "placeholder"),
        ("enter text here", "placeholder"),
        ("(add text here)", "placeholder"),
        ("Example: Opening of the first tiles", "prompt"),
        ("What will then be there.", "prompt"),
        ("Pilot at SKELLEFTEÅ", "other-city"),
        ("Skellefteås centre", "other-city"),
        (
            "A város polgárai és a helyi szervezetek közösen dolgoznak azon, hogy a közlekedés "
            "fenntarthatóbb legyen.",
            "language",
        ),
        (
            "Byens borgere og de lokale organisationer arbejder sammen om at gøre trafikken mere "
            "bæredygtig.",
            "language",
        ),
        (
            "Občané města a místní organizace společně pracují na tom, aby doprava byla "
            "udržitelnější.",
            "language",
        ),
        (
            "Mesto a jeho obyvatelia spoločne pracujú na tom, aby bola doprava udržateľnejšia.",
            "language",
        ),
        (
            "Miesto gyventojai ir vietos organizacijos kartu dirba, kad transportas būtų tvaresnis "
            "ir kad būtų mažiau energijos.",
            "language",
        ),
        ("Ville de Rouen et ses partenaires du territoire", "language"),
        ("Miljöförvaltningen och stadens invånare", "language"),
    ],
)
def test_odd_words_are_found_with_a_link_to_their_field(words_of_city, rule):
    factories.make_city(name="Skellefteå")
    roadmap = factories.make_roadmap(vision=words_of_city)
    found = checking.look_through(roadmap, make_outline())
    # "À préciser par la suite" is in another language as well.
    assert [one.rule for one in found if one.rule != "language" or rule == "language"] == [rule]
    assert found[0].url.endswith("#id_vision")
    assert found[0].where == "Vision"


@pytest.mark.parametrize(
    "words_of_city",
    [
        "In the XXI century the city of Rouen grows.",
        "A budget of 12 million, to be spent by 2024; see https://example.org/x?y=1.",
        "Who decides? The council, every two months.",
        "Ein Wort wie Zeitgeist in the middle of an English sentence is not a reason to ask.",
        "We help to add ideas here, and whoever lives here can enter.",
        "A nice park; it is nicer than others.",
        "Communauté d'agglomération Seine-Eure, Pôle TES, Codeurs en Seine",
        "Opening of the first tiles",
    ],
)
def test_good_words_are_left_alone(words_of_city):
    factories.make_city(name="Skellefteå")
    assert rules(factories.make_roadmap(vision=words_of_city)) == set()


def test_units_and_dates_in_words_are_texts_too():
    kpi = kpi_of_long_ago(unit="TBD")
    stone = factories.make_milestone(kpi.initiative, status="reached", date_text="TBC in 2021")
    found = checking.look_through(kpi.initiative.roadmap, make_outline())
    assert [one.rule for one in found] == ["placeholder", "placeholder"]
    assert {one.where.split(": ")[1] for one in found} == {kpi.name, stone.title}


def test_short_names_of_cities_are_not_found_in_other_words():
    factories.make_city(name="Nice")
    roadmap, outline = factories.make_roadmap(vision="A NICE city has nice parks."), make_outline()
    assert rules(roadmap, outline) == set()
    roadmap.vision = "Together with Nice."
    roadmap.save()
    assert rules(roadmap, outline) == {"other-city"}


def test_every_example_of_a_form_is_known_to_the_check():
    known = words.guidance_of(helps_of_forms())
    folder = Path(forms.__file__).parent
    said = {
        node.value
        for file in folder.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and "Example: " in node.value
    }  # fmt: skip
    assert len(said) > 10
    assert {one for one in said if one.casefold().strip() not in known} == set()


def test_no_text_of_the_programme_is_taken_for_another_language_or_a_placeholder():
    texts_of_files = [
        texts.Text(line, file.name, "/")
        for file in FOLDER.rglob("*.yaml")
        for line in _lines(yaml.safe_load(file.read_text(encoding="utf-8")))
    ]
    assert len(texts_of_files) > 1000
    foreign = languages.foreign(texts_of_files, "en")
    assert [one.excerpt for one in foreign] == []
    guidance = words.guidance_of(helps_of_forms())
    odd = [*words.placeholders(texts_of_files), *words.prompts(texts_of_files, guidance)]
    assert [one.excerpt for one in odd] == []


def _lines(value):
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in parts:
            yield from _lines(part)


def test_the_guidance_of_an_instrument_left_as_answer_is_found():
    roadmap = factories.make_roadmap()
    instrument = Instrument.objects.create(slug="i", name="I")
    dimension = Dimension.objects.create(
        instrument=instrument, slug="d", name="D", guidance="Talents, resources, skills."
    )
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text="Talents, resources, skills."
    )
    assert rules(roadmap) == {"prompt"}


def test_a_partner_or_a_city_that_is_depended_on_is_no_question():
    factories.make_city(name="Skellefteå")
    roadmap = factories.make_roadmap(vision="Together with Skellefteå.")
    one = factories.make_initiative(roadmap)
    one.dependencies.create(kind="outside", text="The city of Skellefteå")
    assert rules(roadmap) == set()


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"starts_on": date(2031, 1, 1), "ends_on": date(2031, 1, 1)}, "outside-programme"),
        (
            {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 1, 1), "date_text": "May 2021"},
            "words-and-date",
        ),
        ({"status": "planned"}, "overdue"),
        ({"status": "reached", "reached_on": date(2090, 1, 1)}, "reached-later"),
    ],
)
def test_dates_that_disagree_are_found(fields, rule):
    one = factories.make_initiative()
    stone = factories.make_milestone(one, **{"status": "reached", **fields})
    found = checking.look_through(one.roadmap, make_outline())
    assert [finding.rule for finding in found] == [rule]
    assert found[0].url == reverse("initiatives:milestone-edit", args=[one.slug, stone.pk])


def test_a_picture_without_words_is_found_and_a_document_is_not():
    kpi = kpi_of_long_ago()
    value, roadmap, outline = kpi.measurements.get(), kpi.initiative.roadmap, make_outline()
    same = {"size": 1, "added_by": None}
    for name, kind in (("hall.png", "image/png"), ("report.pdf", "application/pdf")):
        EvidenceFile.objects.create(
            measurement=value, name=name, file=name, media_type=kind, sha256=name, **same
        )
    (found,) = checking.look_through(roadmap, outline)
    assert (found.rule, found.grade, found.excerpt) == (
        "picture-without-words", "error", "hall.png",
    )  # fmt: skip
    assert found.url == reverse(
        "initiatives:measurement-files", args=[kpi.initiative.slug, kpi.pk, value.pk]
    )
    EvidenceFile.objects.update(shows="The hall")
    assert rules(roadmap, outline) == set()


def test_a_sentence_in_another_language_is_found_in_a_text_that_is_in_its_own():
    vision = (
        "The city wants to be open to all of its people, and it will share what it knows with them."
        f" {FRENCH} This is what the council has decided, and it is what we have worked for since."
    )
    roadmap = factories.make_roadmap(vision=vision)
    (found,) = checking.look_through(roadmap, make_outline())
    assert found.rule == "language"
    assert found.excerpt == FRENCH[:100]


def test_words_of_needs_support_targets_and_deals_are_looked_through():
    kpi = kpi_of_long_ago()
    one, roadmap = kpi.initiative, kpi.initiative.roadmap
    odd = "The budget is TBD."
    CityNeed.objects.create(roadmap=roadmap, city=factories.make_city(), text=odd)
    SupportNeed.objects.create(initiative=one, text=odd)
    kpi.targets.update(text=odd)
    deal = LocalGreenDeal.objects.create(roadmap=roadmap, title="A deal", aim=odd)
    deal.signatories.create(name="A firm", pledge=odd)
    deal.actions.create(text=odd)
    found = checking.look_through(roadmap, make_outline())
    write = reverse("initiatives:deal-write", args=[roadmap.pk, deal.pk])
    edit = reverse("initiatives:initiative-edit", args=[one.slug])
    assert {one.url for one in found if one.rule == "placeholder"} == {
        f"{sections.write_url(roadmap.pk, 'needs')}",
        f"{edit}#support",
        reverse("initiatives:target-add", args=[one.slug, kpi.pk]),
        f"{write}#id_aim",
        f"{write}#signatories",
        f"{write}#actions",
    }


def test_what_sections_lack_stands_on_the_page_of_the_check_with_its_link(client):
    roadmap = factories.make_roadmap(needs="")
    make_outline()
    kpi = factories.make_kpi(factories.make_initiative(roadmap))
    LocalGreenDeal.objects.create(roadmap=roadmap, title="A deal")
    client.force_login(factories.make_officer(roadmap.participation.city))
    address = reverse("initiatives:deliverable-check", args=[roadmap.pk])
    client.post(address)
    page = client.get(address).content.decode()
    edit = reverse("initiatives:initiative-edit", args=[kpi.initiative.slug])
    gaps = {
        f"{sections.write_url(roadmap.pk, 'needs')}#id_needs": "Needs",
        f"{sections.write_url(roadmap.pk, 'deals')}#deal-{roadmap.deals.get().pk}": "A deal: Aim",
        f"{edit}#id_support_needed": "Support needed",
    }
    for url, label in gaps.items():
        assert f'<a href="{url}">{label}</a>' in page
    assert reverse("initiatives:target-add", args=[kpi.initiative.slug, kpi.pk]) in page
    SupportNeed.objects.create(initiative=kpi.initiative, text="An engineer")
    CityNeed.objects.create(roadmap=roadmap, city=roadmap.participation.city, text="Data")
    client.post(address)
    page = client.get(address).content.decode()
    assert f"{edit}#id_support_needed" not in page
    assert "#id_needs" not in page


def test_rouens_real_roadmap_raises_questions_and_no_error(rouen):
    found = checking.look_through(rouen, outline_of(rouen))
    assert [one for one in found if one.grade == "error"] == []


def test_a_finding_that_is_meant_so_is_noted_with_its_reason(client):
    roadmap = factories.make_roadmap(vision="The budget is TBD.")
    make_outline()
    officer = factories.make_officer(roadmap.participation.city)
    client.force_login(officer)
    address = reverse("initiatives:deliverable-check", args=[roadmap.pk])
    client.post(address)
    page = client.get(address)
    (finding,) = page.context["errors"]
    note = reverse("initiatives:finding-intended", args=[roadmap.pk])
    client.post(note, {"finding": finding["key"], "reason": ""})
    assert not IntendedFinding.objects.exists()
    client.post(note, {"finding": finding["key"], "reason": "The council decides in May."})
    page = client.get(address)
    assert page.context["errors"] == []
    assert "The council decides in May." in page.content.decode()
    roadmap.vision = "The place is TBD."
    roadmap.save()
    client.post(address)
    assert len(client.get(address).context["errors"]) == 1


def test_languages_are_told_by_their_little_words():
    assert languages.guess(FRENCH, "en") == "fr"
    assert languages.guess(FRENCH, "fr") == ""
    greek = "Ο δήμος ανοίγει τα δεδομένα του σε όλους τους κατοίκους και τις επιχειρήσεις της πόλης"
    assert languages.guess(greek, "en") == "el"
    assert languages.guess(greek, "el") == ""


def test_patterns_know_where_their_words_end():
    text = texts.Text("The city of Xanten opens.", "Vision", "/")
    assert list(words.placeholders([text])) == []
