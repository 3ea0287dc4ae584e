"""Technologies, goals, and what reviewers look at."""

from __future__ import annotations

from cities.models import Edition, Goal, Theme
from cities.programme import Loading, Record, person
from marketplace.models import (
    Criterion,
    DemandThreshold,
    Funding,
    ReviewerProfile,
    ReviewProcess,
    Rubric,
    Standard,
    Technology,
)

WORDS = "marketplace/vocabulary.yaml"
REVIEWERS = "demonstration/reviewers.yaml"
PROCESS = [
    *("runs_checks", "asks_outside", "minutes_for_checks", "has_review", "assignment"),
    *("reviewers", "same_country_conflict", "days_to_assign", "days_to_review"),
    *("remind_days_before", "reassign_after_days", "decided_by", "days_to_decide"),
    *("days_in_all", "escalate_after_days"),
]


def load_words(loading: Loading) -> None:
    """Load the words of the marketplace."""
    for record in loading.files.records(WORDS, part="technologies"):
        loading.put(Technology, record, {"slug": record.need("slug")}, name=record.text("name"))
        record.close()
    for record in loading.files.records(WORDS, key="number", part="goals"):
        loading.put(Goal, record, {"number": record.whole("number")}, name=record.text("name"))
        record.close()
    for record in loading.files.records(WORDS, part="standards"):
        key = {"slug": record.need("slug")}
        loading.put(Standard, record, key, name=record.text("name"), url=record.text("url"))
        record.close()
    for position, record in enumerate(loading.files.records(WORDS, part="fundings")):
        key = {"slug": record.need("slug")}
        loading.put(Funding, record, key, name=record.text("name"), position=position)
        record.close()
    for record in loading.files.records(WORDS, key="name", part="processes"):
        _load_process(loading, record)
    for record in loading.files.records(WORDS, key="kind", part="rubrics"):
        rubric, _new = loading.put(
            Rubric,
            record,
            {
                "kind": record.need("kind"),
                "edition": loading.find_or_none(Edition, record, "edition"),
            },
            name=record.text("name"),
        )
        for position, item in enumerate(record.children("criteria")):
            loading.put(
                Criterion,
                item,
                {"rubric": rubric, "name": item.need("name")},
                guidance=item.text("guidance"),
                highest=item.whole("highest"),
                words=item.lines("words"),
                position=position,
            )
            item.close()
        record.close()


def load_reviewers(loading: Loading) -> None:
    """Load what the invented reviewers know, read and can take."""
    for record in loading.files.records(REVIEWERS, key="reviewer"):
        loading.put(
            ReviewerProfile,
            record,
            {"user": person(loading, record, "reviewer")},
            many={"themes": loading.find_all(Theme, record, "themes")},
            languages=record.text("languages"),
            country=record.text("country"),
            capacity=record.whole("capacity"),
        )
        record.close()


def _load_process(loading: Loading, record: Record) -> None:
    """Load a process; what it does not say is as the portal has it by default."""
    said = {name: record.get(name) for name in PROCESS if record.get(name) is not None}
    loading.put(
        ReviewProcess,
        record,
        {
            "kind": record.need("kind"),
            "edition": loading.find_or_none(Edition, record, "edition"),
        },
        name=record.text("name"),
        **said,
    )
    record.close()
    for record in loading.files.records(WORDS, key="edition", part="demand_thresholds"):
        loading.put(
            DemandThreshold,
            record,
            {"edition": loading.find_or_none(Edition, record, "edition")},
            cities=record.whole("cities"),
            amount=record.number("amount"),
            currency=record.text("currency", "EUR"),
        )
        record.close()
