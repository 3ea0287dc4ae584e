"""An agenda as plain rows: read fast however long it is, and known by what is in it.

rows    the sessions of an event or of one day, with who speaks
state   a short name for all that an answer is made of; it changes with any of it
"""

from events.schedule.rows import Day, Row, days_of, sessions_of
from events.schedule.state import state_of

__all__ = ["Day", "Row", "days_of", "sessions_of", "state_of"]
