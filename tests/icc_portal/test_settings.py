"""What an operator may set, and what is refused with a sentence that helps."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from icc_portal.checks import people_can_write_to_somebody
from icc_portal.database import database

SCALED = {
    "DATABASE_URL": "postgres://portal@db.example/portal",
    "SECRET_KEY": "a-key-of-the-operators-own-choice-that-is-long-enough",
    "EMAIL_URL": "smtp://mail.example:25",
    "BASE_URL": "https://portal.example",
}
# What a case asks about; anything else would tie the test to every setting there is.
ASKED = ["SECRET_KEY", "SESSION_COOKIE_NAME", "SECURE_SSL_REDIRECT", "EMAIL_BACKEND", "DEMO"]
PROGRAM = (
    "import json, icc_portal.settings as s; "
    f"print(json.dumps({{name: getattr(s, name) for name in {ASKED}}}))"
)


def load(tmp_path, **environment):
    """Load the settings in a process of their own."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(tmp_path / "data"),
            **environment,
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"EMAIL_URL": ""}, "EMAIL_URL is not set"),
        ({"BASE_URL": "portal.example"}, "BASE_URL must be a whole address"),
        ({"DEBUG": "maybe"}, "DEBUG must be 1 (on) or 0 (off)"),
        ({"PORT": "abc"}, "PORT must be a number"),
        ({"CLAMD_URL": "clamd:3310"}, "CLAMD_URL must be tcp://host:3310 or unix:"),
        ({"CLAMD_URL": "tcp://clamd:99999"}, "CLAMD_URL must be tcp://host:3310 or unix:"),
        ({"CLAMD_URL": "unix://clamd.ctl"}, "CLAMD_URL must be tcp://host:3310 or unix:"),
        ({"DATABASE_URL": "mysql://portal@db.example/portal"}, "DATABASE_URL must begin with"),
    ],
)
def test_a_scaled_portal_refuses_to_start_with_a_setting_missing_or_wrong(tmp_path, change, words):
    outcome = load(tmp_path, **{**SCALED, **change})

    assert outcome.returncode != 0
    assert words in outcome.stderr


def test_a_scaled_portal_on_https_uses_the_strictest_cookies(tmp_path):
    outcome = load(tmp_path, **SCALED)

    found = json.loads(outcome.stdout)
    assert found["SESSION_COOKIE_NAME"] == "__Host-session"
    assert found["SECURE_SSL_REDIRECT"] is True


def test_an_embedded_portal_needs_no_setting_and_keeps_its_key(tmp_path):
    first, second = load(tmp_path), load(tmp_path)

    assert first.returncode == 0, first.stderr
    key = json.loads(first.stdout)["SECRET_KEY"]
    assert len(key) > 50
    assert json.loads(second.stdout)["SECRET_KEY"] == key
    assert (tmp_path / "data/secret_key").stat().st_mode & 0o077 == 0


def test_postgresql_compiles_no_query_unless_the_address_asks_for_it(tmp_path):
    address = SCALED["DATABASE_URL"]
    assert database(address, tmp_path)["OPTIONS"]["options"] == "-c jit=off"
    chosen = database(f"{address}?options=-c%20jit%3Don", tmp_path)
    assert chosen["OPTIONS"]["options"] == "-c jit=on"


def test_a_demonstration_keeps_its_mail_in_the_house_whatever_the_server(tmp_path):
    outcome = load(tmp_path, DEMO="1", EMAIL_URL="smtp://mail.example:25")

    assert json.loads(outcome.stdout)["EMAIL_BACKEND"].endswith("filebased.EmailBackend")


def test_a_data_folder_that_cannot_be_made_is_a_sentence_on_the_command_line(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    outcome = subprocess.run(
        [sys.executable, "manage.py", "migrate"],
        env={
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DATA_DIR": str(tmp_path / "data"),
        },
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )

    assert outcome.returncode == 1
    assert "Set DATA_DIR to a folder" in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(("contact", "warnings"), [("", 1), ("help@portal.example", 0)])
def test_a_deployment_without_a_contact_address_is_warned(settings, contact, warnings):
    settings.PORTAL_CONTACT = contact
    assert len(people_can_write_to_somebody()) == warnings


@pytest.mark.django_db
def test_json_is_read_also_where_somebody_else_writes_for_long(tmp_path):
    path = tmp_path / "busy.sqlite3"
    description = connection.settings_dict | database(f"sqlite:///{path}", tmp_path)
    description["OPTIONS"] |= {"timeout": 0}
    ours = DatabaseWrapper(description)
    ours.ensure_connection()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ours.features.supports_json_field
    ours.close()
