"""`manage.py verify_audit`: look whether the audit trail is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cities import audit
from cities.models import AuditEntry


class Command(BaseCommand):
    """Names each row that was altered, or before which one is missing; exit code 1 if any."""

    help = "Look whether any row of the audit trail was altered or deleted."

    def handle(self, **_options: Any) -> None:
        """Look at every row, and say what was found."""
        if broken := audit.broken_links():
            numbers = ", ".join(str(number) for number in broken)
            raise CommandError(f"Altered, or the one before is missing: {numbers}")
        self.stdout.write(f"{AuditEntry.objects.count()} rows, as they were written.")
