"""Cities, organisations, consortia, and who takes part in what."""

from __future__ import annotations

from cities import changes
from cities.models import (
    City,
    CityName,
    CityTrait,
    Consortium,
    ConsortiumMember,
    Edition,
    Organisation,
    OrganisationKind,
    Pairing,
    Participation,
    ParticipationRole,
    ServiceType,
    Theme,
)
from cities.programme.files import LoadError, Record
from cities.programme.loading import Loading


def load_cities(loading: Loading) -> None:
    """Load cities, their names in other languages, and their traits."""
    loaded_before = set(City.traits.through.objects.values_list("city__slug", flat=True))
    for record in loading.files.rows("cities.csv", key="slug"):
        latitude, longitude = record.number("latitude"), record.number("longitude")
        record.get("geonames")  # where coordinates come from; kept for editors of the file
        loading.put(
            City,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            kind=record.need("kind"),
            country=record.need("country"),
            population=record.whole("population"),
            population_year=record.whole("population_year"),
            population_scope=record.text("population_scope"),
            latitude=None if latitude is None else float(latitude),
            longitude=None if longitude is None else float(longitude),
            time_zone=record.text("time_zone"),
            nuts=record.text("nuts"),
            lau=record.text("lau"),
            wikidata=record.text("wikidata"),
            note=record.text("note"),
            **loading.marks(record),
        )
        record.close()
    for record in loading.files.rows("cities_names.csv", key="city"):
        key = {
            "city": loading.find(City, record, "city"),
            "language": record.need("language"),
            "name": record.need("name"),
        }
        name, is_new = loading.put(CityName, record, key)
        if is_new:
            changes.announce(name)
        record.close()
    for record in loading.files.rows("cities_traits.csv", key="city"):
        city, trait = loading.find(City, record, "city"), loading.find(CityTrait, record, "trait")
        # People may have changed what was loaded before.
        if city.slug not in loaded_before:
            city.traits.add(trait)
            changes.announce(city)
        record.close()


def load_organisations(loading: Loading) -> None:
    """Load the organisations around cities."""
    for record in loading.files.records("organisations.yaml"):
        record.get("note")  # for editors of the file
        loading.put(
            Organisation,
            record,
            {"slug": record.need("slug")},
            many={"services": loading.find_all(ServiceType, record, "services")},
            name=record.text("name"),
            kind=loading.find(OrganisationKind, record, "kind"),
            country=record.text("country"),
            city=loading.find_or_none(City, record, "city"),
            summary=record.text("summary"),
            website=record.text("website"),
            **loading.marks(record),
        )
        record.close()


def load_consortia(loading: Loading) -> None:
    """Load consortia with their members, and their part in an edition."""
    for record in loading.files.records("consortia.yaml"):
        consortium, _new = loading.put(
            Consortium,
            record,
            {"slug": record.need("slug")},
            name=record.text("name"),
            project_name=record.text("project_name"),
            summary=record.text("summary"),
            lead_city=loading.find_or_none(City, record, "lead_city"),
            lead_organisation=loading.find_or_none(Organisation, record, "lead_organisation"),
            **loading.marks(record),
        )
        for city in loading.find_all(City, record, "members"):
            loading.put(
                ConsortiumMember,
                record,
                {"consortium": consortium, "city": city},
                **loading.marks(record),
            )
        edition = loading.find(Edition, record, "edition")
        loading.put(
            Participation,
            record,
            {"edition": edition, "role": role_of(loading, record), "consortium": consortium},
            **loading.marks(record),
        )
        record.close()


def load_participations(loading: Loading) -> None:
    """Load which city takes part in which edition, and as what."""
    for record in loading.files.records("participations.yaml", key="role"):
        edition = loading.find(Edition, record, "edition")
        role = role_of(loading, record)
        for city in loading.find_all(City, record, "cities"):
            loading.put(
                Participation,
                record,
                {"edition": edition, "role": role, "city": city},
                many={"themes": loading.find_all(Theme, record, "themes")},
                since=record.day("since"),
                until=record.day("until"),
                note=record.text("note"),
                **loading.marks(record),
            )
        record.close()


def load_pairings(loading: Loading) -> None:
    """Load pairings of cities: attested ones, and invented ones where asked for."""
    names = ["pairings.yaml", "demonstration/pairings.yaml"]
    for record in (
        record for name in names for record in loading.files.records(name, "second_city")
    ):
        if not loading.wanted(record):
            continue
        since = loading.ago(record, "since_days_ago")
        loading.put(
            Pairing,
            record,
            {
                "kind": record.need("kind"),
                "edition": loading.find_or_none(Edition, record, "edition"),
                "first_city": loading.find(City, record, "first_city"),
                "second_city": loading.find(City, record, "second_city"),
            },
            first={"since": since.date() if since else record.day("since")},
            theme=loading.find_or_none(Theme, record, "theme"),
            purpose=record.text("purpose"),
            **loading.marks(record),
        )
        record.close()


def role_of(loading: Loading, record: Record) -> ParticipationRole:
    """Return the role in the edition that a record names."""
    edition = loading.find(Edition, record, "edition")
    role = loading.index(ParticipationRole, ("edition", "slug")).get(
        (edition.pk, record.need("role"))
    )
    if role is None:
        raise record.wrong(
            "role", f"the edition {edition.slug} has no such role; see editions.yaml."
        )
    return role


def participation_of(loading: Loading, record: Record) -> Participation:
    """Return the participation that a record names by edition, role, and city or consortium."""
    edition, role = loading.find(Edition, record, "edition"), role_of(loading, record)
    model, name = (Consortium, "consortium") if record.get("consortium") else (City, "city")
    participant = loading.find(model, record, name)
    found = loading.index(Participation, ("edition", "role", name)).get(
        (edition.pk, role.pk, participant.pk)
    )
    if found is None:
        raise LoadError(
            f"{record.file}, {record.label}: {participant} takes no part in {edition.slug} as "
            f"{role.slug}; add it to participations.yaml or consortia.yaml."
        )
    record.close()
    return found
