"""Where files lie: below MEDIA_ROOT, each once, under the fingerprint of its content.

No address leads there. Pages ask for a row that names a file, which asks who may see it.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from cities.uploads.named import named
from cities.uploads.reading import Upload
from cities.uploads.refusals import UploadRefused

log = logging.getLogger(__name__)

FOLDER = "attachments"
# A file is written before the row that names it; younger ones may still get their row.
UNNAMED_FOR_S = 24 * 60 * 60


def keep(upload: Upload) -> str:
    """Put a file where it lies, unless it is there already; return its name below MEDIA_ROOT.

    Raises UploadRefused when there is no room for it.
    """
    name = f"{FOLDER}/{upload.sha256[:2]}/{upload.sha256}{upload.suffix}"
    target = Path(default_storage.path(name))
    if target.exists():
        # Young again, so that it is not removed before its new row is there.
        os.utime(target)
        return name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and moved: whoever finds the name finds the whole file. What was written
        # in part, because the disk is full, is removed with the other files nobody names.
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as beside:
            beside.write(upload.content)
        os.chmod(beside.name, 0o640)
        os.replace(beside.name, target)
    except OSError as fault:
        log.exception("A file could not be written below MEDIA_ROOT.")
        raise UploadRefused(
            upload.name, _("it could not be stored just now. Try again in an hour.")
        ) from fault
    return name


def remove_unnamed() -> int:
    """Remove files that no row names and that are older than a day; return how many."""
    kept, root = named(), Path(default_storage.path(""))
    oldest, removed = time.time() - UNNAMED_FOR_S, 0
    for path in (root / FOLDER).glob("*/*"):
        if path.relative_to(root).as_posix() not in kept and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
