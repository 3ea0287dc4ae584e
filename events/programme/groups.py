"""Thematic action groups and their members."""

from __future__ import annotations

from cities.models import City, Edition, Theme
from cities.programme import Loading, person
from cities.programme.people import PEOPLE
from events.models import GroupMember, GroupRole, Priority, ThematicActionGroup


def load_groups(loading: Loading) -> None:
    """Load the groups with the cities in them and, where invented people exist, coordinators."""
    for record in loading.files.records("events/action-groups.yaml"):
        group, _new = loading.put(
            ThematicActionGroup,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            edition=loading.find(Edition, record, "edition"),
            theme=loading.find_or_none(Theme, record, "theme"),
            summary=record.text("summary"),
            next_steps=record.lines("next_steps"),
            **loading.marks(record),
        )
        for position, title in enumerate(record.items("priorities")):
            named = {"group": group, "title": title}
            loading.put(Priority, record, named, position=position, **loading.marks(record))
        for item in record.children("members"):
            key = {
                "group": group,
                "city": loading.find(City, item, "city"),
                "role": item.need("role"),
            }
            practice = item.text("practice")
            loading.put(GroupMember, item, key, practice=practice, **loading.marks(item))
            item.close()
        record.close()
    if loading.accounts:
        _load_coordinators(loading)


def _load_coordinators(loading: Loading) -> None:
    for record in loading.files.records(PEOPLE, key="key", part="people"):
        if record.get("action_group"):
            loading.put(
                GroupMember,
                record,
                {
                    "group": loading.find(ThematicActionGroup, record, "action_group"),
                    "user": person(loading, record, "key"),
                },
                role=GroupRole.COORDINATOR,
                demonstration=True,
            )
