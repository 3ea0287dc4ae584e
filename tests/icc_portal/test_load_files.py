"""Loading into an empty database: facts alone, and files that are wrong."""

import shutil

import pytest
from django.apps import apps
from django.conf import settings as portal_settings
from django.core.management import CommandError, call_command

from cities.models import City, Organisation, Sourced, User
from events.models import AgendaItem
from icc_portal.management.commands.load_programme import FOLDER
from initiatives.models import Initiative
from marketplace.models import Entry
from tests.icc_portal.programme import load

SOURCED = [model for model in apps.get_models() if issubclass(model, Sourced)]


@pytest.fixture
def folder(tmp_path):
    """A copy of the data files that a test may spoil."""
    return shutil.copytree(FOLDER, tmp_path / "programme")


def test_facts_alone_can_be_loaded(db):
    load(no_demonstration=True)
    for model in SOURCED:
        assert not model.objects.filter(demonstration=True).exists(), model
    assert not User.objects.exists()
    assert Initiative.objects.count() == 3
    assert City.objects.count() >= 90
    assert AgendaItem.objects.exists()
    assert Organisation.objects.exists()


def test_without_demonstration_mode_no_person_is_created(db):
    assert not portal_settings.DEMO
    call_command("load_programme", verbosity=0)
    assert not User.objects.exists()
    assert Entry.objects.profiles().count() == 62


SLIPS = {
    "a source that is not listed": (
        "editions.yaml",
        "source: [A1, A2, A14]",
        "source: [A1, A999]",
        ["editions.yaml, dcc, source:", "“A999”", "sources.yaml"],
    ),
    "a field that does not exist": (
        "editions.yaml",
        "short_name: DCC",
        "shrot_name: DCC",
        ["editions.yaml, dcc, short_name:", "cannot be blank"],
    ),
    "a day that is none": (
        "editions.yaml",
        "starts_on: 2017-10-01",
        "starts_on: October 2017",
        ["editions.yaml, dcc, starts_on:", "2021-02-16"],
    ),
    "fact and invention at once": (
        "consortia.yaml",
        "source: [A51]",
        "source: [A51]\n  demonstration: true",
        ["consortia.yaml, gava-castelldefels, demonstration:", "never both"],
    ),
    "a city that is not known": (
        "consortia.yaml",
        "members: [gava, castelldefels]",
        "members: [gava, castelldefells]",
        ["consortia.yaml, gava-castelldefels, members:", "“castelldefells”"],
    ),
    "a field said twice": (
        "sources.yaml",
        "- key: lab2-article",
        "- key: lab2-article\n  key: lab2",
        ["sources.yaml, line", "“key” stands here twice"],
    ),
    "YAML that cannot be read": (
        "organisations.yaml",
        "- slug: dg-connect",
        "- slug: [dg-connect",
        ["organisations.yaml, line", "not written correctly"],
    ),
    "an agenda that does not fill its session": (
        "events/dih-workshop-2020.yaml",
        "minutes: 50",
        "minutes: 45",
        ["events/dih-workshop-2020.yaml", "agenda:", "115 minutes", "120"],
    ),
    "a table row with a cell too many": (
        "cities_names.csv",
        "aarhus,da,Aarhus",
        "aarhus,da,Aarhus,x",
        ["cities_names.csv, line 3"],
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "words"), SLIPS.values(), ids=SLIPS.keys())
def test_a_fault_in_a_file_is_told_with_file_record_and_field(db, folder, name, old, new, words):
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CommandError) as told:
        load(folder=folder)
    for word in words:
        assert word in str(told.value)
