"""Asking other people's servers, without letting an address lead inside our own network.

    answer = outbound.fetch("https://example.org/publiccode.yml")
    if answer.ok:
        read(answer.body)

Whoever types an address could name a machine that only we can reach. So a name is resolved once,
every address it has is looked at, and the connection goes to the address that was looked at; the
same for each redirect. Nothing a server says reaches anybody but through `Answer`: show its status
or its problem, never its words.
"""

from cities.outbound.addresses import Problem, Rules, is_public, may_be_asked
from cities.outbound.requests import Answer, fetch

__all__ = ["Answer", "Problem", "Rules", "fetch", "is_public", "may_be_asked"]
