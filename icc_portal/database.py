"""The one place that knows which database serves the portal."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db.backends.sqlite3.base import DatabaseWrapper
from environ import Env

# Without IMMEDIATE, two writers under WAL both begin as readers and one of them fails at once;
# with it they queue, and wait for each other as long as the time-out says.
SQLITE_OPTIONS: dict[str, Any] = {
    "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"),
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
}
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}
# Compiling a query takes PostgreSQL up to a second and pays for reports over millions of rows only;
# it begins to as soon as it overrates a small table, such as one that nobody has analysed yet.
WITHOUT_COMPILER = "-c jit=off"


def make_folder(data_dir: Path) -> None:
    """Make the data folder; raise ImproperlyConfigured with a sentence when that cannot be."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ImproperlyConfigured(
            f"The data folder {data_dir} cannot be made ({fault.strerror}). "
            "Set DATA_DIR to a folder that this user may write."
        ) from fault


def database(url: str, data_dir: Path, *, pool: bool = True) -> dict[str, Any]:
    """Django's description of the database at `url`, or of the embedded one when it is empty.

    `pool` keeps PostgreSQL connections open between requests. Raises ImproperlyConfigured for a
    database that is neither SQLite nor PostgreSQL.
    """
    found: dict[str, Any] = dict(Env.db_url_config(url or f"sqlite:///{data_dir}/portal.sqlite3"))
    engine = found["ENGINE"]
    if engine == "django.db.backends.sqlite3":
        make_folder(data_dir)
        found["OPTIONS"] = {**SQLITE_OPTIONS, **found.get("OPTIONS", {})}
        # Threads cannot share a database that lives in memory, so tests use a file as well.
        found["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
    elif engine == "django.db.backends.postgresql":
        options = found.setdefault("OPTIONS", {})
        options.setdefault("connect_timeout", 5)
        options.setdefault("options", WITHOUT_COMPILER)
        if pool:
            options["pool"] = POOL
        found["CONN_HEALTH_CHECKS"] = True
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgres:// or sqlite:///; leave it out for the "
            "embedded database."
        )
    return found


def ask_for_json_once() -> None:
    """See whether this SQLite reads JSON, without asking the portal's own database.

    Django asks each connection within a transaction. Where somebody else writes for long, that
    fails, is taken for a no, and every page that needs JSON fails until the process ends.
    """
    with closing(sqlite3.connect(":memory:")) as own:
        try:
            own.execute("SELECT JSON('{}')")
        except sqlite3.OperationalError:
            return
    features: Any = DatabaseWrapper.features_class
    features.supports_json_field = True


def is_away(failure: BaseException | None) -> bool:
    """Say whether a request failed because the database could not be reached, or had no time.

    What failed first may stand behind what came of it, such as a rollback on a lost connection.
    """
    while failure is not None:
        if isinstance(failure, (InterfaceError, OperationalError)):
            # SQLite's driver tells mistakes in a query by the same class.
            mistake = isinstance(failure.__cause__, sqlite3.Error)
            return not mistake or "locked" in str(failure) or "unable to open" in str(failure)
        failure = failure.__cause__ or failure.__context__
    return False


def is_too_large_for_sqlite(failure: Exception) -> bool:
    """Say whether a number was asked for that SQLite's driver cannot hand over.

    PostgreSQL compares it and finds nothing; there is no row it could be.
    """
    return isinstance(failure, OverflowError) and "SQLite" in str(failure)
