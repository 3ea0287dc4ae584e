"""`manage.py generate_load`: many invented entries, to try the portal with, and their removal."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from icc_portal.load import labs, roadmaps, rows
from marketplace.models import Entry
from marketplace.search import index


class Command(BaseCommand):
    """Write solutions and reviews until there are so many, and rebuild the search index.

    They are invented, marked as demonstration, and the same each time. The subjects they name are
    those of the programme: load it first. No mail is sent, and nothing follows from them.
    """

    help = "Write many invented entries for trials, or take them away again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what the command can be told."""
        parser.add_argument("--solutions", type=int, default=0, help="published solutions, in all")
        parser.add_argument("--reviews", type=int, default=0, help="open reviews, in all")
        parser.add_argument(
            "--roadmap", type=int, default=0, metavar="N", help="a roadmap with N initiatives"
        )
        parser.add_argument(
            "--sessions", type=int, default=0, metavar="N", help="a lab with N sessions"
        )
        parser.add_argument("--remove", action="store_true", help="take away what was written")
        parser.add_argument(
            "--yes", action="store_true", help="also beside real entries, outside demonstrations"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write or remove; say how many there are and how long it took."""
        is_real = Entry.objects.filter(demonstration=False).exists() and not settings.DEMO
        if is_real and not options["yes"]:
            raise CommandError(
                "This database holds real entries. Say --yes if invented ones may stand beside "
                "them for a while; --remove takes them away again."
            )
        started = time.monotonic()
        say = self.stdout.write if options["verbosity"] > 1 else _say_nothing
        if options["remove"]:
            rows.remove(say)
            roadmaps.remove_roadmap()
            labs.remove_lab()
        else:
            rows.bring_up_to(options["solutions"], options["reviews"], say)
        if options["roadmap"] and not options["remove"]:
            roadmap = roadmaps.write_roadmap(options["roadmap"])
            say(f"{options['roadmap']} initiatives: {roadmap.get_absolute_url()}")
        if options["sessions"] and not options["remove"]:
            lab = labs.write_lab(options["sessions"])
            say(f"{options['sessions']} sessions: {lab.get_absolute_url()}")
        number = index.rebuild()
        if options["verbosity"] > 0:
            self.stdout.write(
                f"{number} entries are public; {time.monotonic() - started:.0f} s, "
                "search index included."
            )


def _say_nothing(words: str) -> None:
    pass
