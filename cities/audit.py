"""The audit trail: rows chained by their digests, so that none is altered or left out unseen."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.db import IntegrityError, transaction

from cities.models import Audited, AuditEntry, User

LONGEST = 500
# So many may be written at the same moment before one of them fails.
TRIES = 50


def note(what: Audited, words: str, *, by: User | None, about: str = "") -> AuditEntry:
    """Add a row for something that happened, whoever else adds one at this moment.

    `about` names the row it concerns, as for mails. Call it where no transaction will be undone.
    """
    person = by.pk if by else None
    for _try in range(TRIES):
        last = AuditEntry.objects.order_by("-pk").values_list("digest", flat=True).first()
        entry = AuditEntry(what=what, words=words[:LONGEST], person=person, about=about)
        entry.previous = last or ""
        entry.digest = digest_of(entry)
        try:
            with transaction.atomic():
                entry.save()
        except IntegrityError:
            # Another row was chained to the same one.
            continue
        return entry
    raise RuntimeError("The audit trail takes no row: each time, another one came first.")


def digest_of(entry: AuditEntry) -> str:
    """Return the fingerprint of what a row says and of the one before it."""
    at = entry.at.astimezone(UTC).isoformat()
    said = [entry.previous, at, entry.what, entry.person, entry.about, entry.words]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def broken_links() -> list[int]:
    """Return the numbers of rows that were altered, or before which one is missing.

    That the latest ones are missing shows in copies of the database alone.
    """
    found, before = [], ""
    for entry in AuditEntry.objects.order_by("pk").iterator():
        if entry.previous != before or entry.digest != digest_of(entry):
            found.append(entry.pk)
        before = entry.digest
    return found
