"""Along every arrow of the table: who takes it, what guards it, what follows; and no other way."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cities.models import Effect, Mail
from marketplace.models import (
    DecidedBy,
    ReviewEvent,
    ReviewProcess,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.steps import ARROWS, AT, NEXT, Action, Guard, Who
from marketplace.workflow import StepRefused, open_actions, perform
from tests.factories import (
    make_attachment,
    make_city,
    make_entry,
    make_officer,
    make_process,
    make_review,
    make_reviewer,
    make_revision,
    make_round,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
STEPS = sorted(AT)
NO_STEPS = [
    (state, action) for state in RevisionState for action in Action if (state, action) not in AT
]
GUARDED = sorted((arrow.before, arrow.action, guard) for arrow in ARROWS for guard in arrow.guards)
MAILS_ON_THE_WAY = {"cities.send_mail"}


def standing_before(state, action):
    """A revision at which a step can be taken: every guard of the arrow is content."""
    later = timezone.now() + timedelta(days=9)
    guards = AT[state, action].guards if (state, action) in AT else ()
    fields = {"embargo_until": later} if Guard.EMBARGOED in guards else {}
    if Guard.NO_REVIEW_STAGE in guards:
        fields["process"] = make_process(has_review=False)
    if Guard.FURTHER_ROUND in guards:
        fields["process"] = make_process()
        make_round(fields["process"])
    revision = make_entry(state=state, **fields).revisions.get()
    if Guard.ROUND_AGREES in guards:
        make_given_review(revision)
    if Guard.FOLLOWED in guards:
        make_revision(revision.entry, state=RevisionState.APPROVED)
    return revision


def make_given_review(revision):
    now = timezone.now()
    given = {"state": ReviewState.GIVEN, "given_at": now, "recommendation": "approve"}
    return make_review(revision, **given)


def somebody(who, revision):
    """Somebody of a kind, with everything that makes them so."""
    if who == Who.PORTAL:
        return None
    if who == Who.WRITER:
        return make_officer(revision.entry.city, {"may_submit": False})
    if who == Who.CITY:
        return make_officer(revision.entry.city)
    if who == Who.REVIEWER:
        return make_review(revision).reviewer
    return make_staff()


def given_with(action, revision):
    """What a step takes besides."""
    given = {"note": "Because."}
    if action in {Action.ASSIGN, Action.CONSULT, Action.REASSIGN}:
        given["reviewer"] = make_reviewer()
    if action == Action.REASSIGN:
        given["instead_of"] = make_review(revision)
    return given


@pytest.mark.parametrize(("state", "action"), STEPS)
def test_whoever_may_takes_an_arrow_and_what_follows_is_as_the_table_says(state, action):
    arrow = AT[state, action]
    for who in sorted(arrow.who):
        revision = standing_before(state, action)
        actor, given = somebody(who, revision), given_with(action, revision)
        make_officer(revision.entry.city)
        effects, mails = set(Effect.objects.values_list("pk")), set(Mail.objects.values_list("pk"))
        event = perform(action, revision, actor=actor, **given)
        revision.refresh_from_db()
        assert revision.state == event.after == arrow.after
        assert (event.before, event.action, event.actor) == (state, action, actor)
        handed = Effect.objects.exclude(pk__in=[pk for (pk,) in effects])
        assert {effect.kind for effect in handed} - MAILS_ON_THE_WAY == arrow.effects
        written = Mail.objects.exclude(pk__in=[pk for (pk,) in mails])
        assert {mail.kind for mail in written} == arrow.mails
        make_process_go()


def make_process_go():
    """Leave room for the next round's process: there is one by default."""

    Revision.objects.update(process=None, round=None)
    ReviewEvent.objects.update(round=None)
    ReviewProcess.objects.all().delete()


@pytest.mark.parametrize(("state", "action"), NO_STEPS)
def test_a_pair_that_is_no_arrow_changes_nothing_whoever_tries(state, action):
    revision = standing_before(state, action)
    people = [make_staff(), make_officer(revision.entry.city), None]
    for actor in people:
        with pytest.raises(StepRefused):
            perform(action, revision, actor=actor, note="Because.", reviewer=make_reviewer())
    revision.refresh_from_db()
    assert revision.state == state
    assert not ReviewEvent.objects.exists()
    assert not Effect.objects.exists()


@pytest.mark.parametrize(("state", "action"), STEPS)
def test_whoever_is_not_named_may_not_take_it_and_sees_no_button(state, action):
    revision = standing_before(state, action)
    named = AT[state, action].who
    strangers = [make_user(), make_officer(make_city()), make_reviewer()]
    unnamed = [who for who in Who if who not in named and who != Who.PORTAL]
    # Whoever submits for a city also writes for it.
    unnamed = [who for who in unnamed if not (who == Who.CITY and Who.WRITER in named)]
    strangers += [somebody(who, revision) for who in unnamed]
    given = given_with(action, revision)
    for stranger in strangers:
        assert action not in open_actions(revision, stranger)
        with pytest.raises(PermissionDenied):
            perform(action, revision, actor=stranger, **given)
    if Who.PORTAL not in named:
        with pytest.raises(PermissionDenied):
            perform(action, revision, actor=None, **given)
    assert not ReviewEvent.objects.exists()


@pytest.mark.parametrize(("state", "action"), STEPS)
def test_whoever_has_a_conflict_of_interest_takes_no_step_as_staff(state, action):
    revision = standing_before(state, action)
    staff = make_staff()
    staff.conflicts.create(city=revision.entry.city)
    with pytest.raises(PermissionDenied):
        perform(action, revision, actor=staff, **given_with(action, revision))


@pytest.mark.parametrize(("state", "action", "guard"), GUARDED)
def test_a_guard_refuses_with_words_and_changes_nothing(state, action, guard):
    revision = standing_before(state, action)
    who = Who.REVIEWER if guard in {Guard.REVIEWERS_DECIDE, Guard.REVIEWS_IN} else None
    who = who or sorted(AT[state, action].who)[0]
    actor, given = somebody(who, revision), given_with(action, revision)
    break_guard(guard, revision, given)
    with pytest.raises(StepRefused) as refusal:
        perform(action, revision, actor=actor, **given)
    assert str(refusal.value)
    assert not ReviewEvent.objects.exists()
    revision.refresh_from_db()
    assert revision.state == state


def break_guard(guard, revision, given):
    """Make a guard refuse."""
    changed, removed, replaced = BROKEN.get(guard, ({}, [], {}))
    for name in removed:
        del given[name]
    given.update(replaced)
    Revision.objects.filter(pk=revision.pk).update(**changed)
    if guard == Guard.PICTURES:
        make_attachment(revision, alt="")
    elif guard == Guard.OPEN_REVIEW:
        given["instead_of"] = make_review(revision, state=ReviewState.ENDED)
    elif guard == Guard.FURTHER_ROUND:
        revision.process.rounds.all().delete()
    elif guard == Guard.ROUND_AGREES:
        revision.reviews.update(recommendation="send_back")
    elif guard == Guard.FOLLOWED:
        others = revision.entry.revisions.exclude(pk=revision.pk)
        others.update(state=RevisionState.WITHDRAWN)
    elif guard == Guard.LIVE:
        make_revision(revision.entry, state=RevisionState.APPROVED)
    elif guard in PROCESSES:
        make_or_change_process(revision, **PROCESSES[guard])


# What is changed in the row, left out of the step, and given with it instead.
BROKEN = {
    Guard.COMPLETE: ({"problem": " "}, [], {}),
    Guard.WORDS: ({}, [], {"note": "  "}),
    Guard.CHOSEN: ({}, ["reviewer"], {}),
    Guard.EMBARGOED: ({"embargo_until": None}, [], {}),
    Guard.DUE: ({"embargo_until": timezone.now() + timedelta(days=1)}, [], {}),
}
PROCESSES = {
    Guard.NO_REVIEW_STAGE: {"has_review": True},
    Guard.REVIEWERS_DECIDE: {"decided_by": DecidedBy.STAFF},
    Guard.REVIEWS_IN: {"reviewers": 2},
}


def make_or_change_process(revision, **fields):
    if revision.process is None:
        make_process(**fields)
    else:
        ReviewProcess.objects.filter(pk=revision.process.pk).update(**fields)


def test_the_page_on_review_shows_the_table_as_it_is():
    lines = [
        f"| {arrow.before.label} | {arrow.action.label} | {arrow.after.label} "
        f"| {words(sorted(arrow.who, key=list(Who).index))} "
        f"| {words(sorted(arrow.guards, key=list(Guard).index))} "
        f"| {words(sorted(arrow.effects | arrow.mails))} |"
        for arrow in ARROWS
    ]
    page = Path(__file__).parents[2].joinpath("docs/review.md").read_text()
    missing = [line for line in lines if line not in page]
    assert not missing, "\n".join(missing)
    rows = [line for line in page.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(rows) == len(ARROWS) + 1


def words(members):
    return "; ".join(str(getattr(member, "label", member)) for member in members)


def test_there_is_one_arrow_for_each_pair():
    assert len(ARROWS) == len(AT) == len(NEXT)
