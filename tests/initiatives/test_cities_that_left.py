"""What a city of a consortium wrote stays its own once it has left; nothing typed for it is lost,
and nothing becomes what all cities say."""

import uuid
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from cities.models import (
    AssessmentAnswer,
    Consortium,
    ConsortiumMember,
    Dimension,
    FormDraft,
    Instrument,
)
from initiatives.models import CityNeed, Commitment, Lesson, Measurement
from tests import factories
from tests.typed import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def members(city):
    return [
        city,
        *(factories.make_city(slug=slug, name=slug.title()) for slug in ("beta", "gamma")),
    ]


@pytest.fixture
def roadmap(members):
    consortium = Consortium.objects.create(slug="three", name="Three", lead_city=members[0])
    for member in members:
        ConsortiumMember.objects.create(consortium=consortium, city=member)
    participation = factories.make_participation(consortium=consortium)
    made = factories.make_roadmap(participation=participation)
    factories.make_initiative(made)
    return made


@pytest.fixture
def beta(members):
    return members[1]


@pytest.fixture
def kpi(roadmap):
    return factories.make_kpi(roadmap.initiatives.get())


@pytest.fixture
def dimension():
    made = Instrument.objects.create(slug="any", name="Any", highest_level=5)
    return Dimension.objects.create(instrument=made, slug="one", name="One")


@pytest.fixture
def both(officer, beta):
    """The officer of the first city, who writes for the second one as well."""
    role = officer.memberships.get().role
    officer.memberships.create(city=beta, role=role, since=date(2020, 1, 1))
    return officer


def leave(city):
    ConsortiumMember.objects.filter(city=city).update(left_on=date(2021, 1, 1))


def section(roadmap, key, of=""):
    page = reverse("initiatives:section-write", args=[roadmap.pk, key])
    return f"{page}?city={of}" if of else page


def opened(client, address, form="section-form"):
    return fields_of(client.get(address).content.decode(), form)


# ── what is saved ───────────────────────────────────────────────────────────────────────────────
def test_its_lessons_stay_its_own_when_the_section_is_saved(client, officer, roadmap, beta):
    lesson = Lesson.objects.create(roadmap=roadmap, kind="worked", text="Of Beta", city=beta)
    leave(beta)
    page = section(roadmap, "lessons")
    assert client.post(page, opened(client, page)).status_code == 302
    lesson.refresh_from_db()
    assert lesson.city == beta


def test_a_correction_of_its_value_is_its_value(client, officer, roadmap, kpi, beta):
    value = factories.make_value(kpi, "12", as_of=date(2022, 1, 1), city=beta)
    leave(beta)
    of = [kpi.initiative.slug, kpi.pk, value.pk]
    page = reverse("initiatives:measurement-correct", args=of)
    client.post(page, opened(client, page, "page-form") | {"value": ["13"]})
    now = kpi.measurements.current().get()
    assert (now.as_reported, now.city) == ("13", beta)


def test_its_commitments_answers_and_needs_can_still_be_written(
    client, officer, roadmap, beta, dimension
):
    Commitment.objects.create(roadmap=roadmap, kind="kpis", text="Beta promises", city=beta)
    CityNeed.objects.create(roadmap=roadmap, text="Beta needs", city=beta)
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text="Beta stands", city=beta
    )
    leave(beta)
    boxes = {
        "commitments": ("cell-0-kpis", beta.slug),
        "state": (f"dimension-{dimension.pk}-text", beta.slug),
        "needs": (f"need-{beta.pk}", ""),
    }
    for key, (box, of) in boxes.items():
        page = section(roadmap, key, of)
        sent = opened(client, page)
        assert sent[box][0].startswith("Beta")
        assert client.post(page, sent | {box: [f"Mended: {key}"]}).status_code == 302
    mended = [Commitment.objects.get(), CityNeed.objects.get(), AssessmentAnswer.objects.get()]
    assert [(one.text, one.city) for one in mended] == [
        ("Mended: commitments", beta),
        ("Mended: needs", beta),
        ("Mended: state", beta),
    ]


# ── what is being typed ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("key", ["commitments", "state"])
def test_a_part_typed_while_the_city_leaves_is_kept_and_asks_whose_it_is(
    client, both, roadmap, members, dimension, key
):
    alpha, beta, _gamma = members
    page = section(roadmap, key, beta.slug)
    box = "cell-0-kpis" if key == "commitments" else f"dimension-{dimension.pk}-text"
    sent = opened(client, page) | {box: ["Typed words"]}
    leave(beta)
    shown = client.post(page, sent).content.decode()
    assert "Beta has left the consortium" in shown
    assert "Typed words" in shown
    # It is kept for whoever leaves the page as it is, and asks again until somebody has chosen.
    again = fields_of(client.get(page, follow=True).content.decode(), "section-form")
    assert again[box] == ["Typed words"]
    assert "Typed words" in client.post(page, again).content.decode()
    rows = {"commitments": Commitment, "state": AssessmentAnswer}[key].objects
    assert not rows.exists()
    assert client.post(page, again | {"of_city": [alpha.slug]}).status_code == 302
    assert [(one.text, one.city) for one in rows.all()] == [("Typed words", alpha)]
    assert not FormDraft.objects.exists()
    assert client.get(page).status_code == 404


def test_a_need_typed_while_the_city_leaves_is_shown_again(client, both, roadmap, beta):
    page = section(roadmap, "needs")
    sent = opened(client, page) | {f"need-{beta.pk}": ["Money"], "needs": ["What all need"]}
    leave(beta)
    shown = client.post(page, sent).content.decode()
    assert "Beta has left the consortium" in shown
    assert "Money" in shown
    assert not CityNeed.objects.exists()


def test_values_of_a_quarter_typed_while_the_city_leaves_ask_for_which_city_they_are(
    client, officer, roadmap, kpi, members
):
    _alpha, beta, gamma = members
    page = reverse("initiatives:quick-entry", args=[roadmap.pk])
    sent = {"key": str(uuid.uuid4()), "quarter": "2022-3", "city": str(beta.pk),
            f"k{kpi.pk}-value": "5", "autosave_page": 1}  # fmt: skip
    leave(beta)
    shown = client.post(page, sent).content.decode()
    assert "Beta has left the consortium" in shown
    assert 'value="5"' in shown
    # Nothing is chosen for anybody: sent as it is, or taken up again later, it asks once more.
    later = client.get(page, {"quarter": "2022-3", "continue": "1"}).content.decode()
    for told in (later, client.post(page, fields_of(later, "grid-form")).content.decode()):
        assert "Beta has left the consortium" in unescape(told)
    assert not Measurement.objects.exists()
    client.post(page, fields_of(later, "grid-form") | {"city": [str(gamma.pk)]})
    assert Measurement.objects.get().city == gamma


# ── whose part it is ────────────────────────────────────────────────────────────────────────────
def test_each_citys_own_part_is_written_by_its_officers_and_read_by_the_others(
    client, officer, roadmap, beta, dimension
):
    Commitment.objects.create(roadmap=roadmap, kind="kpis", text="Beta promises", city=beta)
    CityNeed.objects.create(roadmap=roadmap, text="Beta needs", city=beta)
    AssessmentAnswer.objects.create(
        participation=roadmap.participation, dimension=dimension, text="Beta stands", city=beta
    )
    boxes = {
        "commitments": ("cell-0-kpis", beta.slug, "Beta promises"),
        "state": (f"dimension-{dimension.pk}-text", beta.slug, "Beta stands"),
        "needs": (f"need-{beta.pk}", "", "Beta needs"),
    }
    for key, (box, of, words) in boxes.items():
        page = section(roadmap, key, of)
        client.force_login(officer)
        shown = client.get(page).content.decode()
        assert words in shown
        # What was typed as a member of that team is shown again, and not saved.
        sent = fields_of(shown, "section-form")
        sent |= {box: ["Typed words"], "of_city": [of]}
        again = client.post(page, sent).content.decode()
        assert "This is the part of Beta: its own officers write it" in again
        assert "Typed words" in again
        client.force_login(factories.make_officer(beta))
        own = opened(client, page)
        assert client.post(page, own | {box: [f"{words} more"]}).status_code == 302
    now = [Commitment.objects.get(), CityNeed.objects.get(), AssessmentAnswer.objects.get()]
    assert [one.text for one in now] == [
        "Beta promises more", "Beta needs more", "Beta stands more",
    ]  # fmt: skip


def test_what_is_of_all_cities_is_written_by_the_officers_of_each(client, roadmap, members):
    for member in members:
        client.force_login(factories.make_officer(member))
        page = section(roadmap, "needs")
        shown = client.get(section(roadmap, "state")).content.decode()
        assert "The cities of a consortium share this roadmap" in shown
        sent = opened(client, page) | {"needs": [f"All, says {member}"]}
        assert client.post(page, sent).status_code == 302
        roadmap.refresh_from_db()
        assert roadmap.needs == f"All, says {member}"


def test_a_lesson_takes_no_city_and_no_initiative_of_others(client, officer, roadmap):
    page = section(roadmap, "lessons")
    stranger, elsewhere = factories.make_city(slug="elsewhere"), factories.make_initiative()
    for name, key in (("city", stranger.pk), ("initiative", elsewhere.pk)):
        sent = opened(client, page)
        sent |= {"worked-0-text": ["Words"], f"worked-0-{name}": [str(key)]}
        assert "Select a valid choice" in client.post(page, sent).content.decode()
    assert not Lesson.objects.exists()
