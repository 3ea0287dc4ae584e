"""Index and database agree after a thousand changes, whoever follows them."""

import json
import os
import random
import subprocess
import sys

import pytest
from django.db import transaction

from marketplace.models import Entry, RevisionState
from marketplace.services import make_live, take_from_public
from tests.conftest import worker_environment
from tests.factories import make_city, make_entry, make_revision

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
CHANGES = 1_000


def follower(data_dir):
    """A process that follows the index in a folder: as a web worker of this host, or of another."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.follower"],
        env={**worker_environment(), "TEST_DATA_DIR": str(data_dir)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_index_and_database_agree_after_a_thousand_random_changes(tmp_path, record):
    one_host = os.environ["TEST_DATA_DIR"]
    followers = [follower(folder) for folder in (one_host, one_host, tmp_path)]
    chance, city, entries = random.Random(11), make_city(), []
    try:
        for step in range(CHANGES):
            change(chance, city, entries, step)
        told = [json.loads(each.communicate(timeout=60)[0]) for each in followers]
    finally:
        for each in followers:
            each.kill()

    live = sorted(Entry.objects.live().values_list("pk", flat=True))
    record(
        "Index",
        changes=CHANGES,
        public=len(live),
        asked=sum(each["asked"] for each in told),
        disagreeing=sum(each["found"] != live for each in told),
    )
    for each in told:
        assert each["from_index"]
        assert each["found"] == live
        assert each["failures"] == []


@transaction.atomic
def change(chance, city, entries, step):
    """Publish an entry, edit one, withdraw one or publish a withdrawn one again."""
    act = chance.choice(["publish", "edit", "edit", "withdraw"]) if entries else "publish"
    if act == "publish":
        entry = make_entry(city, state=RevisionState.DRAFT)
        entry.revisions.all().delete()
        entries.append(entry)
    else:
        entry = chance.choice(entries)
        entry.refresh_from_db()
    if act == "withdraw":
        if entry.live_revision_id and entry.withdrawn_at is None:
            take_from_public(entry, "Random.")
        return
    make_live(make_revision(entry, state=RevisionState.PUBLISHED, title=f"Entry {step}"))
