"""Invented rows of the ledger and demands, so that a stranger sees how they work; all marked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from cities.models import City, Theme
from cities.programme import Loading, Record
from initiatives import dates, values
from initiatives.models import Precision
from marketplace import ledger
from marketplace.ledger import BY_THE_OWNER, NEXT, Action, ToldValue
from marketplace.models import (
    RUNNING,
    Confirmation,
    Consent,
    Demand,
    Deployment,
    DeploymentStatus,
    DeploymentStep,
    Entry,
    JointProcurement,
    Moment,
    Need,
    Participant,
    ProcurementDocument,
    ProcurementEvent,
    ProcurementState,
    ProcurementTask,
)

LEDGER = "demonstration/ledger.yaml"
DEMANDS = "demonstration/demands.yaml"


def load_ledger(loading: Loading) -> None:
    """Load rows of the ledger with their steps and values, unless the city is there already."""
    known = set(Deployment.objects.values_list("entry", "city"))
    for record in loading.files.records(LEDGER, key="city"):
        if not loading.wanted(record):
            continue
        entry, city = loading.find(Entry, record, "entry"), loading.find(City, record, "city")
        if (entry.pk, city.pk) in known:
            loading.unchanged[Deployment] += 1
            continue
        _load_row(loading, record, entry, city)


def load_demands(loading: Loading) -> None:
    """Load demands with their needs and what is bought together, unless they are there."""
    for record in loading.files.records(DEMANDS):
        if not loading.wanted(record):
            continue
        key = {"slug": record.need("slug")}
        demand, is_new = loading.put(
            Demand, record, key, title=record.text("title"), **loading.marks(record)
        )
        if not is_new:
            continue
        for item in record.children("needs"):
            _load_need(loading, item, demand)
        if procurement := record.child("procurement"):
            _load_procurement(loading, procurement, demand)
        record.close()


def _load_row(loading: Loading, record: Record, entry: Entry, city: City) -> None:
    steps = [_step(loading, item) for item in record.children("steps")]
    row = loading.create(
        Deployment,
        record,
        entry=entry,
        city=city,
        note=record.text("note"),
        private_note=record.text("private_note"),
        is_named=bool(record.get("is_named")),
        cost=record.number("cost"),
        **_standing(record, steps),
        **loading.marks(record),
    )
    before: dict[bool, str] = {False: "", True: Confirmation.WAITING}
    for action, on, words in steps:
        by_owner = action in BY_THE_OWNER
        loading.create(
            DeploymentStep,
            record,
            deployment=row,
            action=action,
            before=before[by_owner],
            after=ledger.LEADS_TO[action],
            on=on,
            at=_noon(on),
            note=words,
        )
        before[by_owner] = ledger.LEADS_TO[action]
    _load_values(loading, record, row)
    ledger.recount(entry)
    record.close()


def _step(loading: Loading, item: Record) -> tuple[Action, date, str]:
    word = item.need("action")
    if word not in Action.values:
        raise item.wrong("action", f"“{word}” is none of: {', '.join(Action.values)}.")
    days = item.whole("days_ago")
    if days is None:
        raise item.wrong("days_ago", "is missing; say how long ago it was.")
    found = Action(word), loading.today - timedelta(days=days), item.text("words")
    item.close()
    return found


def _standing(record: Record, steps: list[tuple[Action, date, str]]) -> dict[str, Any]:
    """Return where a row stands after its steps; those that cannot be are the file's fault."""
    status: str | None = None
    found: dict[str, Any] = {"has_run": False}
    for action, on, words in steps:
        if action in BY_THE_OWNER:
            found |= {
                "confirmation": ledger.LEADS_TO[action],
                "doubt": words if action == Action.DOUBT else "",
                "answered_at": _noon(on),
            }
            continue
        if (DeploymentStatus(status) if status else None, action) not in NEXT:
            raise record.wrong("steps", f"“{action}” cannot follow “{status or 'nothing'}”.")
        is_start = status not in RUNNING
        status = ledger.LEADS_TO[action]
        if status in RUNNING and is_start:
            found |= {"since": on, "has_run": True}
        if action == Action.STOP:
            found |= {"until": on, "stopped_why": words}
    if status is None:
        raise record.wrong("steps", "are missing; a row begins with one.")
    return {"status": status, **found}


def _load_values(loading: Loading, record: Record, row: Deployment) -> None:
    found: list[ToldValue] = []
    for item in record.children("values"):
        label = item.need("label")
        found += [told for moment in Moment if (told := _value(loading, item, label, moment))]
        item.close()
    ledger.keep_values(row, found)


def _value(loading: Loading, item: Record, label: str, moment: Moment) -> ToldValue | None:
    """Read a value with the month it holds for, so and so many days ago, its source and note."""
    words, days = item.text(moment), item.whole(f"{moment}_days_ago")
    source, note = item.text(f"{moment}_source"), item.text(f"{moment}_note")
    if not words:
        return None
    as_of = None
    if days is not None:
        as_of = dates.unit_from(Precision.MONTH, loading.today - timedelta(days=days))
    return ToldValue(label, moment, values.read(words).best, as_of, source, note)


def _load_need(loading: Loading, item: Record, demand: Demand) -> None:
    ahead = item.whole("budget_years_ahead")
    loading.create(
        Need,
        item,
        many={"themes": loading.find_all(Theme, item, "themes")},
        demand=demand,
        city=loading.find(City, item, "city"),
        entry=loading.find_or_none(Entry, item, "entry"),
        title=item.text("title", demand.title),
        words=item.text("words"),
        budget=item.number("budget"),
        budget_band=item.text("budget_band"),
        budget_year=None if ahead is None else loading.today.year + ahead,
        wanted_from=_in_days(loading, item, "from_in_days"),
        wanted_until=_in_days(loading, item, "until_in_days"),
        urgency=item.text("urgency", "planned"),
        is_named=bool(item.get("is_named")),
        **loading.marks(item),
    )
    item.close()


def _load_procurement(loading: Loading, record: Record, demand: Demand) -> None:
    opened = loading.ago(record, "opened_days_ago") or loading.now
    procurement = loading.create(
        JointProcurement,
        record,
        demand=demand,
        state=record.text("state", ProcurementState.GATHERING),
        lead_buyer=loading.find_or_none(City, record, "lead_buyer"),
        summary=record.text("summary"),
        outcome=record.text("outcome"),
        opened_at=opened,
        **loading.marks(record),
    )
    for item in record.children("participants"):
        consent = item.text("consent", Consent.ASKED)
        loading.create(
            Participant,
            item,
            procurement=procurement,
            city=loading.find(City, item, "city"),
            consent=consent,
            note=item.text("note"),
            answered_at=None if consent == Consent.ASKED else opened,
        )
        item.close()
    for position, item in enumerate(record.children("tasks")):
        loading.create(
            ProcurementTask,
            item,
            procurement=procurement,
            name=item.need("name"),
            starts_on=_in_days(loading, item, "starts_in_days"),
            due_on=_in_days(loading, item, "due_in_days"),
            done_on=_in_days(loading, item, "done_in_days"),
            position=position,
        )
        item.close()
    for item in record.children("documents"):
        loading.create(
            ProcurementDocument,
            item,
            procurement=procurement,
            title=item.need("title"),
            url=item.need("url"),
        )
        item.close()
    before = ""
    for after in record.items("went_through"):
        loading.create(
            ProcurementEvent, record, procurement=procurement, before=before, after=after
        )
        before = after
    record.close()


def _in_days(loading: Loading, record: Record, name: str) -> date | None:
    days = record.whole(name)
    return None if days is None else loading.today + timedelta(days=days)


def _noon(day: date) -> Any:
    return datetime.combine(day, time(12), UTC)
