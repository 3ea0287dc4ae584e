"""Local Green Deals of a roadmap, from the programme's data files."""

from __future__ import annotations

from typing import Any

from cities.models import Organisation, OrganisationKind, Theme
from cities.programme import Loading, Record
from initiatives import dates
from initiatives.models import (
    ActionStatus,
    DealAction,
    DealSignatory,
    DealStage,
    Initiative,
    LocalGreenDeal,
    Roadmap,
)


def load_deals(
    loading: Loading,
    items: list[Record],
    roadmap: Roadmap,
    initiatives: dict[str, Initiative],
) -> None:
    """Load the deals of a roadmap that is new, with who signs and what is done."""
    for position, item in enumerate(items):
        deal = loading.create(
            LocalGreenDeal,
            item,
            roadmap=roadmap,
            position=position,
            title=item.text("title"),
            stage=item.text("stage", DealStage.PREPARED),
            theme=loading.find_or_none(Theme, item, "theme"),
            aim=item.text("aim"),
            goals=item.text("goals"),
            governance=item.text("governance"),
            url=item.text("url"),
            is_public=item.get("is_public", False),
            **_date(item, "when"),
            **loading.marks(item),
        )
        signatories = _load_signatories(loading, item.children("signatories"), deal)
        _load_actions(loading, item.children("actions"), deal, signatories, initiatives)
        item.close()


def _load_signatories(
    loading: Loading, items: list[Record], deal: LocalGreenDeal
) -> dict[str, DealSignatory]:
    found: dict[str, DealSignatory] = {}
    for position, item in enumerate(items):
        one = loading.create(
            DealSignatory,
            item,
            deal=deal,
            position=position,
            organisation=loading.find_or_none(Organisation, item, "organisation"),
            name=item.text("name"),
            kind=loading.find_or_none(OrganisationKind, item, "kind"),
            pledge=item.text("pledge"),
            **_date(item, "signed"),
        )
        found[str(one)] = one
        item.close()
    return found


def _load_actions(
    loading: Loading,
    items: list[Record],
    deal: LocalGreenDeal,
    signatories: dict[str, DealSignatory],
    initiatives: dict[str, Initiative],
) -> None:
    for position, item in enumerate(items):
        slug, by = item.text("initiative"), item.text("by")
        if slug and slug not in initiatives:
            raise item.wrong("initiative", f"“{slug}” is no initiative of this roadmap.")
        loading.create(
            DealAction,
            item,
            deal=deal,
            position=position,
            text=item.text("text"),
            signatory=signatories.get(by),
            responsible="" if by in signatories else by,
            status=item.text("status", ActionStatus.PLANNED),
            initiative=initiatives.get(slug),
            **_date(item, "due"),
        )
        item.close()


def _date(item: Record, name: str) -> dict[str, Any]:
    """Return the columns of a date that is written as people write it."""
    words = item.text(name)
    if not words:
        return {}
    try:
        when = dates.parse(words)
    except dates.DateNotUnderstood as why:
        raise item.wrong(name, str(why)) from why
    return {
        "precision": when.precision,
        "starts_on": when.starts_on,
        "ends_on": when.ends_on,
        "project_month": when.project_month,
        "date_text": when.text,
    }
