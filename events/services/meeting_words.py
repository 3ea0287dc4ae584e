"""One-to-one talks in words: who talks with whom, who waits and why, what would help."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from events.allocation import refilling
from events.models import Meeting, MeetingSlot, MeetingWish, known_zone
from events.services.meeting_problems import GatheredTalks, talk_of


def slot_words(slot: MeetingSlot, zone_name: str) -> str:
    """Return when a slot is, in the zone of its event and as the reader writes dates."""
    zone = known_zone(zone_name)
    starts, ends = localtime(slot.starts_at, zone), localtime(slot.ends_at, zone)
    day = f"{date_format(starts, 'D')} {date_format(starts, 'SHORT_DATE_FORMAT')}"
    return f"{day}, {time_format(starts)}–{time_format(ends)}"


def reason_words(reason: str) -> str:
    """Return why a wish was not served."""
    return {
        "no_offer": _("the expert offers no slot"),
        "no_common_slot": _("no slot in which both can"),
        "expert_full": _("the expert's slots are taken"),
        "city_full": _("the city has all its talks"),
        "free": _("both are free: work it out again"),
        "city_busy": _("the city has another talk then"),
        "too_far": _("no time to walk between rooms"),
    }[reason]


class TalkWords:
    """A round's talks as staff read them."""

    def __init__(self, gathered: GatheredTalks) -> None:
        """Take a round as it was gathered."""
        self.gathered = gathered
        self.zone = known_zone(gathered.round.event.time_zone)
        self.wishes: dict[tuple[int, int], MeetingWish] = {
            (asker.pk, wish.expert_id): wish
            for asker in gathered.askers.values()
            for wish in asker.wishes.all()
        }

    def page(self) -> dict[str, Any]:
        """Return talks by expert, who waits in their order and why, and how many have what."""
        by_expert = defaultdict(list)
        for meeting in self._in_order():
            by_expert[meeting.expert_id].append(self._told(meeting))
        asked: dict[int, int] = defaultdict(int)
        for wish in self.wishes.values():
            asked[wish.expert_id] += not wish.is_closed
        standing = tuple(map(talk_of, self.gathered.meetings))
        served = {talk.city for talk in standing}
        wishing = [city for city in self.gathered.problem.cities if city.wishes]
        return {
            "experts": [
                {
                    "expert": expert,
                    "offers": len(expert.offers.all()),
                    "asked": asked[expert.pk],
                    "talks": by_expert[expert.pk],
                }
                for expert in self.gathered.experts.values()
            ],
            "waiting": [
                {
                    "city": self.city(each.city),
                    "expert": self.expert(each.expert),
                    "rank": each.rank,
                    "reason": reason_words(each.reason),
                }
                for each in refilling.refusals(self.gathered.ahead, standing)
            ],
            "talks_n": len(standing),
            "cities_n": len(self.gathered.askers),
            "wishing_n": len(wishing),
            "served_n": len(served),
            "slots_n": len(self.gathered.slots),
            "experts_n": len(self.gathered.experts),
        }

    def report(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the last run says."""
        if not report:
            return {}
        if "refused" in report:
            return {"refused": [self._talk(told) for told in report["refused"]]}
        # Reports that were kept before there was a plan by chance have none.
        ours, greedy, chance = report["quality"], report["greedy"], report.get("chance", {})
        labels = {
            "cities_served": _("Cities with a talk"),
            "first_wishes_served": _("First wishes served"),
            "talks": _("Talks"),
            "points": _("Points of the wishes"),
        }
        rows = [
            (label, ours[name], greedy[name], chance.get(name, "–"))
            for name, label in labels.items()
        ]
        return {
            "quality": rows,
            "proved": report["proved"],
            "moved": [self._talk(told) for told in report["moved"]],
            "without": [self.city(key) for key in report["without"]],
            "helps": [self._help(told) for told in report["helps"]],
        }

    def rows(self) -> list[list[Any]]:
        """Return every talk as the cells of a table."""
        rows = []
        for meeting in self._in_order():
            told = self._told(meeting)
            expert = self.gathered.experts[meeting.expert_id]
            asker = self.gathered.askers[meeting.asker_id]
            slot = self.gathered.slots[meeting.slot_id]
            starts, ends = (localtime(one, self.zone) for one in (slot.starts_at, slot.ends_at))
            wish = told["wish"]
            rows.append(
                [f"{starts:%Y-%m-%d %H:%M}", f"{ends:%Y-%m-%d %H:%M}", expert.user.name,
                 expert.get_kind_display(), asker.city.name, str(asker.city.country),
                 wish.rank if wish else "", told["place"], told["link"],
                 meeting.get_expert_answer_display(), meeting.get_city_answer_display(),
                 wish.question if wish else "", self.gathered.round.event.time_zone]
            )  # fmt: skip
        return rows

    def city(self, key: int) -> str:
        """Return a city's name."""
        asker = self.gathered.askers.get(key)
        return asker.city.name if asker else _("A city that left the round")

    def expert(self, key: int) -> str:
        """Return an expert's name."""
        expert = self.gathered.experts.get(key)
        return expert.user.name if expert else _("An expert who left the round")

    def slot(self, key: int) -> str:
        """Return when a slot is."""
        slot = self.gathered.slots.get(key)
        if slot is None:
            return _("a slot that is gone")
        zone = self.gathered.round.event.time_zone
        return f"{slot_words(slot, zone)} ({zone})"

    def doubt(self, rule: str) -> str:
        """Return what is odd about a talk that staff arranged."""
        return {
            "wish": _("The city did not wish for this expert."),
            "busy": _("The city attends something else then."),
            "city": _("The city has another talk too close to this one."),
            "expert": _("The expert has another talk too close to this one."),
            "city most": _("The city now has more talks than cities have at most."),
            "expert most": _("The expert now has more talks than they give at most."),
        }[rule]

    def _in_order(self) -> list[Meeting]:
        slots = self.gathered.slots
        return sorted(
            self.gathered.meetings,
            key=lambda one: (slots[one.slot_id].starts_at, self.expert(one.expert_id), one.pk),
        )

    def _told(self, meeting: Meeting) -> dict[str, Any]:
        expert = self.gathered.experts[meeting.expert_id]
        offer = next((one for one in expert.offers.all() if one.slot_id == meeting.slot_id), None)
        return {
            "meeting": meeting,
            "city": self.city(meeting.asker_id),
            "slot": self.gathered.slots[meeting.slot_id],
            "wish": self.wishes.get((meeting.asker_id, meeting.expert_id)),
            "place": (offer.room or _("Online")) if offer else "",
            "link": offer.link if offer else "",
        }

    def _talk(self, told: Mapping[str, int]) -> str:
        words = _("%(city)s with %(expert)s, %(slot)s")
        return words % {
            "city": self.city(told["city"]),
            "expert": self.expert(told["expert"]),
            "slot": self.slot(told["slot"]),
        }

    def _help(self, told: Mapping[str, Any]) -> str:
        words = {
            "offer": _("%(city)s: if %(expert)s also offered %(slot)s (wish %(rank)d)."),
            "skip": _("%(city)s: if it came to %(expert)s at %(slot)s instead (wish %(rank)d)."),
            "more": _("%(city)s: if %(expert)s gave one talk more, %(slot)s (wish %(rank)d)."),
        }[told["change"]]
        return words % {
            "city": self.city(told["city"]),
            "expert": self.expert(told["expert"]),
            "slot": self.slot(told["slot"]),
            "rank": told["rank"],
        }
