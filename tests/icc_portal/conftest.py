"""What the tests of the wiring share."""

import time

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The programme in demonstration mode, loaded once for all tests here; how long it took."""
    with django_db_blocker.unblock(), transaction.atomic():
        began = time.monotonic()
        with override_settings(DEMO=True):
            call_command("load_programme", verbosity=0)
        yield time.monotonic() - began
        transaction.set_rollback(True)


@pytest.fixture
def programme(loaded, db):
    """The loaded programme; what a test changes in it is undone."""
    return loaded
