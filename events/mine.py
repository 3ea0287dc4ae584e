"""What a person has at events: their groups and talks, and what they can still say about them."""

from __future__ import annotations

from dataclasses import dataclass, field

from cities.models import City, User
from cities.permissions import may_edit_for
from events.models import (
    Event,
    Meeting,
    MeetingAsker,
    MeetingExpert,
    PeerGroup,
)


@dataclass
class Mine:
    """A person's groups and talks at an event, and the pages on which they offer or wish."""

    groups: list[PeerGroup] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    offers: list[MeetingExpert] = field(default_factory=list)
    wishes: list[MeetingAsker] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.groups or self.meetings or self.offers or self.wishes)


def mine_at(event: Event, user: User) -> Mine:
    """Return what concerns a person at an event as somebody who takes part."""
    return Mine(
        groups=list(
            PeerGroup.objects.concerning(user)
            .filter(round__event=event)
            .select_related("round", "session__day__event", "guide__city", "guide__user")
            .prefetch_related("seats__entry__city")
            .order_by("session__starts_at", "number")
        ),
        meetings=list(
            Meeting.objects.concerning(user)
            .filter(round__event=event)
            .live()
            .select_related("round__event", "asker__city", "expert__user", "slot")
        ),
        offers=list(
            MeetingExpert.objects.filter(round__event=event, user=user).select_related("round")
        ),
        wishes=list(
            MeetingAsker.objects.filter(
                round__event=event, city__in=City.objects.acted_for_by(user)
            ).select_related("round", "city")
        ),
    )


def may_wish(user: User, asker: MeetingAsker) -> bool:
    """Say whether somebody may wish in a city's name."""
    return may_edit_for(user, asker.city)


def side_of(user: User, meeting: Meeting) -> str:
    """Return whether somebody is the "expert" of a talk, acts for its "city", or is neither."""
    if meeting.expert.user_id == user.pk:
        return "expert"
    return "city" if may_edit_for(user, meeting.asker.city) else ""
