"""Entries with their revisions. One that exists is left alone: its words went through a review."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from cities.models import City, Goal, Organisation, Theme
from cities.programme import Loading, Record, person
from marketplace import services
from marketplace.models import (
    Deployment,
    DeploymentStatus,
    Entry,
    EntryKind,
    FormerAddress,
    Funding,
    Revision,
    RevisionState,
    Standard,
    Technology,
)
from marketplace.programme.evidence import load_evidence
from marketplace.programme.reviews import load_review_steps

WORDS = [
    *("summary", "problem", "approach", "results", "evidence_url", "needs", "did_not_work"),
    *("maturity", "cost_band", "yearly_cost", "licence", "repository_url", "website"),
    "software_version",
    *("story", "strategy", "ambitions"),
]
# How long an invented review took, in days.
REVIEW_DAYS = 10


def load_entry(loading: Loading, record: Record, kind: EntryKind) -> None:
    """Load one entry, unless its address is taken already."""
    city = loading.find_or_none(City, record, "city")
    slug = record.need("city") if kind == EntryKind.CITY_PROFILE else record.need("slug")
    record.label = slug
    if (slug,) in loading.index(Entry, ("slug",)):
        loading.unchanged[Entry] += 1
        return
    entry, _new = loading.put(
        Entry,
        record,
        {"slug": slug},
        kind=kind,
        city=city,
        owner_note=record.text("owner_note"),
        **loading.marks(record),
    )
    earlier: Revision | None = None
    # An entry with one revision says everything in its own record.
    for number, item in enumerate(record.children("revisions") or [record], start=1):
        earlier = _load_revision(loading, item, entry, number, earlier)
    _load_deployments(loading, record, entry)
    for address in record.items("former_addresses"):
        loading.create(FormerAddress, record, entry=entry, slug=address)
    if withdrawn := record.child("withdrawn"):
        _withdraw(loading, withdrawn, entry)
    record.close()


def _load_revision(
    loading: Loading, record: Record, entry: Entry, number: int, earlier: Revision | None
) -> Revision:
    state = _state(loading, record)
    dates = _dates(loading, record, state)
    author = record.get("author") and loading.accounts
    revision = loading.create(
        Revision,
        record,
        many={
            "themes": loading.find_all(Theme, record, "themes"),
            "technologies": loading.find_all(Technology, record, "technologies"),
            "goals": loading.find_all(Goal, record, "goals", by="number"),
            "standards": loading.find_all(Standard, record, "standards"),
            "fundings": loading.find_all(Funding, record, "fundings"),
            "partners": loading.find_all(Organisation, record, "partners"),
        },
        entry=entry,
        number=number,
        state=state,
        based_on=earlier,
        author=person(loading, record, "author") if author else None,
        language=record.text("language", "en"),
        title=record.text("title"),
        months_to_deploy=record.whole("months_to_deploy"),
        is_open_source=record.get("is_open_source"),
        released_on=record.day("released_on"),
        **_words(record),
        **dates,
        **loading.marks(record),
    )
    load_evidence(loading, record, revision)
    load_review_steps(loading, record, revision)
    if state == RevisionState.PUBLISHED:
        services.make_live(revision)
    elif state == RevisionState.SUPERSEDED and entry.first_published_at is None:
        entry.first_published_at = revision.published_at
        entry.save(update_fields=["first_published_at"])
    if record.label != entry.slug:
        record.close()
    return revision


def _words(record: Record) -> dict[str, Any]:
    return {name: record.text(name) for name in WORDS}


def _state(loading: Loading, record: Record) -> RevisionState:
    word = record.text("state", RevisionState.PUBLISHED)
    if word not in RevisionState.values:
        raise record.wrong("state", f"“{word}” is none of: {', '.join(RevisionState.values)}.")
    state = RevisionState(word)
    reviewers = record.items("reviewers")
    if state == RevisionState.IN_REVIEW and not (reviewers and loading.accounts):
        # Nobody is there who could have been asked.
        return RevisionState.CHECKED
    return state


def _dates(loading: Loading, record: Record, state: RevisionState) -> dict[str, Any]:
    submitted, decided = loading.ago(record, "submitted_days_ago"), None
    published_on = record.day("published_on")
    published = loading.ago(record, "published_days_ago")
    if published_on is not None:
        published = datetime.combine(published_on, time(12), UTC)
    if state in {RevisionState.PUBLISHED, RevisionState.SUPERSEDED}:
        if published is None:
            raise record.wrong("published_on", "is missing; a published revision needs a day.")
        submitted, decided = published - timedelta(days=REVIEW_DAYS), published
    elif state in {RevisionState.CHANGES_REQUESTED, RevisionState.REJECTED}:
        decided = loading.ago(record, "decided_days_ago")
    if state != RevisionState.DRAFT and submitted is None:
        raise record.wrong("submitted_days_ago", "is missing; say when it was submitted.")
    return {"submitted_at": submitted, "decided_at": decided, "published_at": published}


def _load_deployments(loading: Loading, record: Record, entry: Entry) -> None:
    for item in record.children("deployments"):
        loading.put(
            Deployment,
            item,
            {"entry": entry, "city": loading.find(City, item, "city")},
            status=item.text("status", DeploymentStatus.LIVE),
            since=item.day("since"),
            note=item.text("note"),
            **loading.marks(item),
        )
        item.close()


def _withdraw(loading: Loading, record: Record, entry: Entry) -> None:
    if entry.first_published_at is None:
        raise record.wrong("days_ago", "cannot be: no revision of this entry was published.")
    services.take_from_public(entry, record.text("reason"))
    entry.withdrawn_at = loading.ago(record, "days_ago")
    entry.save(update_fields=["withdrawn_at"])
    entry.revisions.filter(live_for=entry).update(state=RevisionState.WITHDRAWN)
    record.close()
