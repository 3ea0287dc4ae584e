"""The keys of the standard: what each expects. The names are the standard's own."""

from __future__ import annotations

from dataclasses import dataclass, field

CURRENT = "0.7"
VERSIONS = {
    *("0", "0.1", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.4.0"),
    *("0.5", "0.5.0", "0.6", "0.6.0", "0.7", "0.7.0"),
}


@dataclass(frozen=True)
class Key:
    """What stands behind a key: text, url, date, bool, choice, texts, urls, map, maps, languages.

    `since_ended` names the version from which on the standard does without it.
    """

    kind: str = "text"
    must: bool = False
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    since_ended: str = ""
    inside: dict[str, Key] = field(default_factory=dict)


TEXT, URL, DATE, TEXTS = Key(), Key("url"), Key("date"), Key("texts")
ORGANISATION = {"name": TEXT, "uri": TEXT}
DEPENDENCY = {
    "name": Key(must=True),
    "versionMin": TEXT,
    "versionMax": TEXT,
    "version": TEXT,
    "optional": Key("bool"),
}
DESCRIPTION = {
    "localisedName": TEXT,
    "genericName": Key(longest=35, since_ended="0.3"),
    "shortDescription": Key(must=True, longest=150),
    "longDescription": Key(must=True, shortest=150, longest=10_000),
    "documentation": URL,
    "apiDocumentation": URL,
    "features": TEXTS,
    "screenshots": TEXTS,
    "videos": Key("urls"),
    "awards": TEXTS,
    "freeTags": Key("texts", since_ended="0.2"),
}
KEYS = {
    "publiccodeYmlVersion": Key(must=True),
    "name": Key(must=True),
    "applicationSuite": TEXT,
    "url": Key("url", must=True),
    "landingURL": URL,
    "isBasedOn": Key("urls"),
    "softwareVersion": TEXT,
    "releaseDate": DATE,
    "logo": TEXT,
    "monochromeLogo": Key(since_ended="0.5"),
    "organisation": Key("map", inside=ORGANISATION),
    "inputTypes": Key("texts", since_ended="0.5"),
    "outputTypes": Key("texts", since_ended="0.5"),
    "platforms": Key("texts", must=True),
    "categories": TEXTS,
    "tags": Key("texts", since_ended="0.2"),
    "usedBy": TEXTS,
    "fundedBy": Key("maps", inside=ORGANISATION),
    "roadmap": URL,
    "developmentStatus": Key(
        "choice", must=True, choices=("concept", "development", "beta", "stable", "obsolete")
    ),
    "softwareType": Key(
        "choice",
        must=True,
        choices=(
            *("standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web"),
            *("standalone/backend", "standalone/other", "addon", "library", "configurationFiles"),
        ),
    ),
    "intendedAudience": Key(
        "map",
        inside={
            "scope": TEXTS,
            "countries": TEXTS,
            "unsupportedCountries": TEXTS,
            "onlyFor": Key("texts", since_ended="0.2"),
        },
    ),
    "description": Key("languages", must=True, inside=DESCRIPTION),
    "legal": Key(
        "map",
        must=True,
        inside={
            "license": Key(must=True),
            "mainCopyrightOwner": TEXT,
            "repoOwner": Key(since_ended="0.5"),
            "authorsFile": Key(since_ended="0.3"),
        },
    ),
    "maintenance": Key(
        "map",
        must=True,
        inside={
            "type": Key("choice", must=True, choices=("internal", "contract", "community", "none")),
            "contractors": Key(
                "maps",
                inside={
                    "name": Key(must=True),
                    "email": TEXT,
                    "website": URL,
                    "until": Key("date", must=True),
                },
            ),
            "contacts": Key(
                "maps",
                inside={
                    "name": Key(must=True),
                    "email": TEXT,
                    "affiliation": TEXT,
                    "phone": TEXT,
                },
            ),
        },
    ),
    "localisation": Key(
        "map",
        must=True,
        inside={
            "localisationReady": Key("bool", must=True),
            "availableLanguages": Key("texts", must=True),
        },
    ),
    "dependsOn": Key(
        "map",
        inside={
            name: Key("maps", inside=DEPENDENCY) for name in ("open", "proprietary", "hardware")
        },
    ),
    "supports": Key("maps", inside={"id": Key(must=True)}),
    # The country's own section: whatever it says is kept.
    "IT": Key("any", since_ended="0.7"),
    "it": Key("any", since_ended="0.7"),
}
