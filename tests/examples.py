"""How often a property is tried."""

from django.db import connection

FEWEST = 10


def examples(number: int) -> int:
    """So often where the database is embedded; on a server a quarter, and ten at least.

    It is the same code there, and the suite is run in both ways.
    """
    return number if connection.vendor == "sqlite" else max(number // 4, min(number, FEWEST))
