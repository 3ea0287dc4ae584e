"""Several people who do something in the same moment."""

from threading import Barrier, Thread

from django.core.exceptions import PermissionDenied
from django.db import connection

from marketplace.services import Refused


def all_at_once(act, things):
    """What came of `act(thing, number, gate)` in a thread for each, as it returned or raised."""
    gate, outcomes = Barrier(len(things)), [None] * len(things)

    def run(number):
        try:
            outcomes[number] = act(things[number], number, gate)
        except (Refused, PermissionDenied) as failure:
            outcomes[number] = failure
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number,)) for number in range(len(things))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
