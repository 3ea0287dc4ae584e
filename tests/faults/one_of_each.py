"""The smallest rows for each kind of work that no smooth review brings about, handed over."""

import json
from collections import Counter

from django.db import transaction
from django.utils import timezone

from cities import effects
from cities.models import Mail, MailState
from events import notifications
from events.services import meetings, peers, runs
from initiatives import connectors
from initiatives.deliverable import links, orders, works
from initiatives.exchange import jobs as sheets
from initiatives.exchange import jsons, writing
from initiatives.models import (
    Connector,
    DeliverableOrder,
    DeliverableWork,
    DocumentTemplate,
    Initiative,
    RoadmapSheet,
    SheetState,
    TriedLink,
    WorkKind,
)
from marketplace import checks
from marketplace.exchange import jobs as tables
from marketplace.models import (
    Check,
    Entry,
    Review,
    ReviewProcess,
    Revision,
    TableImport,
    TableState,
    Verdict,
)
from marketplace.services import give_review
from tests import factories as make

# On this machine: refused before anybody is asked, so that nothing here waits for the network.
NOWHERE = "http://127.0.0.1/value.json"
NEW_GOAL = "From the file"


@transaction.atomic
def hand_over():
    """Write the rows and hand their work over; return a function that says what became of them."""
    looks = [_reviews(), _tables(), _digest(), _documents(), _sources(), _sheets(), _events()]
    return lambda: {name: found for look in looks for name, found in look().items()}


def _reviews():
    """A check by itself, the end of checks, a reviewer to be found, a late review, a next round."""
    for _each in range(4):
        make.make_reviewer()
    states = ("submitted", "submitted", "checked")
    alone, ended, checked = (make.make_entry(state=each).revisions.get() for each in states)
    check = Check.objects.create(revision=alone, name=checks.names_for(alone)[0])
    open_check = Check.objects.create(revision=ended, name=checks.names_for(ended)[0])
    late = make.make_review(make.make_entry(state="in_review").revisions.get())
    first = _review_before_another_round()
    _hand_over("marketplace.run_check", check=check.pk)
    _hand_over("marketplace.end_checks", revision=ended.pk)
    _hand_over("marketplace.assign", revision=checked.pk)
    _hand_over("marketplace.reassign", review=late.pk)
    give_review(
        first, recommendation="approve", version=1, scores={}, to_city="Good.", private_note=""
    )
    revisions = [alone, ended, checked]
    return lambda: {
        "checks": _values(Check, [check, open_check], "state"),
        "revisions": _values(Revision, revisions, "state"),
        "reviews": dict(Counter(late.revision.reviews.values_list("state", flat=True))),
        "asked": Review.objects.filter(revision__in=revisions).count(),
        "rounds": list(first.revision.reviews.values_list("round_number", "state").order_by("pk")),
    }


def _review_before_another_round():
    # This is done twice, and a kind has one process by default.
    process = ReviewProcess.objects.filter(kind="city_profile").first()
    if process is None:
        process = make.make_process(kind="city_profile")
        make.make_round(process)
    entry = make.make_entry(state="in_review", kind="city_profile", process=process)
    return make.make_review(entry.revisions.get())


def _tables():
    """A long file that arrived, a table to be checked and one to be written."""
    officer = make.make_officer(make.make_city())
    read = tables.begin_to_read(officer, b"title\nRain gauges\n", "utf-8", "gauges.csv")
    checked = make.make_table(officer, "title\nTree register\n")
    checked.rows.update(verdict=Verdict.UNREAD)
    written = make.make_table(officer, "title\nBike counters\n")
    for table, state in ((checked, TableState.CHECKING), (written, TableState.WRITING)):
        table.state = state
        table.save()
    _hand_over("marketplace.check_table", table=checked.pk)
    _hand_over("marketplace.write_table", table=written.pk)
    return lambda: {
        "tables": _values(TableImport, [read, checked, written], "state"),
        "rows": [table.rows.count() for table in (read, checked, written)],
        "entries": Entry.objects.filter(city__memberships__user=officer).count(),
    }


def _digest():
    """A mail that waits for the daily one."""
    person = make.make_user()
    mail = Mail.objects.create(
        key=f"held-{person.pk}", kind="test", recipient=person, address=person.email,
        subject="Held", text="Words.", state=MailState.HELD,
        message_id=f"<held-{person.pk}@example.org>",
    )  # fmt: skip
    _hand_over("cities.write_digest", user=person.pk, day=f"{timezone.localdate():%Y-%m-%d}")
    return lambda: {
        "held": _values(Mail, [mail], "state"),
        "digests": Mail.objects.filter(recipient=person, is_digest=True).count(),
    }


def _documents():
    """Documents to be made, a roadmap to be checked, and an address to be tried."""
    roadmap, staff = make.make_roadmap(), make.make_staff()
    outline = DocumentTemplate.objects.create(
        edition=roadmap.participation.edition, name=f"One chapter for {roadmap.pk}"
    )
    outline.chapters.create(position=0, kind="introduction", heading="Who we are")
    order = orders.place(roadmap, outline, "programme", by=staff)
    work = works.ask(roadmap, WorkKind.CHECK, outline, by=staff)
    link = TriedLink.objects.get_or_create(url=f"{NOWHERE}?of={roadmap.pk}")[0]
    _hand_over(links.KIND, link=link.pk)
    return lambda: {
        "orders": _values(DeliverableOrder, [order], "state"),
        "files": order.files.count(),
        "works": _values(DeliverableWork, [work], "percent", "error"),
        "links": _values(TriedLink, [link], "is_there", "problem"),
    }


def _sources():
    """A source that somebody asks for a value, and one whose turn it is."""
    asked, due = (make.make_connector(address=NOWHERE, sealed_credential="") for _each in range(2))
    connectors.ask_soon(asked)
    _hand_over("initiatives.fetch_value", connector=due.pk)
    return lambda: {"sources": _values(Connector, [asked, due], "status", "trouble")}


def _sheets():
    """A long spreadsheet that arrived, one to be compared and one to be written."""
    (data, read_of, officer), *others = (_a_sheet() for _each in range(3))
    read = sheets.begin(read_of.roadmap, officer, "charters.json", read=None, data=data)
    rows = [read]
    for (other, initiative, person), state in zip(
        others, (SheetState.COMPARING, SheetState.WRITING), strict=True
    ):
        taken = jsons.read(other, initiative.roadmap)
        row = sheets.begin(initiative.roadmap, person, "charters.json", read=taken, data=other)
        row.rows.update(is_chosen=True)
        RoadmapSheet.objects.filter(pk=row.pk).update(
            state=state, wanted={"ticked": [], "tables": [sheets.INITIATIVES]}
        )
        rows.append(row)
    _hand_over(sheets.COMPARE, sheet=rows[1].pk)
    _hand_over(sheets.WRITE, sheet=rows[2].pk)
    initiatives = [read_of, *(initiative for _data, initiative, _person in others)]
    return lambda: {
        "sheets": _values(RoadmapSheet, rows, "state", "written"),
        "differences": [row.rows.count() for row in rows],
        "goals": _values(Initiative, initiatives, "goal", "version"),
    }


def _a_sheet():
    """A spreadsheet with a goal that is not in the charter, that, and who brings it back."""
    initiative = make.make_initiative()
    roadmap = initiative.roadmap
    told = json.loads(jsons.write(roadmap, writing.lines_of(roadmap)))
    told["sheets"][sheets.INITIATIVES][0]["goal"] = NEW_GOAL
    return json.dumps(told).encode(), initiative, make.make_officer(roadmap.participation.city)


def _events():
    """People to be told of new dates, of groups and of talks, and groups to be worked out."""
    event, person = make.make_lab(), make.make_user()
    event.registrations.create(user=person, status="confirmed", queued_at=timezone.now())
    _hand_over("events.tell_registered", event=event.pk, told=notifications.DATES, turn=1)
    groups = _a_round()
    for at, entry in enumerate(groups.entries.all()):
        peers.move(groups, entry, at // 2 + 1)
    members = [make.make_officer(entry.city) for entry in groups.entries.all()]
    peers.publish(groups, despite=True)
    talks = make.make_meeting_round(1)
    slot = talks.slots.get()
    expert = make.make_meeting_expert(talks, slot)
    make.make_meeting(make.make_asker(talks, expert), expert, slot)
    meetings.publish(talks)
    run = runs.start(_a_round(), by=make.make_staff())
    version = _an_untold_version(event)
    told = Mail.objects.filter(recipient__in=[person, expert.user, *members])
    return lambda: {
        "told": dict(Counter(told.values_list("kind", flat=True))),
        "runs": _values(type(run), [run], "state"),
        "groups": run.round.groups.count(),
        "versions": list(version.event.versions.filter(told_at=None).values_list("pk", flat=True)),
    }


def _an_untold_version(event):
    before = {"number": 1, "plan": {"sessions": []}, "told_at": timezone.now()}
    event.versions.create(**before)
    version = event.versions.create(number=2, plan={"sessions": []})
    _hand_over("events.tell_agenda", version=version.pk)
    return version


def _a_round():
    return make.make_peer_round(4, smallest=2, usual=2, largest=3)


def _hand_over(kind, **arguments):
    key = f"one-of-each:{kind}:{'-'.join(map(str, arguments.values()))}"
    effects.hand_over(kind, key=key, **arguments)


def _values(model, rows, *names):
    """What these columns of rows hold by now, in the order of their keys."""
    found = model.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    return [list(values) for values in found.values_list(*names)]
