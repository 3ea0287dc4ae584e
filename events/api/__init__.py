"""Events, what remains of them, action groups and guests for programs."""

from events.api.events import EventViewSet
from events.api.groups import ActionGroupViewSet, PeerGroupViewSet
from events.api.guests import GuestViewSet
from events.api.outcomes import CollaborationViewSet, CommitmentViewSet, OutcomeViewSet

__all__ = [
    "ActionGroupViewSet",
    "CollaborationViewSet",
    "CommitmentViewSet",
    "EventViewSet",
    "GuestViewSet",
    "OutcomeViewSet",
    "PeerGroupViewSet",
]
