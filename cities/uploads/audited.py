"""Files that people send: scanned, looked at, and noted in the audit trail when refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cities import audit
from cities.models import Audited, User
from cities.uploads.reading import Upload, read
from cities.uploads.refusals import UploadRefused
from cities.uploads.scanning import refuse_infected

if TYPE_CHECKING:
    from django.core.files.base import File


def receive(file: File, *, by: User, about: str) -> Upload:
    """Return a file as `read` does, scanned, or raise UploadRefused once it is noted who sent what.

    `about` names the row the file was for, such as "marketplace.entry:12".
    """
    try:
        return read(file, scan=refuse_infected)
    except UploadRefused as refusal:
        audit.note(Audited.FILE_REFUSED, str(refusal), by=by, about=about)
        raise
