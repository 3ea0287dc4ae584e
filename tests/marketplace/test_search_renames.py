"""Search follows the rows whose words an entry carries, when staff or the loader change them."""

import shutil

import pytest

from cities.models import City, CityName, Theme
from icc_portal.management.commands.load_programme import FOLDER
from marketplace.models import Entry, IndexChange, Technology
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from tests.factories import (
    make_city,
    make_entry,
    make_organisation,
    make_superuser,
    make_theme,
)
from tests.icc_portal.programme import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_superuser())
    return client


def found(text):
    result = answer(Question(text=text))
    assert result.counts is not None, "the database answered, not the index"
    titles = dict(Entry.objects.values_list("pk", "live_revision__title"))
    return [titles[pk] for pk in result.entry_ids]


def admin_url(row, page):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{page}/"


def change(client, row, **fields):
    """Save a row's page in the staff screens as it stands, but for some fields."""
    context = client.get(admin_url(row, "change")).context
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.initial_forms]
    sent = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                sent[field.html_name] = value
    answered = client.post(admin_url(row, "change"), sent | fields)
    assert answered.status_code == 302, answered.context["errors"]


def city_of(entry):
    return entry.city


def city_that_runs(entry):
    return entry.deployments.create(city=make_city()).city


def theme_of(entry):
    theme = make_theme()
    entry.live_revision.themes.add(theme)
    return theme


def technology_of(entry):
    technology = Technology.objects.create(slug="sensors", name="Sensors")
    entry.live_revision.technologies.add(technology)
    return technology


def partner_of(entry):
    partner = make_organisation()
    entry.live_revision.partners.add(partner)
    return partner


@pytest.mark.parametrize(
    "make",
    [city_of, city_that_runs, theme_of, technology_of, partner_of],
    ids=lambda at: at.__name__,
)
def test_what_staff_rename_is_found_by_its_new_name_and_not_by_the_old(staff, make):
    entry = make_entry(title="Smart bins")
    row = make(entry)
    type(row).objects.filter(pk=row.pk).update(name="Zwolle")
    make_entry(title="Not concerned")
    assert found("Zwolle") == ["Smart bins"]

    change(staff, row, name="Xanthi")

    assert found("Xanthi") == ["Smart bins"]
    assert found("Zwolle") == []
    assert IndexChange.objects.count() == 1


def test_a_name_that_staff_add_in_another_language_is_found(staff):
    city = make_entry(title="Smart bins").city
    CityName.objects.create(city=city, language="el", name="Ξάνθη")
    assert found("Ξάνθη") == ["Smart bins"]

    change(staff, city, **{"names-0-name": "Κομοτηνή"})

    assert (found("Κομοτηνή"), found("Ξάνθη")) == (["Smart bins"], [])


def test_what_staff_delete_is_no_longer_found(staff):
    entry = make_entry(title="Smart bins")
    for row in (theme_of(entry), technology_of(entry)):
        type(row).objects.filter(pk=row.pk).update(name="Zwolle")
        entry.refresh_from_db()
        IndexChange.objects.create(entry=entry)
        assert found("Zwolle") == ["Smart bins"]
        assert staff.post(admin_url(row, "delete"), {"post": "yes"}).status_code == 302
        assert found("Zwolle") == []
    assert not Theme.objects.exists()


def test_who_runs_an_entry_is_found_once_staff_say_so(staff):
    entry = make_entry(title="Smart bins")
    assert found("Xanthi") == []
    running = entry.deployments.create(city=make_city())
    change(staff, entry, **{"deployments-0-city": make_city(name="Xanthi").pk})
    running.refresh_from_db()
    assert found("Xanthi") == ["Smart bins"]


def test_a_city_that_the_loader_renames_is_found_by_its_new_name(tmp_path):
    folder = shutil.copytree(FOLDER, tmp_path / "programme")
    load(folder=folder, no_demonstration=True)
    entry = make_entry(City.objects.get(slug="rouen"), title="Smart bins")
    assert found("Xanthi") == []

    City.objects.filter(pk=entry.city.pk).update(name="Xanthi")
    IndexChange.objects.create(entry=entry)
    assert "Smart bins" in found("Xanthi")
    load(folder=folder, no_demonstration=True, refresh=True)

    assert found("Xanthi") == []
