"""What a kind of page is, and the accounts that open one."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.acts import Act

# Who opens a page: an account of the demonstration, or nobody in particular. Somebody at the door
# is nobody in particular on a page that has to set a cookie: a form that changes something.
ANYBODY, DOOR = "anybody", "door"
ROUEN, TERRASSA = "rouen@example.org", "terrassa@example.org"
REVIEWER, STAFF = "reviewer1@example.org", "staff@example.org"
ADMIN, MENTOR = "admin@example.org", "mentor@example.org"
RAVENNA = "ravenna@example.org"
CORK, EXPERT = "cork@example.org", "expert@example.org"
# Owner of an entry that another city says it runs; and somebody who acts for two cities.
HEIDELBERG, LEUVEN = "heidelberg@example.org", "leuven@example.org"


@dataclass(frozen=True)
class Kind:
    """A kind of page: a name, an address (with keys of `found`), who, and the expected answer."""

    name: str
    path: str
    who: str = ANYBODY
    status: int = 200
    act: Act | None = None
