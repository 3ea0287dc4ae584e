"""A process that follows the search index and answers, as web workers do, until its input ends."""

import json
import sys
import threading
import time

import django

django.setup()

from django.db import DatabaseError  # noqa: E402

from marketplace.models import IndexChange  # noqa: E402
from marketplace.search import index, storage  # noqa: E402
from marketplace.search.answers import answer  # noqa: E402
from marketplace.search.questions import Question  # noqa: E402


def main():
    """Ask until told to stop; then say which entries are found, and how often was asked."""
    told = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
    asked, failures = 0, []
    while not told.wait(0.02):
        try:
            answer(Question(text="entry", limit=5))
        except DatabaseError as failure:
            failures.append(str(failure))
        asked += 1
    last = IndexChange.objects.order_by("pk").last().pk
    until = time.monotonic() + 30
    # While another process of this host is following, this one answers with what was there before.
    while storage.read_state().position < last and time.monotonic() < until:
        index.follow()
        time.sleep(0.05)
    found = answer(Question(limit=5_000))
    print(  # noqa: T201 - its answer
        json.dumps(
            {
                "asked": asked,
                "failures": failures,
                "found": sorted(found.entry_ids),
                "from_index": found.counts is not None,
            }
        )
    )


if __name__ == "__main__":
    main()
