"""Loading the programme in a test."""

import io

from django.core.management import call_command
from django.test import override_settings


def load(**options):
    """Load in demonstration mode and return what the command says, line by line."""
    out = io.StringIO()
    with override_settings(DEMO=True):
        call_command("load_programme", stdout=out, **options)
    return out.getvalue().splitlines()
