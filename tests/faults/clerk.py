"""Prepares and counts rows of a portal under test: `python -m tests.faults.clerk count`.

A process of its own, as the portal's are: the tests themselves have another database.
"""

import json
import sys
import time
from collections import Counter
from datetime import timedelta

import django
from celery import current_app

django.setup()

from django.db import DatabaseError, close_old_connections, transaction  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.module_loading import autodiscover_modules  # noqa: E402

from cities import effects, mails  # noqa: E402
from cities.effects import works  # noqa: E402
from cities.models import Effect, EffectState, Mail, MailState  # noqa: E402
from initiatives import connectors  # noqa: E402
from initiatives.models import Connector  # noqa: E402
from marketplace.models import (  # noqa: E402
    Review,
    ReviewEvent,
    ReviewState,
    Revision,
    RevisionState,
)
from marketplace.workflow import Action, perform  # noqa: E402
from tests.factories import (  # noqa: E402
    make_city,
    make_connector,
    make_entry,
    make_kpi,
    make_officer,
    make_reviewer,
    make_staff,
)
from tests.faults import one_of_each  # noqa: E402
from tests.faults.one_of_each import NOWHERE  # noqa: E402
from tests.faults.rooms import count_lab, count_room, open_lab, open_room  # noqa: E402, F401 - asked
from tests.signed_in import session_cookie  # noqa: E402

CITIES = 10
# Fewer than each of them takes at once.
ENTRIES_A_REVIEWER = 5


def prepare(number):
    """Write drafts with their officers; return where each is submitted, and as whom."""
    with transaction.atomic():
        for _each in range(int(number) // ENTRIES_A_REVIEWER + 1):
            make_reviewer()
        cities = [make_city() for _each in range(CITIES)]
        cookies = [session_cookie(make_officer(city)) for city in cities]
        drafts = [make_entry(cities[each % CITIES], state="draft") for each in range(int(number))]
    return [
        {
            "path": f"/marketplace/{entry.slug}/revisions/1/act/",
            "cookie": cookies[each % CITIES],
            "slug": entry.slug,
        }
        for each, entry in enumerate(drafts)
    ]


def wait(seconds):
    """Wait until nothing is left to do; return how long it took and how much of what is left."""
    began = time.monotonic()
    while (left := _left()) and time.monotonic() - began < float(seconds):
        time.sleep(0.5)
    return {"seconds": time.monotonic() - began, "left": sum(left.values()), "kinds": left}


def _left():
    """Effects that are due and not done, by kind; not those of mails nobody knows the fate of."""
    try:
        due = Q(state=EffectState.WAITING, due_at__lte=timezone.now())
        open_effects = Effect.objects.filter(due | Q(state=EffectState.RUNNING))
        unclear = Mail.objects.filter(state=MailState.INFLIGHT).values_list("pk", flat=True)
        keys = [f"mail:{mail}" for mail in unclear]
        return dict(Counter(open_effects.exclude(key__in=keys).values_list("kind", flat=True)))
    except DatabaseError:
        # It is being restarted.
        close_old_connections()
        return {"database": 1}


def count():
    """Count what there is, and what should not be."""
    # Whoever was asked instead of somebody, or in a further round, is no second one.
    reviews = Counter(
        Review.objects.exclude(state=ReviewState.ENDED).values_list("revision", "round_number")
    )
    steps = Counter(ReviewEvent.objects.values_list("revision", "action"))
    return {
        "in_review": list(
            Revision.objects.filter(state=RevisionState.IN_REVIEW).values_list(
                "entry__slug", flat=True
            )
        ),
        "doubled_reviews": sum(number - 1 for number in reviews.values()),
        "doubled_steps": sum(number - 1 for number in steps.values()),
        "effects": dict(Counter(Effect.objects.values_list("state", flat=True))),
        "mails": dict(Counter(Mail.objects.values_list("state", flat=True))),
        "message_ids": list(Mail.objects.values_list("message_id", flat=True)),
    }


def mail_everybody(number):
    """Write mails that only wait to be sent."""
    with transaction.atomic():
        person = make_staff()
        for each in range(int(number)):
            mail = Mail.objects.create(
                key=f"fault:{each}",
                kind="test",
                recipient=person,
                address=person.email,
                subject=f"Mail {each}",
                text="Words.",
                message_id=f"<fault-{each}@example.org>",
            )
            effects.hand_over("cities.send_mail", key=f"mail:{mail.pk}", queue="mail", mail=mail.pk)
    return int(number)


def let_ten_minutes_pass():
    """Do what the clock does with mails whose worker died, as if ten minutes had passed."""
    Mail.objects.filter(state=MailState.INFLIGHT).update(
        taken_at=timezone.now() - timedelta(minutes=11)
    )
    return mails.sweep_stuck()


def hand_over(kind, number):
    """Write effects of one kind, and send them."""
    with transaction.atomic():
        for each in range(int(number)):
            effects.hand_over(kind, key=f"{kind}:{time.time_ns()}:{each}", number=each)
    return int(number)


def deliver_often_and_once(number, deliveries):
    """Let all work be done twice over, so that what comes of it can be compared."""
    return [do_everything(int(number), each) for each in (int(deliveries), 1)]


def do_everything(number, deliveries):
    """Take entries from submission to publication, beside one work of each other kind.

    Every effect is delivered so many times at once, and as often, again and again, the clock's
    tasks. Returns how far everything came, and the kinds of work that were never delivered.
    """
    for _each in range(number // ENTRIES_A_REVIEWER + 1):
        make_reviewer()
    city = make_city()
    officer = make_officer(city)
    drafts = [make_entry(city, state="draft", website=NOWHERE) for _each in range(number)]
    revisions = [draft.revisions.get() for draft in drafts]
    for revision in revisions:
        perform(Action.SUBMIT, revision, actor=officer)
    became = one_of_each.hand_over()
    kinds, sent = _deliver(deliveries)
    for review in Review.objects.filter(revision__in=revisions).select_related("reviewer"):
        perform(Action.APPROVE, review.revision, actor=review.reviewer)
    more, again = _deliver(deliveries)
    mine = {"revision__in": revisions}
    autodiscover_modules("tasks")
    return {
        "kinds": sorted(kinds | more),
        "never": sorted(set(works.known) - kinds - more),
        "deliveries": sent + again,
        "end": {
            "states": dict(Counter(Revision.objects.filter(pk__in=[each.pk for each in revisions])
                                   .values_list("state", flat=True))),
            "steps": dict(Counter(ReviewEvent.objects.filter(**mine)
                                  .values_list("action", flat=True))),
            "reviews": Review.objects.filter(**mine).count(),
            "others": became(),
        },
    }  # fmt: skip


def _deliver(deliveries):
    """Deliver every open effect and every task of the clock many times over, until all is done."""
    kinds, sent, until = set(), 0, time.monotonic() + 180
    while open_effects := _under_way():
        for effect in open_effects:
            kinds.add(effect.kind)
            for _each in range(deliveries):
                current_app.send_task("cities.run_effect", (effect.pk,), queue=effect.queue)
        for line in current_app.conf.beat_schedule.values():
            kinds.add(line["task"])
            for _each in range(deliveries):
                current_app.send_task(line["task"])
        sent += deliveries * len(open_effects)
        while (
            Effect.objects.filter(pk__in=[each.pk for each in open_effects])
            .exclude(state=EffectState.DONE)
            .exists()
        ):
            if time.monotonic() > until:
                raise SystemExit("The worker is too slow.")
            time.sleep(0.2)
    return kinds, sent


def _under_way():
    """What is due, and what a worker has just taken: that is no longer due, and not yet done."""
    return list(Effect.objects.due() | Effect.objects.filter(state=EffectState.RUNNING))


def connect(number, port):
    """Let so many KPIs be fetched from a source on this machine, and hand them over."""
    address = f"http://drip.example.org:{port}/value.json"
    kpis = [make_kpi() for _each in range(int(number))]
    for kpi in kpis:
        make_connector(kpi, address=address, sealed_credential="", next_due_at=timezone.now())
    return connectors.hand_over_due()


def troubles():
    """What went wrong with connectors, how often."""
    return dict(Counter(Connector.objects.values_list("trouble", flat=True)))


def latencies():
    """How long each small effect waited, and what became of the poison."""
    small = Effect.objects.filter(kind="fault.small", state=EffectState.DONE).order_by("pk")
    poison = Effect.objects.filter(kind="fault.poison").values("state", "attempts")
    return {
        "seconds": [
            (done - written).total_seconds()
            for written, done in small.values_list("created_at", "done_at")
        ],
        "poison": list(poison),
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))  # noqa: T201 - its answer
