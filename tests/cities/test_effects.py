"""Effects happen once, whatever happens to those who do them."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cities import effects
from cities.effects import running, sending, works
from cities.models import Effect, EffectState, Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def done():
    """Register works for the length of a test; the list says which ids were worked on."""
    seen = []

    @effects.does("test.note")
    def note(*, thing):
        Heartbeat.objects.create(name=f"thing {thing}", beaten_at=timezone.now())
        seen.append(thing)

    @effects.does("test.fail")
    def fail(*, thing):
        Heartbeat.objects.create(name=f"thing {thing}", beaten_at=timezone.now())
        raise RuntimeError("It went wrong.")

    @effects.does("test.later")
    def later(*, thing):
        raise effects.Postponed(timezone.now() + timedelta(hours=1))

    yield seen
    for kind in ("test.note", "test.fail", "test.later"):
        del works.known[kind]


def make_due(effect):
    """Let the time that a failed effect waits pass."""
    Effect.objects.filter(pk=effect.pk).update(due_at=timezone.now())


def test_an_effect_is_done_once_however_often_it_is_run(done):
    effect = effects.hand_over("test.note", key="a", thing=1)
    assert [effects.run(effect.pk) for _ in range(5)] == [True, False, False, False, False]
    assert done == [1]
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (EffectState.DONE, 1)


def test_a_cause_named_twice_is_one_effect(done):
    first = effects.hand_over("test.note", key="same", thing=1)
    assert effects.hand_over("test.note", key="same", thing=2).pk == first.pk
    effects.run_pending()
    assert done == [1]


def test_a_rollback_leaves_no_effect(done):
    def change():
        with transaction.atomic():
            effects.hand_over("test.note", key="gone", thing=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    assert not Effect.objects.exists()


def test_a_failure_undoes_the_work_is_tried_again_later_and_given_up_after_five(done):
    effect = effects.hand_over("test.fail", key="f", thing=1)
    for attempt in range(1, 5):
        assert effects.run(effect.pk) is False
        effect.refresh_from_db()
        assert (effect.state, effect.attempts) == (EffectState.WAITING, attempt)
        assert effect.due_at > timezone.now()
        assert effects.run(effect.pk) is False
        make_due(effect)
    effects.run(effect.pk)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (EffectState.DEAD, 5)
    assert effect.last_error == "RuntimeError: It went wrong."
    assert not Heartbeat.objects.exists()


def test_an_effect_that_kills_its_worker_each_time_is_given_up(done):
    effect = effects.hand_over("test.note", key="poison", thing=1)
    Effect.objects.filter(pk=effect.pk).update(
        state=EffectState.RUNNING, attempts=5, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert effects.run(effect.pk) is False
    effect.refresh_from_db()
    assert effect.state == EffectState.DEAD
    assert done == []


def test_an_effect_left_by_a_dead_worker_is_taken_up_when_its_lease_ends(done):
    effect = effects.hand_over("test.note", key="left", thing=1)
    Effect.objects.filter(pk=effect.pk).update(
        state=EffectState.RUNNING, attempts=1, lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert effects.run(effect.pk) is False
    Effect.objects.filter(pk=effect.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert effects.run(effect.pk) is True


def test_an_effect_due_later_waits_and_a_postponed_one_counts_no_attempt(done):
    early = effects.hand_over(
        "test.note", key="tomorrow", due_at=timezone.now() + timedelta(days=1), thing=1
    )
    later = effects.hand_over("test.later", key="later", thing=2)
    assert effects.run_pending() == 0
    later.refresh_from_db()
    assert (later.state, later.attempts) == (EffectState.WAITING, 0)
    assert done == []
    assert Effect.objects.get(pk=early.pk).state == EffectState.WAITING


@pytest.mark.parametrize("change", [{"kind": "test.unknown"}, {"format": 99}])
def test_what_this_release_does_not_know_is_kept_with_a_reason(done, change):
    effect = effects.hand_over("test.note", key="odd", thing=1)
    Effect.objects.filter(pk=effect.pk).update(attempts=4, **change)
    effects.run(effect.pk)
    effect.refresh_from_db()
    assert effect.state == EffectState.DEAD
    assert effect.last_error.startswith("LookupError: ")


def test_retry_and_discard_only_touch_what_was_given_up(done):
    effect = effects.hand_over("test.note", key="r", thing=1)
    assert effects.retry(effect, "Again.") is False
    assert effects.discard(effect, "No.") is False
    Effect.objects.filter(pk=effect.pk).update(state=EffectState.DEAD, attempts=5)
    assert effects.retry(effect, "The mail server is back.") is True
    assert effects.run(effect.pk) is True
    effect.refresh_from_db()
    assert (effect.state, effect.note) == (EffectState.DONE, "The mail server is back.")


@pytest.mark.django_db(transaction=True)
def test_a_dead_queue_fails_no_request_and_the_sweep_sends_what_was_lost(
    done, settings, monkeypatch
):
    settings.DISPATCH_EFFECTS = True
    sent = []

    def refuse(*args, **kwargs):
        raise OSError("No queue.")

    monkeypatch.setattr(sending.current_app, "send_task", refuse)
    effect = effects.hand_over("test.note", key="lost", thing=1)
    assert Effect.objects.get(pk=effect.pk).queued_at is None

    monkeypatch.setattr(
        sending.current_app, "send_task", lambda name, args, **options: sent.append(args)
    )
    assert effects.sweep() == 1
    assert sent == [(effect.pk,)]
    # Just handed over: not again at once, but after the grace has passed.
    assert effects.sweep() == 0
    Effect.objects.update(queued_at=timezone.now() - effects.GRACE - timedelta(seconds=1))
    assert effects.sweep() == 1


def test_of_two_who_have_read_an_effect_alike_one_takes_it(done, monkeypatch):
    effect = effects.hand_over("test.note", key="a", thing=1)
    first = []

    def let_another_take_it(kind):
        monkeypatch.undo()
        first.append(running.take(effect.pk))
        return False

    monkeypatch.setattr(running, "is_outside", let_another_take_it)
    assert running.take(effect.pk) is None
    assert first[0].attempts == 1
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == (EffectState.RUNNING, 1)


def test_a_worker_that_lost_its_lease_leaves_the_effect_to_the_one_who_took_it_up(done):
    effect = effects.hand_over("test.fail", key="a", thing=1)
    slow = running.take(effect.pk)
    Effect.objects.filter(pk=effect.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    taken_up = running.take(effect.pk)
    running.note_failure(slow, RuntimeError("Too late."))
    effect.refresh_from_db()
    assert (effect.state, effect.lease_until) == (EffectState.RUNNING, taken_up.lease_until)


def test_what_a_dead_worker_held_is_sent_again_once_when_its_lease_ends(done):
    effect = effects.hand_over("test.note", key="held", thing=1)
    now = timezone.now()
    Effect.objects.filter(pk=effect.pk).update(
        state=EffectState.RUNNING, queued_at=now - timedelta(seconds=16), lease_until=now
    )
    lost = Effect.objects.lost(effects.GRACE)
    assert list(lost) == [effect]
    Effect.objects.filter(pk=effect.pk).update(queued_at=timezone.now())
    assert not lost.all().exists()


def test_work_outside_of_transactions_is_given_the_time_it_may_take(done):
    held = []

    @effects.does("test.outside", outside=True)
    def outside(*, thing):
        held.append(Effect.objects.get(key="outside").lease_until - timezone.now())

    try:
        assert effects.run(effects.hand_over("test.outside", key="outside", thing=1).pk)
    finally:
        del works.known["test.outside"]
    assert held[0] > running.LEASE


def test_a_queue_that_failed_is_left_alone_for_a_while_by_all_but_the_sweep(
    done, settings, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []

    def fail(name, arguments, **options):
        asked.append(arguments)
        raise OSError("The queue is gone.")

    settings.DISPATCH_EFFECTS = True
    monkeypatch.setattr(sending, "_queue_rests_until", 0.0)
    monkeypatch.setattr(sending.current_app, "send_task", fail)
    for number in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            effects.hand_over("test.note", key=f"rest {number}", thing=number)
    assert len(asked) == 1

    effects.sweep()
    assert len(asked) == 2

    monkeypatch.setattr(sending.current_app, "send_task", lambda *_given, **_options: None)
    effects.sweep()
    assert sending._queue_rests_until == 0.0
    assert not Effect.objects.filter(queued_at=None).exists()


@pytest.fixture
def messages(settings, monkeypatch):
    """What is sent to the queue: the name of each queue, and the numbers in each message."""
    settings.DISPATCH_EFFECTS = True
    sent = []
    monkeypatch.setattr(sending, "_queue_rests_until", 0.0)
    monkeypatch.setattr(
        sending.current_app,
        "send_task",
        lambda name, numbers, queue, **options: sent.append((queue, numbers)),
    )
    return sent


@pytest.mark.django_db(transaction=True)
def test_what_one_transaction_hands_over_travels_together_but_mail_alone(done, messages):
    with transaction.atomic():
        work = [effects.hand_over("test.note", key=f"w{n}", thing=n).pk for n in range(12)]
        mail = [
            effects.hand_over("test.note", key=f"m{n}", queue="mail", thing=n).pk for n in range(2)
        ]
    assert messages == [
        ("work", tuple(work[:10])),
        ("work", tuple(work[10:])),
        *(("mail", (number,)) for number in mail),
    ]
    # Noted with the effect, so that the sweep does not send it once more.
    assert effects.sweep() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_taken_back_does_not_hinder_what_comes_after_it(done, messages):
    def change():
        with transaction.atomic():
            effects.hand_over("test.note", key="gone", thing=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()
    kept = effects.hand_over("test.note", key="kept", thing=2)
    assert [number for _queue, numbers in messages for number in numbers][-1] == kept.pk
    for _queue, numbers in messages:
        effects.run_several(numbers)
    assert done == [2]


@pytest.fixture
def causes():
    """A work that hands over others: so many to each queue, as the list says."""
    asked = {}

    @effects.does("test.cause")
    def cause(*, thing):
        for queue, number in asked.items():
            for each in range(number):
                key = f"{thing} {queue} {each}"
                effects.hand_over("test.note", key=key, queue=queue, thing=each)

    yield asked
    del works.known["test.cause"]


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_follows_alone_at_once_and_sends_what_others_can_share(
    done, causes, messages
):
    causes.update(work=1, mail=1)
    effects.run_several([effects.hand_over("test.cause", key="one", thing=1).pk])
    assert done == [0]
    (waiting,) = Effect.objects.due()
    assert messages[1:] == [("mail", (waiting.pk,))]

    messages.clear()
    causes.update(work=3, mail=0)
    effects.run_several([effects.hand_over("test.cause", key="three", thing=2).pk])
    assert done == [0]
    assert [len(numbers) for _queue, numbers in messages] == [1, 3]


@pytest.mark.django_db(transaction=True)
def test_what_is_left_when_a_turn_ends_is_sent_again(done, messages, monkeypatch):
    numbers = [effects.hand_over("test.note", key=f"t{n}", thing=n).pk for n in range(3)]
    messages.clear()
    moments = iter([0.0, 1.0, running.TURN_S + 1])
    with monkeypatch.context() as clock:
        clock.setattr(running, "now_s", lambda: next(moments))
        effects.run_several(numbers)
    assert done == [0]
    assert messages == [("work", tuple(numbers[1:]))]


@pytest.mark.django_db(transaction=True)
def test_one_of_several_that_fails_leaves_the_others_alone(done, messages):
    bad = effects.hand_over("test.fail", key="bad", thing=1)
    good = effects.hand_over("test.note", key="good", thing=2)
    effects.run_several([bad.pk, good.pk])
    assert done == [2]
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (EffectState.WAITING, 1)


def test_a_work_is_told_whether_it_was_tried_before(done):
    told = []

    @effects.does("test.tried")
    def tried(*, thing):
        told.append(effects.is_first_attempt())
        if len(told) == 1:
            raise RuntimeError

    try:
        effect = effects.hand_over("test.tried", key="tried", thing=1)
        for _attempt in range(2):
            effects.run(effect.pk)
            make_due(effect)
    finally:
        del works.known["test.tried"]
    assert told == [True, False]
    assert effects.is_first_attempt()
