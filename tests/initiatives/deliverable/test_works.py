"""Checks and hand-ins of large roadmaps are done by the worker, once, and a page says how far."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from cities.models import Effect, Mail
from initiatives.deliverable import content, ends, snapshots, works
from initiatives.models import DeliverableCheck, DeliverableSnapshot, DeliverableWork, LateHandIn
from initiatives.periodic import fail_lost_works
from tests import factories
from tests.initiatives.deliverable.conftest import make_outline

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def large(monkeypatch):
    """Every roadmap is a large one."""
    monkeypatch.setattr(works, "MOST_AT_ONCE", -1)


@pytest.fixture
def roadmap(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.make_roadmap(vision="The budget is TBD.")


@pytest.fixture
def outline(roadmap):
    return make_outline(kinds=["vision"])


@pytest.fixture
def officer(client, roadmap):
    user = factories.make_officer(roadmap.participation.city)
    client.force_login(user)
    return user


def at(name, roadmap):
    return reverse(f"initiatives:deliverable-{name}", args=[roadmap.pk])


def test_a_long_check_is_done_in_the_worker_with_its_progress(
    client, officer, roadmap, outline, drain
):
    answer = client.post(at("check", roadmap))
    work = DeliverableWork.objects.get()
    assert answer.url == work.get_absolute_url()
    assert not DeliverableCheck.objects.exists()
    page = client.get(answer.url).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "Look again" in page
    drain()
    part = client.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    assert "The check is done." in part
    assert "hx-trigger" not in part
    assert "<html" not in part
    assert "The budget is TBD." in client.get(at("check", roadmap)).content.decode()


def test_a_long_hand_in_asked_for_in_time_is_in_time_and_done_once(
    client, officer, roadmap, outline, drain
):
    outline.due_at = timezone.now() + timedelta(minutes=5)
    outline.save()
    typed = {"template": outline.pk, "note": "Our first", "publish": "on"}
    answer = client.post(at("hand-in", roadmap), typed)
    assert not DeliverableSnapshot.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        drain()
        works.do(DeliverableWork.objects.get().pk)
    made = DeliverableSnapshot.objects.get()
    assert (made.number, made.handed_in_by, made.note) == (1, officer, "Our first")
    assert made.publication.published_by == officer
    assert made.handed_in_at == DeliverableWork.objects.get().asked_at < outline.due_at
    page = client.get(answer.url).content.decode()
    assert "Handed in as number 1." in page
    assert made.get_absolute_url() in page


def test_two_workers_that_got_the_same_hand_in_keep_one(officer, roadmap, outline, monkeypatch):
    work = works.ask(roadmap, "hand_in", outline, by=officer)
    build = snapshots.build

    def slow(*args):
        # While the first still builds, the second is handed the same and is done.
        monkeypatch.setattr(snapshots, "build", build)
        works.do(work.pk)
        return build(*args)

    monkeypatch.setattr(snapshots, "build", slow)
    works.do(work.pk)
    assert roadmap.snapshots.count() == 1


def test_a_long_hand_in_after_the_deadline_is_kept_as_a_late_draft(
    client, officer, roadmap, outline
):
    outline.due_at = timezone.now() - timedelta(hours=1)
    outline.save()
    client.post(at("hand-in", roadmap), {"template": outline.pk, "note": "Too late"})
    assert not DeliverableWork.objects.exists()
    assert LateHandIn.objects.get().note == "Too late"


def test_a_hand_in_that_fails_is_told_and_its_words_are_in_the_form(
    client, officer, roadmap, outline, monkeypatch
):
    def fail(*_args):
        raise SoftTimeLimitExceeded

    build = snapshots.build
    monkeypatch.setattr(snapshots, "build", fail)
    work = works.ask(roadmap, "hand_in", outline, by=officer, note="Our first", publish=True)
    assert "It is under way." in client.get(at("desk", roadmap)).content.decode()
    works.do(work.pk)
    works.do(work.pk)
    (mail,) = Mail.objects.all()
    assert (mail.recipient, "Our first" in mail.text) == (officer, True)
    assert at("hand-in", roadmap) in mail.link
    for page in (work.get_absolute_url(), at("desk", roadmap)):
        told = client.get(page).content.decode()
        assert "nothing was handed in" in told
        assert "Try again" in told
        assert "the log" not in told
    form = client.get(at("hand-in", roadmap)).context["form"]
    assert form.initial == {"template": outline.pk, "note": "Our first", "publish": True}
    monkeypatch.setattr(snapshots, "build", build)
    client.post(at("hand-in", roadmap), {**form.initial, "publish": "on"})
    works.do(DeliverableWork.objects.first().pk)
    assert roadmap.snapshots.get().note == "Our first"
    assert "nothing was handed in" not in client.get(at("desk", roadmap)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_both_audiences_read_what_stood_there_at_one_moment(officer, roadmap, outline, monkeypatch):
    chapter = roadmap.own_chapters.create(heading="Ours", text="Before")
    build = content.build

    def disturbed(*args, **named):
        told = build(*args, **named)
        with ThreadPoolExecutor(1) as somebody:
            somebody.submit(change).result()
        return told

    def change():
        roadmap.own_chapters.filter(pk=chapter.pk).update(text="Afterwards")
        connections.close_all()

    monkeypatch.setattr(content, "build", disturbed)
    works.do(works.ask(roadmap, "hand_in", outline, by=officer).pk)
    made = roadmap.snapshots.get()
    for audience in ("public", "programme"):
        assert "Before" in str(snapshots.told_to(made, audience))
    chapter.refresh_from_db()
    assert chapter.text == "Afterwards"


def test_a_hand_in_of_yesterday_evening_is_as_of_yesterday(officer, roadmap, outline):
    evening = timezone.now().replace(hour=12)
    with time_machine.travel(evening, tick=False):
        work = works.ask(roadmap, "hand_in", outline, by=officer)
    with time_machine.travel(evening + timedelta(days=1)):
        works.do(work.pk)
    made = roadmap.snapshots.get()
    assert made.handed_in_at == evening
    day = timezone.localdate(evening).isoformat()
    assert snapshots.told_to(made, "public")["on"] == day


def test_what_fails_after_the_deadline_is_a_late_draft_too(officer, roadmap, outline, monkeypatch):
    outline.due_at = timezone.now() + timedelta(minutes=5)
    outline.save()
    work = works.ask(roadmap, "hand_in", outline, by=officer, note="In time")
    monkeypatch.setattr(snapshots, "build", lambda *_args: 1 / 0)
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        works.do(work.pk)
    assert LateHandIn.objects.get().note == "In time"


@pytest.mark.parametrize("how", ["silent", "given up"])
def test_a_work_whose_worker_is_gone_has_failed(client, officer, roadmap, outline, how):
    work = works.ask(roadmap, "hand_in", outline, by=officer, note="Our first")
    later = timezone.now() + ends.SILENT + timedelta(minutes=1)
    if how == "given up":
        Effect.objects.filter(key=ends.key_of(work.pk)).update(state="dead")
        later = timezone.now()
    part = {"headers": {"HX-Request": "true"}}
    fail_lost_works()
    with time_machine.travel(later):
        for page in (work.get_absolute_url(), at("desk", roadmap)):
            assert "nothing was handed in" in client.get(page, **part).content.decode()
        fail_lost_works()
        fail_lost_works()
    assert Mail.objects.filter(recipient=officer).count() == 1
    work.refresh_from_db()
    assert work.error


def test_the_progress_of_a_work_is_swapped_when_it_is_new_and_holds_no_link(
    client, officer, roadmap, outline
):
    work = works.ask(roadmap, "hand_in", outline, by=officer)
    address, part = work.get_absolute_url(), {"headers": {"HX-Request": "true"}}
    assert client.get(f"{address}?seen=0", **part).status_code == 204
    DeliverableWork.objects.update(percent=45)
    told = client.get(f"{address}?seen=0", **part).content.decode()
    assert "seen=45" in told
    assert "<a " not in told
    assert 'role="status"' not in told
    check = works.ask(roadmap, "check", outline, by=officer)
    assert "meter" not in client.get(check.get_absolute_url(), **part).content.decode()


def test_whoever_asks_twice_gets_the_same_work_unless_it_has_been_silent(officer, roadmap, outline):
    first = works.ask(roadmap, "check", outline, by=officer)
    assert works.ask(roadmap, "check", outline, by=officer) == first
    with time_machine.travel(timezone.now() + ends.SILENT + timedelta(minutes=1)):
        again = works.ask(roadmap, "check", outline, by=officer)
    assert again != first
    first.refresh_from_db()
    assert first.error


def test_a_hand_in_that_differs_from_the_one_under_way_is_refused_with_its_words(
    client, officer, roadmap, outline, drain
):
    typed = {"template": outline.pk, "note": "Our first", "publish": "on"}
    first = client.post(at("hand-in", roadmap), typed)
    assert client.post(at("hand-in", roadmap), typed).url == first.url
    for other in ({"note": "Mine, with the new budget"}, {"publish": ""}):
        page = client.post(at("hand-in", roadmap), {**typed, **other}).content.decode()
        assert f"A hand-in that {officer} asked for is under way" in page
        assert other.get("note", "Our first") in page
    client.force_login(factories.make_officer(roadmap.participation.city))
    assert "yours has not begun" in client.post(at("hand-in", roadmap), typed).content.decode()
    drain()
    assert roadmap.snapshots.get().note == "Our first"


def test_a_worker_that_fails_late_takes_nothing_from_what_another_has_done(
    officer, roadmap, outline, monkeypatch
):
    work = works.ask(roadmap, "hand_in", outline, by=officer)
    build = snapshots.build

    def overtaken(*_args):
        monkeypatch.setattr(snapshots, "build", build)
        works.do(work.pk)
        raise ValueError

    monkeypatch.setattr(snapshots, "build", overtaken)
    works.do(work.pk)
    work.refresh_from_db()
    assert (work.error, work.snapshot) == ("", roadmap.snapshots.get())


def test_few_initiatives_are_checked_and_handed_in_at_once(
    client, officer, roadmap, outline, monkeypatch
):
    monkeypatch.setattr(works, "MOST_AT_ONCE", 0)
    assert client.post(at("check", roadmap)).url == at("check", roadmap)
    client.post(at("hand-in", roadmap), {"template": outline.pk})
    assert roadmap.snapshots.count() == 1
    assert not DeliverableWork.objects.exists()
