"""What members of action groups wrote, in a demonstration."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cities.models import City
from cities.programme import Loading, Record, person
from events.models import (
    CityRanking,
    Event,
    GroupMember,
    JointOutput,
    NextStep,
    Outcome,
    Priority,
    RankedPriority,
    SubGroup,
    ThematicActionGroup,
)

WORK = "demonstration/action_groups.yaml"


def load_group_work(loading: Loading) -> None:
    """Load sub-groups, rankings, practices, needs, next steps and outputs that were invented."""
    for record in loading.files.records(WORK, key="group"):
        if loading.wanted(record):
            _load_work(loading, record)


def _load_work(loading: Loading, record: Record) -> None:
    group = loading.find(ThematicActionGroup, record, "group")
    meetings = loading.find_all(Event, record, "meetings")
    if meetings and not group.meetings.exists():
        group.meetings.set(meetings)
        group.ranking_is_public = bool(record.get("ranking_is_public", default=False))
        group.save()
    record.get("ranking_is_public")
    for position, item in enumerate(record.children("sub_groups")):
        key = {"group": group, "name": item.need("name")}
        loading.put(SubGroup, item, key, about=item.text("about"), position=position, **_own(item))
        item.close()
    for position, item in enumerate(record.children("priorities"), start=20):
        key = {"group": group, "title": item.need("title")}
        loading.put(Priority, item, key, position=position, **_own(item))
        item.close()
    for item in record.children("members"):
        _load_member(loading, item, group)
    for item in record.children("rankings"):
        _load_ranking(loading, item, group)
    for item in record.children("outcomes"):
        _load_outcome(loading, item, group)
    for item in record.children("steps"):
        _load_step(loading, item, group)
    for item in record.children("outputs"):
        _load_output(loading, item, group)
    record.close()


def _own(record: Record) -> dict[str, Any]:
    """Return the mark of an invention: nothing here has a source."""
    return {"demonstration": record.mark().demonstration}


def _sub_group(loading: Loading, record: Record, group: ThematicActionGroup) -> SubGroup | None:
    name = record.text("sub_group")
    if not name:
        return None
    found = loading.index(SubGroup, ("group", "name")).get((group.pk, name))
    if found is None:
        raise record.wrong("sub_group", f"the group {group.slug} has no sub-group “{name}”.")
    return found


def _load_member(loading: Loading, item: Record, group: ThematicActionGroup) -> None:
    """Load a city and, where there are accounts, the person who speaks for it."""
    city = loading.find(City, item, "city")
    part = _sub_group(loading, item, group)
    key: dict[str, Any] = {"group": group, "city": city, "role": item.need("role")}
    loading.put(GroupMember, item, key, sub_group=part, **_own(item))
    if item.get("person") and loading.accounts:
        spoken = {"group": group, "user": person(loading, item, "person")}
        loading.put(
            GroupMember,
            item,
            spoken,
            city=city,
            role=item.need("role"),
            sub_group=part,
            **_own(item),
        )
    item.close()


def _load_ranking(loading: Loading, item: Record, group: ThematicActionGroup) -> None:
    key: dict[str, Any] = {"group": group, "city": loading.find(City, item, "city")}
    ranking, is_new = loading.put(CityRanking, item, key, **_own(item))
    known = loading.index(Priority, ("group", "title"))
    for rank, title in enumerate(item.items("order"), start=1):
        priority = known.get((group.pk, title))
        if priority is None:
            raise item.wrong("order", f"the group {group.slug} has no priority “{title}”.")
        if is_new:
            loading.create(RankedPriority, item, ranking=ranking, priority=priority, rank=rank)
    item.close()


def _load_outcome(loading: Loading, item: Record, group: ThematicActionGroup) -> None:
    key: dict[str, Any] = {
        "group": group,
        "city": loading.find(City, item, "city"),
        "title": item.need("title"),
    }
    loading.put(
        Outcome,
        item,
        key,
        kind=item.need("kind"),
        text=item.text("text"),
        sub_group=_sub_group(loading, item, group),
        is_public=bool(item.get("is_public", default=False)),
        **_own(item),
    )
    item.close()


def _load_step(loading: Loading, item: Record, group: ThematicActionGroup) -> None:
    due = item.whole("due_in_days")
    if due is None:
        raise item.wrong("due_in_days", "is missing; add it to the record.")
    has_owner = bool(item.get("owner"))
    city = loading.find_or_none(City, item, "city")
    values: dict[str, Any] = {
        "city": city,
        "with_city": loading.find_or_none(City, item, "with_city"),
        "sub_group": _sub_group(loading, item, group),
        "result": item.text("result"),
    }
    days = {
        "due_on": loading.today + timedelta(days=due),
        "done_on": _days_ago(loading, item, "done_days_ago"),
    }
    if has_owner and loading.accounts:
        values["owner"] = person(loading, item, "owner")
    # Without accounts there is nobody whom a step without a city could wait for.
    if city is not None or "owner" in values:
        key = {"group": group, "title": item.need("title")}
        loading.put(NextStep, item, key, first=days, **values, **_own(item))
        item.close()


def _load_output(loading: Loading, item: Record, group: ThematicActionGroup) -> None:
    loading.put(
        JointOutput,
        item,
        {"group": group, "title": item.need("title")},
        many={"cities": loading.find_all(City, item, "cities")},
        first={"finished_on": _days_ago(loading, item, "finished_days_ago")},
        about=item.text("about"),
        is_public=bool(item.get("is_public", default=True)),
        **_own(item),
    )
    item.close()


def _days_ago(loading: Loading, item: Record, name: str) -> date | None:
    days = item.whole(name)
    return None if days is None else loading.today - timedelta(days=days)
