"""Groups in words: why one is good, which rule it breaks, what would help who has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from django_countries import countries

from cities.models import Theme
from events.allocation import peers, scoring
from events.models import PeerGroup, RoundCity, RoundGuide, Session
from events.services.peer_problems import Gathered


class Words:
    """What a round's groups are told in; the names of themes and sessions are read once."""

    def __init__(self, gathered: Gathered) -> None:
        """Take a round as it was gathered."""
        self.gathered = gathered
        rows: list[RoundCity | RoundGuide] = [
            *gathered.entries.values(),
            *gathered.guides.values(),
        ]
        self.themes: dict[int, Theme] = {
            theme.pk: theme for row in rows for theme in row.themes.all()
        }

    def city(self, key: int) -> str:
        """Return a city's name."""
        entry = self.gathered.entries.get(key)
        return entry.city.name if entry else _("A city that left the round")

    def cities(self, keys: Sequence[int]) -> str:
        """Return names, joined."""
        return get_text_list([self.city(key) for key in keys], _("and"))

    def topic(self, topic: str) -> str:
        """Return a theme or challenge as people know it."""
        kind, _colon, name = topic.partition(":")
        if kind == "theme" and int(name) in self.themes:
            return self.themes[int(name)].short_name
        return f"“{name}”"

    def reasons(self, group: PeerGroup) -> list[str]:
        """Return why a group is good, and what it lacks, in order of weight."""
        members = self.gathered.members_of(group)
        guide = str(group.guide_id) if group.guide_id else None
        plain = peers.Group(group.number, group.session_id, members, guide)
        facts = scoring.facts_of(self.gathered.problem, plain)
        said = [self._countries(facts), self._topic(facts, members)]
        said += [self._language(facts, members), *self._guide(facts)]
        return [one for one in said if one]

    def _countries(self, facts: scoring.Facts) -> str:
        names = [str(countries.name(code)) for code in facts.countries]
        told = get_text_list(names, _("and"))
        if len(facts.countries) == 1:
            return _("All from one country: %s") % told
        number = len(facts.countries)
        words = ngettext("%(number)d country: %(told)s", "%(number)d countries: %(told)s", number)
        return words % {"number": number, "told": told}

    def _topic(self, facts: scoring.Facts, members: Sequence[int]) -> str:
        if not facts.topic:
            return _("No theme in common")
        topic = self.topic(facts.topic)
        if len(facts.with_topic) == len(members):
            return _("All share %s") % topic
        who = self.cities(facts.with_topic)
        return _("%(who)s share %(topic)s") % {"who": who, "topic": topic}

    def _language(self, facts: scoring.Facts, members: Sequence[int]) -> str:
        if not facts.language:
            return _("No language in common")
        language = language_name(facts.language)
        if len(facts.with_language) == len(members):
            return _("All speak %s") % language
        who = self.cities(facts.with_language)
        return _("%(who)s speak %(language)s") % {"who": who, "language": language}

    def _guide(self, facts: scoring.Facts) -> list[str]:
        if facts.guide is None:
            return [_("No mentor or expert")]
        name = str(self.gathered.guides[facts.guide])
        if facts.guide_knows_topic and facts.guide_speaks:
            return [_("%s knows the theme and shares the language") % name]
        if facts.guide_knows_topic:
            return [_("%s knows the theme") % name]
        return [_("%s shares the language") % name] if facts.guide_speaks else []

    def broken(self, broken: Mapping[str, Any]) -> str:
        """Return a broken rule as a sentence."""
        keys = list(broken["cities"])
        who = self.cities(keys)
        if broken["rule"] == "met":
            why = self.gathered.met.get(peers.pair(*keys), "")
            return _("%(who)s may not sit together: %(why)s") % {"who": who, "why": why}
        words = {
            "away": _("%s cannot come to this session"),
            "small": _("Too few cities: %s"),
            "large": _("Too many cities: %s"),
            "closed": _("%s came to a group that takes nobody else"),
            "pin": _("%s is not in the group it was kept in"),
            "twice": _("%s sits in two groups"),
        }
        return words[broken["rule"]] % who

    def change(self, change: Mapping[str, Any]) -> str:
        """Return the change of a rule that would help, and how many cities it would help."""
        number = change["number"]
        who = self.cities(change["cities"])
        if change["rule"] == "come":
            session = Session.objects.filter(pk=number).first()
            words = _("%(who)s also comes to %(session)s") % {"who": who, "session": session}
        else:
            words = {
                "larger": _("Groups of up to %d cities") % number,
                "smaller": _("Groups of %d cities") % number,
                "unpin": _("%s is no longer kept in its group") % who,
                "meet_again": _("%s sit together although they know each other") % who,
            }[change["rule"]]
        places = change["places"]
        gain = ngettext("%d more city has a group", "%d more cities have a group", places) % places
        return _("%(change)s: %(gain)s.") % {"change": words, "gain": gain}


def language_name(code: str) -> str:
    """Return the name of a language, or its code where nobody knows it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
