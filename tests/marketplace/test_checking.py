"""Automatic checks as work: each on its own, and none of them able to hold a review up."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from cities import effects, outbound
from cities.effects import works
from cities.models import Effect, EffectState
from cities.outbound import Answer, Problem
from marketplace import checks, links, reading
from marketplace.models import Check, CheckOutcome, CheckState, ReviewEvent, RevisionState
from marketplace.workflow import Action, perform
from tests.factories import (
    make_attachment,
    make_entry,
    make_officer,
    make_process,
    make_reviewer,
    make_revision,
)
from tests.uploads import a_picture

pytestmark = pytest.mark.django_db
INSIDE = {"complete", "doubles", "images", "language", "links"}


@pytest.fixture
def outside(settings, monkeypatch):
    """Other people's servers, as a list of what they answer; by default they answer well."""
    settings.ASKS_OTHER_SERVERS = True
    answers = {}

    def fetch(url, *, with_body=True):
        answer = answers.get(url, Answer(url, 200))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(outbound, "fetch", fetch)
    return answers


def submitted(**fields):
    revision = make_entry(state="draft", **fields).revisions.get()
    return perform(Action.SUBMIT, revision, actor=make_officer(revision.entry.city)).revision


def run_all_but(kind):
    """Do what is due, but for one kind of work, which never gets its turn."""
    while due := list(Effect.objects.due().exclude(kind=kind)):
        for effect in due:
            effects.run(effect.pk)


def fail_once(monkeypatch, drain):
    """Let all checks at once fail, so that each of them is work of its own."""
    with monkeypatch.context() as broken:
        broken.setattr(checks, "run", lambda *_given: 1 / 0)
        drain()
    make_due("marketplace.check")


def make_due(kind):
    """Let the time pass that work of a kind waits."""
    Effect.objects.filter(kind=kind).update(due_at=timezone.now())


def states(revision):
    return dict(revision.checks.values_list("name", "state"))


def test_each_check_is_a_row_one_effect_makes_all_and_the_review_goes_on(drain, outside):
    make_reviewer()
    revision = submitted(website="https://example.org/")
    drain()
    assert states(revision) == dict.fromkeys(INSIDE | {"answers"}, CheckState.DONE)
    assert not Effect.objects.filter(kind="marketplace.run_check").exists()
    asked = Effect.objects.get(kind="marketplace.ask_outside")
    assert (asked.queue, asked.state) == ("outside", EffectState.DONE)
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW


def test_after_a_failure_each_check_is_an_effect_and_the_review_goes_on_after_the_last(
    drain, outside, monkeypatch
):
    make_reviewer()
    revision = submitted(website="https://example.org/")
    fail_once(monkeypatch, drain)
    assert states(revision) == {}
    drain()
    assert states(revision) == dict.fromkeys(INSIDE | {"answers"}, CheckState.DONE)
    assert Effect.objects.filter(kind="marketplace.run_check").count() == len(INSIDE)
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW


def test_nobody_is_asked_where_there_is_nothing_to_ask_for(drain, outside):
    make_reviewer()
    revision = submitted()
    drain()
    assert set(states(revision)) == INSIDE
    assert not Effect.objects.filter(kind="marketplace.ask_outside").exists()
    assert revision.checks.get(name="links").message == "There are no links."


def test_nothing_waits_for_other_servers_and_their_answer_arrives_later(drain, outside):
    make_reviewer()
    outside["https://example.org/"] = Answer("https://example.org/", problem=Problem.SLOW)
    revision = submitted(website="https://example.org/")
    run_all_but("marketplace.ask_outside")
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    assert states(revision)["answers"] == CheckState.QUEUED
    drain()
    found = revision.checks.get(name="answers")
    assert (found.state, found.outcome) == (CheckState.DONE, CheckOutcome.ADVICE)
    assert "Website (The server takes too long)" in found.message
    assert found.details == [
        {"label": "Website", "url": "https://example.org/", "status": "", "problem": "slow"}
    ]


def test_a_check_that_breaks_is_tried_again_and_the_review_goes_on_without_it(
    drain, outside, monkeypatch
):
    make_reviewer()

    def breaks(revision):
        raise OSError("disk")

    monkeypatch.setitem(checks.INSIDE, "doubles", breaks)
    revision = submitted()
    drain()
    make_due("marketplace.check")
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.SUBMITTED
    assert states(revision)["doubles"] == CheckState.QUEUED
    make_due("marketplace.end_checks")
    drain()
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW
    row = revision.checks.get(name="doubles")
    assert (row.state, row.message) == (CheckState.UNDONE, "It was not done in time.")
    assert checks.report(revision)[0].outcome in {"Could not be done", "Worth a look"}

    monkeypatch.undo()
    make_due("marketplace.run_check")
    drain()
    row.refresh_from_db()
    assert row.state == CheckState.DONE


def test_the_time_for_checks_is_as_long_as_the_process_says(monkeypatch, drain):
    make_process(minutes_for_checks=7)
    before = timezone.now()
    revision = submitted()
    fail_once(monkeypatch, drain)
    drain()
    ends = Effect.objects.get(key=f"end-checks:{revision.pk}").due_at
    assert timedelta(minutes=7) <= ends - before < timedelta(minutes=8)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        ({}, INSIDE | {"answers"}),
        ({"asks_outside": False}, INSIDE),
        ({"runs_checks": False}, set()),
    ],
)
def test_a_process_says_which_checks_are_made(drain, outside, process, expected):
    make_process(**process)
    make_reviewer()
    revision = submitted(website="https://example.org/")
    drain()
    assert set(states(revision)) == expected
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW


def test_delivered_five_times_every_piece_of_work_changes_nothing_more(drain, outside):
    make_reviewer()
    revision = submitted(website="https://example.org/")
    drain()
    rows = list(Check.objects.order_by("pk").values())
    steps, done = ReviewEvent.objects.count(), Effect.objects.count()
    for _time in range(5):
        for effect in Effect.objects.filter(kind__startswith="marketplace."):
            effects.run(effect.pk)
            work, _outside = works.find(effect)
            if effect.kind != "marketplace.end_checks":
                work(**effect.arguments)
    assert (ReviewEvent.objects.count(), Effect.objects.count()) == (steps, done)
    for before, after in zip(rows, Check.objects.order_by("pk").values(), strict=True):
        assert {**before, "checked_at": None} == {**after, "checked_at": None}
    assert revision.reviews.count() == 1


# ── what may come from the queue (trust.md 5, 40 and 41) ─────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "arguments", "reason"),
    [
        ("marketplace.no_such_work", {"revision": 1}, "Nothing here does"),
        ("marketplace.publish", {}, "missing 1 required keyword-only argument"),
        ("marketplace.publish", {"entry": 1}, "unexpected keyword argument"),
        ("marketplace.publish", {"revision": "one"}, "expected a number"),
        ("marketplace.publish", {"revision": {"pk": 1}}, "expected"),
    ],
)
def test_work_nobody_can_do_is_given_up_with_its_reason_and_others_go_on(
    drain, kind, arguments, reason
):
    effect = Effect.objects.create(key="bad", kind=kind, arguments=arguments)
    make_reviewer()
    revision = submitted()
    for _attempt in range(effects.MAX_ATTEMPTS):
        Effect.objects.filter(pk=effect.pk).update(due_at=timezone.now())
        drain()
    effect.refresh_from_db()
    assert effect.state == EffectState.DEAD
    assert reason in effect.last_error
    revision.refresh_from_db()
    assert revision.state == RevisionState.IN_REVIEW


def test_work_of_another_release_is_given_up_with_its_reason(drain):
    effect = Effect.objects.create(
        key="old", kind="marketplace.publish", arguments={"revision": 1}, format=0
    )
    for _attempt in range(effects.MAX_ATTEMPTS):
        Effect.objects.filter(pk=effect.pk).update(due_at=timezone.now())
        drain()
    effect.refresh_from_db()
    assert (effect.state, "another release" in effect.last_error) == (EffectState.DEAD, True)


def test_a_number_as_a_text_means_the_number():
    revision = make_entry(state="approved").revisions.get()
    effect = Effect.objects.create(
        key="text", kind="marketplace.publish", arguments={"revision": str(revision.pk)}
    )
    assert effects.run(effect.pk)
    revision.refresh_from_db()
    assert revision.state == RevisionState.PUBLISHED


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("check", "withdrawn"),
        ("assign", "changes_requested"),
        ("publish", "withdrawn"),
        ("end_checks", "changes_requested"),
    ],
)
def test_work_for_a_revision_that_was_followed_by_another_has_no_effect_and_is_logged(
    caplog, kind, state
):
    make_reviewer()
    earlier = make_entry(state=state).revisions.get()
    later = make_revision(earlier.entry, state="submitted")
    effect = effects.hand_over(f"marketplace.{kind}", key="old", revision=earlier.pk)
    with caplog.at_level(logging.INFO, logger="marketplace"):
        assert effects.run(effect.pk)
    assert f"Revision {earlier.pk} has moved on" in caplog.text
    for revision, stands in ((earlier, state), (later, "submitted")):
        revision.refresh_from_db()
        assert revision.state == stands
    assert not ReviewEvent.objects.exists()


def test_a_check_of_a_withdrawn_revision_is_left_and_logged(caplog):
    revision = make_entry(state="withdrawn").revisions.get()
    row = Check.objects.create(revision=revision, name="complete")
    effect = effects.hand_over("marketplace.run_check", key="old", check=row.pk)
    with caplog.at_level(logging.INFO, logger="marketplace"):
        assert effects.run(effect.pk)
    row.refresh_from_db()
    assert row.state == CheckState.UNDONE
    assert "moved on" in caplog.text


# ── links, pictures, language ────────────────────────────────────────────────────────────────────
def test_every_link_is_named_with_what_is_wrong(outside):
    revision = make_entry(
        website="https://gone.example/",
        evidence_url="https://closed.example/",
        repository_url="https://example.org/",
    ).revisions.get()
    outside["https://gone.example/"] = Answer("https://gone.example/", 404)
    outside["https://closed.example/"] = Answer("https://closed.example/", 403)
    found = links.try_links(revision)
    assert found.outcome == CheckOutcome.ADVICE
    assert found.message == "These do not answer: Website (answers with 404)."
    assert len(found.details) == 3


def test_links_take_no_longer_than_the_time_there_is_for_all(outside, monkeypatch):
    revision = make_entry(
        website="https://a.example/", evidence_url="https://b.example/"
    ).revisions.get()
    monkeypatch.setattr(links, "LONGEST_S", -1.0)
    assert "2 links were not tried" in links.try_links(revision).message


def test_pictures_need_words_and_some_size():
    revision = make_entry(state="draft").revisions.get()
    assert checks.find(revision, "images").message == "There are no pictures."
    picture = make_attachment(revision, a_picture(), alt=" ")
    assert checks.find(revision, "images").outcome == CheckOutcome.FAILED
    picture.alt, picture.width = "A square.", 100
    picture.save()
    assert checks.find(revision, "images").outcome == CheckOutcome.ADVICE
    picture.width = 1200
    picture.save()
    assert checks.find(revision, "images").outcome == CheckOutcome.PASSED


TEXTS = {
    "en": "The city has put sensors into the streets of the old town, so that drivers are shown "
    "where a place to park is free; the project was paid for by the region and by the city.",
    "fr": "La ville a installé des capteurs dans les rues du centre pour que les gens sachent "
    "où une place est libre ; le projet a été payé par la région et par la ville avec une aide.",
    "de": "Die Stadt hat in den Straßen der Altstadt Sensoren eingebaut, damit Menschen sehen, wo "
    "ein Platz frei ist; das Projekt wurde von der Region und von der Stadt bezahlt und ist offen.",
    "el": "Ο δήμος τοποθέτησε αισθητήρες στους δρόμους της παλιάς πόλης για να βλέπουν όλοι πού "
    "υπάρχει ελεύθερη θέση και το έργο πληρώθηκε από την περιφέρεια και από τον δήμο με την πόλη.",
    "pl": "Miasto umieściło czujniki na ulicach starego miasta, aby kierowcy widzieli, gdzie jest "
    "wolne miejsce, a projekt został opłacony przez region i przez miasto, które nie ma go za nic.",
    "es": "La ciudad ha puesto sensores en las calles del centro para que todos vean dónde "
    "hay una plaza libre; el proyecto fue pagado por la región y por la ciudad con una ayuda.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_reads_like_its_language(language):
    assert reading.language_of(TEXTS[language]) == language


def test_a_language_that_is_stated_wrongly_is_asked_about_and_neighbours_are_not():
    revision = make_entry(language="en", problem=TEXTS["fr"]).revisions.get()
    found = checks.find(revision, "language")
    assert found.outcome == CheckOutcome.ADVICE
    assert found.message == "Stated is English, but it reads like French."
    assert reading.is_alike("da", "nb")
    assert reading.language_of("Σύντομο") is None
    assert reading.language_of("lorem ipsum dolor " * 20) is None
