"""The key that signs sessions, where the operator has not chosen one."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret(file: Path) -> str:
    """Read the key kept in `file`; make it first when there is none.

    Two processes that start at once agree: the second finds the first one's key. Raises
    ImproperlyConfigured when the folder cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}-{os.getpid()}")
        if not file.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as unfinished:
                unfinished.write(secrets.token_urlsafe(60))
            with suppress(FileExistsError):
                os.link(fresh, file)
            fresh.unlink()
        return file.read_text().strip()
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The data folder {file.parent} cannot be used ({fault.strerror}). "
            "Set DATA_DIR to a folder that this user may write."
        ) from fault
