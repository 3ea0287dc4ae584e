"""What must be true before the portal opens: a folder, a port, a database, files, a programme."""

import hashlib
import socket
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

FOLDERS = ("media", "mails", "queue")


def prepare(say: Callable[[str], None]) -> None:
    """Make everything ready, telling `say` about each step that does something.

    Raises CommandError with a sentence for the operator when something stands in the way.
    """
    check_folder(settings.DATA_DIR)
    check_port(settings.BIND, settings.PORT)
    check_database()
    say("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    collect_static_files(say)
    if settings.DEMO:
        load_programme(say)
    call_command("rebuild_index", if_needed=True, stdout=StringIO())


def check_folder(folder: Path) -> None:
    """See that the data folder can be written, and make its parts."""
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_text("")
        probe.unlink()
    except OSError as fault:
        raise CommandError(
            f"The data folder {folder} cannot be written ({fault.strerror}). "
            "Set DATA_DIR to a folder that this user may write."
        ) from fault


def check_port(host: str, port: int) -> None:
    """See that nobody listens on the port yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({fault.strerror}). Is the portal already "
                f"running? Choose another one: PORT={port + 1} make run"
            ) from fault


def check_database() -> None:
    """See that the database answers."""
    # Past the pool, which tries for long and then does not say what was wrong.
    line = connection.copy()
    line.settings_dict["OPTIONS"].pop("pool", None)
    try:
        line.ensure_connection()
    except OperationalError as fault:
        reason = str(fault).strip().splitlines()[0]
        raise CommandError(f"The database cannot be reached: {reason}") from fault
    finally:
        line.close()


def collect_static_files(say: Callable[[str], None]) -> None:
    """Gather styles, scripts and pictures, unless they are as they were the last time."""
    found = (
        f"{path} {storage.path(path)}"
        for finder in get_finders()
        for path, storage in finder.list([])
    )
    now = fingerprint(Path(line.split(" ", 1)[1]) for line in found)
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    if read(stamp) == now:
        return
    say("Collecting styles and scripts …")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(now)


def load_programme(say: Callable[[str], None]) -> None:
    """Load the programme's data files, unless this database has them as they are now."""
    # The files of each app's folder too: what loads the data may have changed as well.
    files = settings.BASE_DIR.glob("*/programme/**/*")
    kept = (file for file in files if file.is_file() and "__pycache__" not in file.parts)
    now = fingerprint(kept)
    database = f"{settings.DATABASE_URL}{connection.settings_dict['NAME']}"
    stamp = settings.DATA_DIR / ("programme-" + hashlib.sha256(database.encode()).hexdigest()[:12])
    if read(stamp) == now and programme_is_there():
        return
    say("Loading the programme …")
    call_command("load_programme", verbosity=0)
    stamp.write_text(now)


def programme_is_there() -> bool:
    """Whether the database has any city: it may have been replaced under the same name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM cities_city)")
        return bool(cursor.fetchone()[0])


def fingerprint(files: Iterable[Path]) -> str:
    """A number that changes when a file does: from names, sizes and times, so it is quick."""
    digest = hashlib.sha256()
    for file in sorted(set(files)):
        seen = file.stat()
        digest.update(f"{file} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def read(file: Path) -> str:
    """The words in a file, or none when there is no such file."""
    return file.read_text() if file.exists() else ""
