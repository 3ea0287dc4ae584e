"""Sources, the programme's words, and its editions."""

from __future__ import annotations

from cities.models import (
    CityRole,
    CityTrait,
    Dimension,
    Edition,
    EditionFigure,
    ExpertRole,
    Holiday,
    Instrument,
    OrganisationKind,
    ParticipationRole,
    Phase,
    ServiceType,
    Source,
    Theme,
    ThemeKind,
)
from cities.programme.files import Record
from cities.programme.loading import Loading

WORDS = "vocabulary.yaml"


def load_sources(loading: Loading) -> None:
    """Load the list of sources, which every other record refers to."""
    for record in loading.files.records("sources.yaml", key="key"):
        loading.put(
            Source,
            record,
            {"key": record.need("key")},
            title=record.text("title"),
            publisher=record.text("publisher"),
            url=record.text("url"),
            licence=record.text("licence"),
        )
        record.close()


def load_words(loading: Loading) -> None:
    """Load roles, kinds of organisations, types of services and traits of cities."""
    for part, model in (
        ("expert_roles", ExpertRole),
        ("organisation_kinds", OrganisationKind),
        ("service_types", ServiceType),
    ):
        for position, record in enumerate(loading.files.records(WORDS, part=part)):
            key = {"slug": record.need("slug")}
            loading.put(model, record, key, name=record.text("name"), position=position)
            record.close()
    for position, record in enumerate(loading.files.records(WORDS, part="city_roles")):
        loading.put(
            CityRole,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            may_edit=record.need("may_edit"),
            may_submit=record.need("may_submit"),
            may_manage_team=record.need("may_manage_team"),
            position=position,
        )
        record.close()

    for position, record in enumerate(loading.files.records(WORDS, part="city_traits")):
        loading.put(
            CityTrait,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            kind=record.need("kind"),
            position=position,
        )
        record.close()


def load_editions(loading: Loading) -> None:
    """Load the editions with their phases, roles, themes and figures."""
    for record in loading.files.records("editions.yaml"):
        edition, _new = loading.put(
            Edition,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            short_name=record.text("short_name"),
            summary=record.text("summary"),
            starts_on=record.day("starts_on"),
            ends_on=record.day("ends_on"),
            time_zone=record.text("time_zone", "Europe/Brussels"),
            is_shown=record.get("is_shown", False),
            **loading.marks(record),
        )
        for item in record.children("holidays"):
            _load_holiday(loading, item, edition)
        _load_phases(loading, record, edition)
        _load_roles(loading, record, edition)
        _load_themes(loading, record, edition)
        _load_figures(loading, record, edition)
        record.close()


def load_holidays(loading: Loading) -> None:
    """Load the days off that every edition shares."""
    for record in loading.files.records("holidays.yaml", key="day"):
        _load_holiday(loading, record, None)


def load_instruments(loading: Loading) -> None:
    """Load the instruments by which cities look at themselves."""
    for record in loading.files.records(WORDS, part="instruments"):
        instrument, _new = loading.put(
            Instrument,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            edition=loading.find_or_none(Edition, record, "edition"),
            highest_level=record.whole("highest_level"),
            **loading.marks(record),
        )
        for position, item in enumerate(record.children("dimensions")):
            loading.put(
                Dimension,
                item,
                {"instrument": instrument, "slug": item.need("slug")},
                name=item.text("name"),
                guidance=item.text("guidance"),
                position=position,
            )
            item.close()
        record.close()


def _load_holiday(loading: Loading, record: Record, edition: Edition | None) -> None:
    key = {"edition": edition, "day": record.day("day")}
    loading.put(Holiday, record, key, name=record.text("name"))
    record.close()


def _load_phases(loading: Loading, record: Record, edition: Edition) -> None:
    for item in record.children("phases"):
        together = item.whole("reported_with")
        loading.put(
            Phase,
            item,
            {"edition": edition, "number": item.whole("number")},
            name=item.text("name"),
            purpose=item.text("purpose"),
            starts_on=item.day("starts_on"),
            ends_on=item.day("ends_on"),
            reported_with=loading.index(Phase, ("edition", "number")).get((edition.pk, together)),
            **loading.marks(item),
        )
        item.close()


def _load_roles(loading: Loading, record: Record, edition: Edition) -> None:
    for position, item in enumerate(record.children("roles")):
        loading.put(
            ParticipationRole,
            item,
            {"edition": edition, "slug": item.need("slug")},
            name=item.text("name"),
            name_plural=item.text("name_plural"),
            summary=item.text("summary"),
            has_roadmap=item.get("has_roadmap", False),
            mentors_others=item.get("mentors_others", False),
            position=position,
        )
        item.close()


def _load_themes(loading: Loading, record: Record, edition: Edition) -> None:
    for position, item in enumerate(record.children("theme_kinds")):
        kind, _new = loading.put(
            ThemeKind,
            item,
            {"edition": edition, "slug": item.need("slug")},
            name=item.text("name"),
            name_plural=item.text("name_plural"),
            position=position,
        )
        for place, theme in enumerate(item.children("themes")):
            loading.put(
                Theme,
                theme,
                {"slug": theme.need("slug")},
                kind=kind,
                name=theme.text("name"),
                short_name=theme.text("short_name"),
                summary=theme.text("summary"),
                needs=theme.lines("needs"),
                position=place,
                **loading.marks(theme),
            )
            theme.close()
        item.close()


def _load_figures(loading: Loading, record: Record, edition: Edition) -> None:
    for position, item in enumerate(record.children("figures")):
        loading.put(
            EditionFigure,
            item,
            {"edition": edition, "label": item.need("label"), "as_of": item.day("as_of")},
            value=item.text("value"),
            note=item.text("note"),
            position=position,
            **loading.marks(item),
        )
        item.close()
