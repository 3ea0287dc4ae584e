"""The smallest valid rows of the marketplace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cities import uploads
from cities.models import (
    City,
    User,
)
from initiatives.values import read
from marketplace.exchange import jobs
from marketplace.exchange.csv_files import read_csv
from marketplace.models import (
    RUNNING,
    Attachment,
    ContactRequest,
    Demand,
    Deployment,
    Entry,
    EntryKind,
    Need,
    ResultFigure,
    Review,
    ReviewProcess,
    ReviewRound,
    Revision,
    RevisionState,
    TableImport,
)
from marketplace.values import columns
from tests.factories.programme import (
    make_city,
    make_reviewer,
    numbers,
)
from tests.uploads import a_picture


def make_entry(
    city: City | None = None,
    *,
    state: str = RevisionState.PUBLISHED,
    kind: str = EntryKind.SOLUTION,
    **fields: Any,
) -> Entry:
    """An entry with one revision in a state; the remaining fields are the revision's."""
    entry = Entry.objects.create(kind=kind, slug=f"entry-{next(numbers)}", city=city or make_city())
    make_revision(entry, state=state, **fields)
    entry.refresh_from_db()
    return entry


def make_revision(
    entry: Entry, *, state: str = RevisionState.DRAFT, themes: Any = (), **fields: Any
) -> Revision:
    """A revision of an entry, complete enough to be submitted; live if it is published."""
    number = entry.revisions.count() + 1
    now = timezone.now()
    if state not in {RevisionState.DRAFT, RevisionState.WITHDRAWN}:
        fields.setdefault("submitted_at", now - timedelta(days=2))
    if state in {RevisionState.PUBLISHED, RevisionState.SUPERSEDED}:
        fields.setdefault("published_at", now - timedelta(days=1))
    fields = {
        "title": f"Title {next(numbers)}",
        "summary": "What it is in one sentence.",
        "problem": "A problem.",
        "approach": "A way to solve it.",
        "results": "What came of it.",
        "needs": "Two people.",
        "maturity": "deployed",
        "story": "A story.",
        "strategy": "A strategy.",
        "ambitions": "An ambition.",
        **fields,
    }
    if state == RevisionState.PUBLISHED:
        entry.revisions.filter(state=state).update(state=RevisionState.SUPERSEDED)
    revision = Revision.objects.create(entry=entry, number=number, state=state, **fields)
    revision.themes.set(themes)
    if state == RevisionState.PUBLISHED:
        entry.live_revision = revision
        entry.first_published_at = entry.first_published_at or revision.published_at
        entry.save()
    return revision


def make_process(kind: str = EntryKind.SOLUTION, **fields: Any) -> ReviewProcess:
    """How a kind of entry is reviewed by default, as the portal has it unless said otherwise."""
    return ReviewProcess.objects.create(kind=kind, name=f"Process of {kind}", **fields)


def make_round(process: ReviewProcess, position: int = 1, **fields: Any) -> ReviewRound:
    """A further round of a process, which has been there for long unless said otherwise."""
    added_at = fields.pop("added_at", timezone.now() - timedelta(days=365))
    fields.setdefault("name", f"Round at place {position}")
    further = ReviewRound.objects.create(process=process, position=position, **fields)
    ReviewRound.objects.filter(pk=further.pk).update(added_at=added_at)
    further.refresh_from_db()
    return further


def make_review(revision: Revision, reviewer: User | None = None, **fields: Any) -> Review:
    """Somebody is asked to review a revision, in two weeks."""
    fields.setdefault("due_on", timezone.localdate() + timedelta(days=14))
    return Review.objects.create(revision=revision, reviewer=reviewer or make_reviewer(), **fields)


def make_table(user: User, text: str = "title\nRain gauges\n") -> TableImport:
    """A table somebody brought, checked and waiting for their decision."""
    return jobs.begin(user, [read_csv(text.encode())], "entries.csv")


def make_deployment(
    entry: Entry | None = None, city: City | None = None, **fields: Any
) -> Deployment:
    """A city uses another's solution; its owner has not confirmed it yet."""
    if fields.get("confirmation", "waiting") != "waiting":
        fields.setdefault("answered_at", timezone.now())
    fields.setdefault("has_run", fields.get("status", "live") in RUNNING)
    return Deployment.objects.create(
        entry=entry or make_entry(), city=city or make_city(), **fields
    )


def make_contact_request(entry: Entry | None = None, **fields: Any) -> ContactRequest:
    """A question to the owner of an entry, which nobody answered yet."""
    entry = entry or make_entry()
    fields = {
        "entry": entry,
        "city": entry.city,
        "name": f"Asker {next(numbers)}",
        "address": "asker@example.org",
        "words": "May we come and see it?",
        "agreed_text": "They may read this.",
        **fields,
    }
    return ContactRequest.objects.create(**fields)


def make_attachment(revision: Revision, upload: Any = None, **fields: Any) -> Attachment:
    """A picture of a revision in whatever state, with its file where files lie."""
    kept = uploads.read(upload or a_picture())
    fields = {
        "kind": "image" if kept.is_image else "document",
        "file": uploads.keep(kept),
        **kept.columns(),
        "alt": "A green square." if kept.is_image else "",
        **fields,
    }
    return Attachment.objects.create(revision=revision, **fields)


def make_figure(revision: Revision, typed: str = "121", **fields: Any) -> ResultFigure:
    """A figure of a revision, its value read as people type it."""
    value = columns(read(typed, unit=fields.get("unit", "")).best)
    return ResultFigure.objects.create(
        revision=revision, **{"label": f"Figure {next(numbers)}", **value, **fields}
    )


def make_need(city: City | None = None, demand: Demand | None = None, **fields: Any) -> Need:
    """A city needs something, in a demand of its own unless one is given; nobody is told."""
    number = next(numbers)
    title = fields.pop("title", f"Need {number}")
    demand = demand or Demand.objects.create(slug=f"demand-{number}", title=title)
    return Need.objects.create(demand=demand, city=city or make_city(), title=title, **fields)
