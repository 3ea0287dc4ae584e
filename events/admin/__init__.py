"""Staff screens of events, a file for each family of nouns."""

from events.admin import events, groups, sessions

__all__ = ["events", "groups", "sessions"]
