"""Technologies, goals, and what reviewers look at."""

from __future__ import annotations

from cities.models import Edition
from cities.programme import Loading
from marketplace.models import Criterion, Funding, Goal, Rubric, Standard, Technology

WORDS = "marketplace/vocabulary.yaml"


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
    for record in loading.files.records(WORDS, key="kind", part="rubrics"):
        rubric, _new = loading.put(
            Rubric,
            record,
            {
                "kind": record.need("kind"),
                "edition": loading.find_or_none(Edition, record, "edition"),
            },
            name=record.text("name"),
            days_to_review=record.whole("days_to_review"),
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
