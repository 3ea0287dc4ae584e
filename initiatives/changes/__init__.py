"""What people did in roadmaps lately: changes, sections saved, and who types at the moment.

All of it is read with one query. What was loaded from files is nobody's doing, so it is not told.
"""

from initiatives.changes.told import (
    ALL_CHANGES,
    MOST_CHANGES,
    Change,
    Happened,
    OpenComments,
    Saved,
    last_changed,
    lately,
)

__all__ = [
    "ALL_CHANGES",
    "MOST_CHANGES",
    "Change",
    "Happened",
    "OpenComments",
    "Saved",
    "last_changed",
    "lately",
]
