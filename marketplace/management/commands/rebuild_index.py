"""`manage.py rebuild_index`: make the search index of this host anew from the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.search import index


class Command(BaseCommand):
    """Rebuilds the search index; the old one answers until the new one is whole."""

    help = "Make the search index of this host anew from the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer to leave a good index alone."""
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="Only when it is missing, damaged, of another release, or not in step.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many entries there are."""
        try:
            if options["if_needed"] and not index.differs_from_database():
                self.stdout.write("The search index is as it should be.")
                return
            number = index.rebuild()
        except (index.IndexUnusable, OSError) as failure:
            raise CommandError(f"The search index could not be made: {failure}") from failure
        self.stdout.write(f"The search index holds {number} entries.")
