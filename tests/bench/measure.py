"""Measures pages inside one process, as a web worker serves them: `python -m tests.bench.measure`.

Reads from standard input what to ask (JSON: kinds of pages with their addresses, the session of
somebody signed in, how often) and writes per kind seconds, bytes, how many times as long as the
bare page it took, its queries, and how long the very first page of a kind took. The bare page and
the others take turns, so that whatever else the machine does weighs on all of them alike. Every
request goes through the portal's WSGI application, all middleware included, the bare page's too.
"""

import json
import statistics
import sys
import time
from itertools import cycle


def main():
    """Ask, count, and tell."""
    from icc_portal.wsgi import application  # noqa: PLC0415 - no test shall import it

    asked = json.load(sys.stdin)
    pages = {"bare": ["/bare/"], **asked["pages"]}
    queries, first, sizes = {}, {}, {}
    for kind, addresses in pages.items():
        first[kind], sizes[kind] = answered(application, addresses[0], asked["cookie"])
        for address in addresses[1:3]:
            get(application, address, asked["cookie"])
        # The first request of each kind reads templates and the like.
        counts = [counted(application, address, asked["cookie"]) for address in addresses[:10]]
        queries[kind] = [min(counts), max(counts)]
    seconds = {kind: [] for kind in pages}
    turns = {kind: cycle(addresses) for kind, addresses in pages.items()}
    for _round in range(asked["rounds"]):
        for kind, addresses in turns.items():
            seconds[kind].append(get(application, next(addresses), asked["cookie"]))
    medians = {kind: statistics.median(found) for kind, found in seconds.items()}
    times = {kind: ratio(found, seconds["bare"]) for kind, found in seconds.items()}
    told = {"seconds": medians, "times": times, "queries": queries, "first": first}
    told["sizes"] = sizes
    json.dump(told, sys.stdout)


def ratio(found, bare):
    """Compare round by round: within one, the machine is as busy for one page as for the next."""
    return statistics.median(one / least for one, least in zip(found, bare, strict=True))


def get(application, address, cookie=""):
    """Ask for a page; return how many seconds the application took."""
    return answered(application, address, cookie)[0]


def answered(application, address, cookie):
    """Ask for a page; return how many seconds the application took, and of how many bytes it is."""
    from django.test import RequestFactory  # noqa: PLC0415

    environ = RequestFactory().get(address).environ
    environ["HTTP_COOKIE"] = cookie
    status = []
    began = time.perf_counter()
    answer = application(environ, lambda line, headers, *rest: status.append(line))
    body = b"".join(answer)
    answer.close()
    took = time.perf_counter() - began
    if not status[0].startswith("200") or len(body) < 200:
        raise SystemExit(f"{address} was answered with {status[0]}")
    return took, len(body)


def counted(application, address, cookie):
    """Return how many queries a page takes."""
    from django.db import connection  # noqa: PLC0415

    found = []

    def count(execute, sql, params, many, context):
        found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        get(application, address, cookie)
    return len(found)


if __name__ == "__main__":
    main()
