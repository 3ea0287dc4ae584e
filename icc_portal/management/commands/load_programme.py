"""`manage.py load_programme`: the real programme, from data files that people edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

import cities.programme
import events.programme
import initiatives.programme
import marketplace.programme
from cities.programme import LoadError, Loading, ProgrammeFiles

FLOORS = [cities.programme, events.programme, initiatives.programme, marketplace.programme]
FOLDER = Path(__file__).resolve().parents[2] / "programme"


class Command(BaseCommand):
    """Load the programme's data files, each app its own in one transaction.

    It may run any number of times. Rows are found by their natural key (a slug, or what the
    database holds unique); those that exist are left as they are, so that nothing that people
    wrote is lost. With --refresh they take on what the files say, but for rows with a version
    (roadmaps, initiatives…) that somebody has edited in the portal, and for lists that have no key
    of their own (risks, talks, measurements…), which are written with their parent only.
    No mail is sent.
    """

    help = "Load the real programme, and what was invented to show the portal, from data files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what the command can be told."""
        parser.add_argument(
            "--no-demonstration",
            action="store_true",
            help="load facts only: nothing that was invented to show the portal",
        )
        parser.add_argument(
            "--refresh",
            action="store_true",
            help="let the files overwrite rows that were loaded earlier and differ",
        )
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="the folder with the data files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load every floor from below; end with status 1 and a sentence when a file is wrong."""
        invented = not options["no_demonstration"]
        loading = Loading(
            ProgrammeFiles(options["folder"]),
            refresh=options["refresh"],
            demonstration=invented,
            accounts=invented and settings.DEMO,
        )
        for floor in FLOORS:
            try:
                floor.load(loading)
            except LoadError as fault:
                raise CommandError(str(fault)) from fault
        if options["verbosity"] > 0:
            for line in loading.report():
                self.stdout.write(line)
