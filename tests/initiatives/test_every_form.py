"""Every form of a roadmap keeps what was typed, and saves it once, whatever happens on the way.

F11: the session ended, or the form's token is of another session. F12: the same form arrives
several times. F13: its autosaves arrive out of order.
"""

from html import unescape
from random import Random
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from cities.editing import kept
from cities.models import FormDraft
from initiatives.models import (
    KPI,
    Connector,
    DeliverableSnapshot,
    Initiative,
    Measurement,
    Milestone,
    OwnChapter,
    Risk,
    SectionComment,
    Target,
)
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline
from tests.initiatives.test_two_officers import (  # noqa: F401 - fixtures too
    Form,
    another,
    filled,
    forms,
    is_new,
    roadmap,
    standing,
    written,
)

pytestmark = pytest.mark.django_db
# A credential stands nowhere but in its source.
NEVER_KEPT = {"radio", "password"}


@pytest.fixture
def officer(city):
    return factories.make_officer(city, email="officer@example.org")


@pytest.fixture
def browser(officer, monkeypatch):
    """A browser that is asked for the token of its forms; it may send many."""
    monkeypatch.setattr(kept, "MOST_AN_HOUR", 1_000)
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    return client


@pytest.fixture
def making(roadmap):  # noqa: F811 - fixture
    """Forms that make something new: what is enough for each, and how much there is of it."""
    initiative = written(roadmap)
    of_kpi = [initiative.slug, initiative.kpis.first().pk]
    make_outline(kinds=["results"])
    source = {"kind": "json", "address": "https://data.example.org/v", "rhythm": "daily"}
    return [
        (made("initiative-add"), {"name": "A new one"}, Initiative),
        (made("milestone-add", initiative.slug), {"title": "A step"}, Milestone),
        (made("kpi-add", initiative.slug), {"name": "A new KPI"}, KPI),
        (made("target-add", *of_kpi), {"value": "5"}, Target),
        (made("measurement-add", *of_kpi), {"value": "12"}, Measurement),
        (made("connector-add", *of_kpi), source, Connector),
        (made("own-chapter-add", roadmap.pk), {"heading": "Ours", "text": "Words"}, OwnChapter),
        (made("deliverable-hand-in", roadmap.pk), {"note": "Ours"}, DeliverableSnapshot),
        (made("section-talk", roadmap.pk, "lessons", id="comment-form"), {"text": "Look here"},
         SectionComment),
    ]  # fmt: skip


def made(name, *args, id="page-form"):
    return Form(reverse(f"initiatives:{name}", args=args), id)


@pytest.fixture
def every(forms, making, roadmap):  # noqa: F811 - fixtures
    return [
        *forms,
        *(form for form, _enough, _model in making),
        Form(f"{reverse('initiatives:finding-intended', args=[roadmap.pk])}?finding={'a' * 40}",
             "page-form"),
    ]  # fmt: skip


def typed_into(form, page, chance):
    """What a browser would send with something else in every box, and what that is by name."""
    sent, boxes = form.sent(page), form.boxes(page)
    found = {name: another(chance, name, box) for name, box in boxes.items()
             if box.kind not in NEVER_KEPT and not is_new(name, sent)}  # fmt: skip
    typed = {name: values for name, values in found.items() if values}
    return filled(sent, typed), typed


def test_what_was_typed_comes_back_when_the_session_ended_or_the_token_is_of_another(
    browser, officer, every
):
    chance = Random("F11")
    counted = 0
    for number, form in enumerate(every):
        page = browser.get(form.url).content.decode()
        sent, typed = typed_into(form, page, chance)
        assert typed, form.url
        if number % 2:
            browser.logout()
        else:
            # Signed in anew in another window: the cookie has another token by now.
            browser.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
        answer = browser.post(form.url, sent)
        assert answer.status_code == 302, form.url
        back = answer.url
        if number % 2:
            back = parse_qs(urlsplit(answer.url).query)["next"][0]
            browser.force_login(officer)
        again = browser.get(back).content.decode()
        now = standing(form.boxes(again))
        assert {name: now.get(name) for name in typed} == typed, form.url
        counted += len(typed)
    assert counted > 100


def test_the_same_form_three_times_makes_one_thing_and_leads_to_it(browser, making):
    for form, enough, model in making:
        before = model.objects.count()
        page = browser.get(form.url).content.decode()
        sent = filled(form.sent(page), {name: [words] for name, words in enough.items()})
        answers = [browser.post(form.url, sent) for _time in range(3)]
        assert [one.status_code for one in answers] == [302] * 3, (form.url, answers[0].content)
        assert len({one.url for one in answers}) == 1
        assert model.objects.count() == before + 1, form.url


def test_a_row_of_a_charter_that_arrives_three_times_is_there_once(browser, roadmap):  # noqa: F811
    initiative = written(roadmap)
    url = reverse("initiatives:initiative-edit", args=[initiative.slug])
    form = Form(f"{url}?rows=risks", "charter-form")
    page = browser.get(form.url).content.decode()
    sent = filled(form.sent(page), {"risks-1-text": ["Frost"], "risks-1-likelihood": ["2"]})
    for _time in range(3):
        assert browser.post(url, sent).status_code == 302
    assert Risk.objects.filter(text="Frost").count() == 1
    # Who went back and mended the row is asked about that row, and adds no other.
    mended = filled(sent, {"risks-1-text": ["Hard frost"]})
    asked = browser.post(url, mended)
    assert asked.status_code == 200
    assert "Hard frost" in unescape(asked.content.decode())
    assert Risk.objects.filter(text__endswith="rost").count() == 1


def test_autosaves_that_arrive_out_of_order_keep_the_newest_of_every_form(browser, officer, every):
    for form in every:
        page = browser.get(form.url).content.decode()
        address = unescape(page.split('data-autosave="')[1].split('"')[0])
        sent, _typed = typed_into(form, page, Random("F13"))
        name = next(name for name, box in form.boxes(page).items() if box.kind != "checkbox")
        for number in (1, 3, 2):
            state = filled(sent, {name: [f"state {number}"], "autosave_number": [str(number)]})
            assert browser.post(address, state).status_code in (200, 409), form.url
        draft = FormDraft.objects.get(user=officer)
        assert draft.data[name] == ["state 3"], form.url
        draft.delete()
