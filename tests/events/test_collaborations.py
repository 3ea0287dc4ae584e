"""Collaborations: one city asks, the other agrees or declines, and either can leave."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from cities.models import FormDraft, Mail, Pairing, PairingKind
from events.models import CollaborationAct, NextStep
from events.services import collaborations, figures
from tests.events.test_remains import comes, page, promise
from tests.events.test_signups import at_once
from tests.factories import make_city, make_event, make_officer, make_session, make_staff, make_user

pytestmark = pytest.mark.django_db

DAY = date(2021, 2, 16)
DURING = datetime(2021, 2, 16, 9, 30, tzinfo=UTC)
WHY = "Our council has stopped buying furniture."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def session():
    """A session of a lab on site that has begun."""
    event = make_event(slug="lab", format="on_site", starts_on=DAY, ends_on=DAY)
    return make_session(event, slug="closing", title="Closing")


@pytest.fixture
def two(session):
    """Ana of Corfu and Bo of Cork, and what their cities promised each other."""
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    return comes(session, corfu), comes(session, cork), promise(session, city=corfu, with_city=cork)


def no(step):
    return f"{step.get_absolute_url()}no/"


def subjects(person):
    mails = Mail.objects.filter(kind="collaboration", recipient=person)
    return list(mails.order_by("pk").values_list("subject", flat=True))


def test_one_city_asks_the_other_agrees_and_both_pages_say_so(session, client):
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    ana, bo = comes(session, corfu), comes(session, cork)
    step = promise(session, city=corfu, with_city=cork)
    url = step.get_absolute_url()
    client.force_login(ana)
    assert "Make it a collaboration of Corfu and Cork" in page(client, url)
    for _twice in range(2):
        client.post(url, {"collaborate": "1"})
    assert not Pairing.objects.exists()
    asked = Mail.objects.get(kind="collaboration")
    assert asked.recipient == bo
    assert "Corfu would like to work together" in asked.subject
    assert "The other city was asked" in page(client, url)

    client.force_login(bo)
    assert "We work together" in page(client, url)
    client.post(url, {"collaborate": "1"})

    pairing = Pairing.objects.get()
    assert (pairing.kind, pairing.first_city, pairing.second_city, pairing.purpose) == (
        PairingKind.JOINT, corfu, cork, "Write a tender",
    )  # fmt: skip
    assert "Corfu and Cork work together" in page(client, url)
    assert Mail.objects.filter(recipient=ana).latest("pk").subject == (
        "Corfu and Cork work together"
    )
    for city in (corfu, cork):
        assert "Works together with this city" in page(client, city.get_absolute_url())


def test_staff_make_it_at_once_and_strangers_never(session, client):
    step = promise(session, with_city=make_city())
    client.force_login(comes(session))
    assert client.post(step.get_absolute_url(), {"collaborate": "1"}).status_code == 403
    client.force_login(make_staff())
    client.post(step.get_absolute_url(), {"collaborate": "1"})
    assert Pairing.objects.get().second_city == step.with_city


def test_two_cities_have_one_collaboration_in_an_edition_whoever_is_named_first(session):
    one, other, staff = make_city(), make_city(), make_staff()
    first = collaborations.collaborate(promise(session, city=one, with_city=other), staff)
    again = collaborations.collaborate(promise(session, city=other, with_city=one), staff)
    assert first == again


def test_of_many_who_press_at_once_one_makes_it(transactional_db, session):
    one, other = make_city(), make_city()
    steps = [promise(session, city=one, with_city=other) for _at in range(4)]
    staff = make_staff()
    at_once([lambda step=step: collaborations.collaborate(step, staff) for step in steps] * 2)
    assert Pairing.objects.count() == 1
    assert NextStep.objects.filter(pairing__isnull=False).count() == 4


def test_an_offer_is_between_two_cities(session):
    with pytest.raises(IntegrityError), transaction.atomic():
        promise(session, offered_at=DURING)
    client_step = promise(session)
    with pytest.raises(collaborations.CollaborationRefused):
        collaborations.collaborate(client_step, make_staff())


# ── a no ────────────────────────────────────────────────────────────────────────────────────────
def test_the_city_that_was_asked_declines_with_a_reason_that_the_other_is_told_once(two, client):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    client.force_login(bo)
    assert "Decline, with a reason" in page(client, step.get_absolute_url())
    assert "Decline the collaboration" in page(client, no(step))

    for _twice in range(2):
        client.post(no(step), {"act": "declined", "reason": WHY})

    step.refresh_from_db()
    assert (step.offered_at, step.offered_for, step.pairing) == (None, None, None)
    assert list(step.turns.values_list("act", "city__name", "said_by", "reason")) == [
        ("asked", "Corfu", ana.pk, ""), ("declined", "Cork", bo.pk, WHY),
    ]  # fmt: skip
    assert subjects(ana) == ["Cork declines the collaboration"]
    assert WHY in Mail.objects.get(recipient=ana).text
    assert figures.totals(list(figures.by_event())).collaborations == 0
    assert not Pairing.objects.exists()
    client.force_login(ana)
    shown = page(client, step.get_absolute_url())
    assert WHY in shown
    assert "Make it a collaboration" not in shown


def test_who_was_declined_cannot_ask_again_and_who_declined_can(two):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    collaborations.say_no(step, bo, CollaborationAct.DECLINED, WHY)
    with pytest.raises(collaborations.CollaborationRefused):
        collaborations.collaborate(step, ana)
    assert collaborations.collaborate(step, bo) is None
    assert subjects(ana)[-1] == "Cork would like to work together"
    assert collaborations.collaborate(step, ana) == Pairing.objects.get()


def test_a_city_takes_its_question_back_and_may_ask_later(two, client):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    client.force_login(ana)
    assert "Take the question back" in page(client, step.get_absolute_url())
    client.post(no(step), {"act": "taken_back", "reason": ""})
    assert subjects(bo) == ["Corfu would like to work together", "Corfu takes its question back"]
    collaborations.collaborate(step, ana)
    assert len(subjects(bo)) == 3


def test_either_city_leaves_what_runs_and_pages_say_since_when(two, client):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    pairing = collaborations.collaborate(step, bo)
    client.force_login(ana)
    assert "Leave the collaboration" in page(client, step.get_absolute_url())
    client.post(no(step), {"act": "ended", "reason": WHY})
    pairing.refresh_from_db()
    assert pairing.until == DAY
    assert subjects(bo)[-1] == "The collaboration of Corfu and Cork has ended"
    assert "worked together until 16 February 2021" in page(client, step.get_absolute_url())
    for city in (step.city, step.with_city):
        assert "Worked together with this city" in page(client, city.get_absolute_url())
    # They can begin again: one asks, the other agrees.
    assert collaborations.collaborate(step, bo) is None
    assert collaborations.collaborate(step, ana) == pairing
    pairing.refresh_from_db()
    assert pairing.until is None


def test_staff_end_what_runs_and_both_cities_are_told(two):
    ana, bo, step = two
    staff = make_staff()
    collaborations.collaborate(step, staff)
    collaborations.say_no(step, staff, CollaborationAct.ENDED, WHY)
    for person in (ana, bo):
        assert subjects(person)[-1] == "The collaboration of Corfu and Cork has ended"
    assert step.turns.last().city is None


def test_a_no_to_a_question_ends_nothing_that_a_colleague_agreed_to_and_its_words_stay(two, client):
    ana, bo, step = two
    colleague = make_officer(step.with_city)
    collaborations.collaborate(step, ana)
    collaborations.collaborate(step, colleague)
    client.force_login(bo)
    html = client.post(no(step), {"act": "declined", "reason": WHY}).content.decode()
    assert "Something else was said meanwhile" in html
    assert WHY in html
    assert FormDraft.objects.get().form == "collaboration-no"
    assert Pairing.objects.get().until is None


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_no_to_others_has_a_reason_of_no_more_than_a_thousand_signs(two, client, reason):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    client.force_login(bo)
    assert client.post(no(step), {"act": "declined", "reason": reason}).status_code == 200
    assert not step.turns.exclude(act="asked").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        step.turns.create(act="ended")


def test_those_of_the_lab_learn_that_two_cities_work_together_and_not_why_one_declined(two, client):
    ana, bo, step = two
    collaborations.collaborate(step, ana)
    collaborations.say_no(step, bo, CollaborationAct.DECLINED, WHY)
    client.force_login(comes(step.session))
    assert WHY not in page(client, step.get_absolute_url())
    assert client.get(no(step)).status_code == 403
    client.force_login(make_user())
    assert client.get(no(step)).status_code == 404
    client.force_login(make_staff())
    assert WHY in page(client, step.get_absolute_url())


def test_of_a_no_and_a_yes_at_once_one_is_said(transactional_db, session):
    corfu, cork = make_city(name="Corfu"), make_city(name="Cork")
    ana, bo, step = (
        comes(session, corfu), comes(session, cork), promise(session, city=corfu, with_city=cork)
    )  # fmt: skip
    other = make_officer(cork)
    collaborations.collaborate(step, ana)

    def decline():
        try:
            collaborations.say_no(step, bo, CollaborationAct.DECLINED, WHY)
        except collaborations.CollaborationRefused:
            return

    def agree():
        # After a no, the city that said it asks anew.
        collaborations.collaborate(step, other)

    at_once([decline, agree])
    acts = list(step.turns.values_list("act", flat=True))
    assert acts in (["asked", "agreed"], ["asked", "declined", "asked"])
    assert Pairing.objects.count() == (acts[-1] == "agreed")


def test_what_two_cities_said_of_each_other_is_not_said_of_a_third(two, client):
    ana, _bo, step = two
    collaborations.collaborate(step, ana)
    third = make_officer(make_city()).memberships.get().city
    client.force_login(ana)
    typed = {"title": step.title, "city": step.city_id, "with_city": third.pk,
             "due_on": "2021-03-16", "standing": "open", "version": 1}  # fmt: skip
    client.post(step.get_absolute_url(), typed)
    step.refresh_from_db()
    assert step.with_city.name == "Cork"
