"""Forms that are really sent in the same moment, each in a connection of its own."""

import uuid
from datetime import date
from threading import Event

import pytest
from django.test import Client
from django.urls import reverse

from initiatives import services
from initiatives.models import DeliverableOrder, Dependency, Lesson
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.initiatives.test_two_officers import Form
from tests.marketplace.at_once import all_at_once
from tests.typed import fields_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browsers(city):
    """Two officers of the city, each in a browser of their own."""
    made = [Client(), Client()]
    for number, client in enumerate(made):
        client.force_login(factories.make_officer(city, email=f"officer{number}@example.org"))
    return made


def send(clients, url, forms):
    """Send each form by its client in the same moment; return the answers."""

    def act(client, number, gate):
        gate.wait()
        return client.post(url, forms[number])

    return all_at_once(act, clients)


def test_a_double_click_on_handing_in_makes_one_snapshot(browsers, initiative, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_outline()
    roadmap = initiative.roadmap
    form = Form(reverse("initiatives:deliverable-hand-in", args=[roadmap.pk]), "page-form")
    sent = form.sent(browsers[0].get(form.url).content.decode())
    answers = send([browsers[0]] * 2, form.url, [sent, sent])
    assert {one.url for one in answers} == {roadmap.snapshots.get().get_absolute_url()}
    assert DeliverableOrder.objects.count() == 2, "one for each audience"


def test_of_two_corrections_of_one_value_the_second_is_asked(browsers, initiative):
    kpi = factories.make_kpi(initiative)
    value = factories.make_value(kpi, "12", as_of=date(2022, 1, 1))
    url = reverse("initiatives:measurement-correct", args=[initiative.slug, kpi.pk, value.pk])
    sent = [
        {"key": str(uuid.uuid4()), "value": words, "note": f"Why {words}", "seen": value.pk}
        for words in ("13", "14")
    ]
    answers = send(browsers, url, sent)
    assert sorted(one.status_code for one in answers) == [302, 409]
    (asked,) = [one for one in answers if one.status_code == 409]
    shown = asked.content.decode()
    assert "Why 13" in shown
    assert "Why 14" in shown
    assert kpi.measurements.count() == 2


@pytest.mark.parametrize("name", ["measurement-add", "measurement-correct", "target-add"])
def test_a_unit_changes_before_or_after_a_number_is_written_in_it(
    browsers, initiative, monkeypatch, name
):
    """Whoever writes the number is held up between looking at the unit and saving it."""
    kpi = factories.make_kpi(initiative, unit="kWh")
    keys = [initiative.slug, kpi.pk]
    value = [factories.make_value(kpi, "12000").pk] if name == "measurement-correct" else []
    url = reverse(f"initiatives:{name}", args=[*keys, *value])
    sent = fields_of(browsers[0].get(url).content.decode(), "page-form")
    sent |= {"value": ["15000"]} | ({"comparison": ["exactly"]} if name == "target-add" else {})
    looked, changed = Event(), Event()

    def held_up(save):
        def later(*args, **more):
            looked.set()
            changed.wait(1)
            return save(*args, **more)

        return later

    for what in ("report", "add_target"):
        monkeypatch.setattr(services, what, held_up(getattr(services, what)))

    def act(client, number, _gate):
        if number == 0:
            return client.post(url, sent)
        assert looked.wait(10)
        edit = reverse("initiatives:kpi-edit", args=keys)
        answer = {"unit_answer": "convert", "factor": "0.001", "direction": "up"}
        told = {"version": 1, "name": kpi.name, "unit": "MWh", **answer}
        page = client.post(edit, told)
        changed.set()
        return page

    answers = all_at_once(act, browsers)
    assert answers[0].status_code == 302
    kpi.refresh_from_db()
    now = [one.number for one in kpi.measurements.current()]
    now += [one.value for one in kpi.targets.filter(superseded_by=None)]
    assert (kpi.unit, now) in [("MWh", [15]), ("kWh", [15000])]


def test_lessons_and_dependencies_written_at_once_are_all_kept(browsers, initiative):
    roadmap = initiative.roadmap
    lessons = Form(reverse("initiatives:section-write", args=[roadmap.pk, "lessons"]),
                   "section-form")  # fmt: skip
    address = reverse("initiatives:initiative-edit", args=[initiative.slug])
    charter = Form(f"{address}?rows=dependencies", "charter-form")
    for form, box in ((lessons, "worked-0-text"), (charter, "dependencies-0-text")):
        pages = [one.get(form.url).content.decode() for one in browsers]
        sent = [form.sent(page) | {box: [f"Words {at}"]} for at, page in enumerate(pages)]
        answers = send(browsers, form.url, sent)
        assert [one.status_code for one in answers] == [302, 302], form.url
    for rows in (Lesson.objects, Dependency.objects):
        assert {one.text for one in rows.all()} == {"Words 0", "Words 1"}
