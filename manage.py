#!/usr/bin/env python
"""The command line of the portal."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icc_portal.settings")
    try:
        # Asked for here, so that a wrong setting is a sentence and not a traceback.
        _ = settings.INSTALLED_APPS
    except ImproperlyConfigured as fault:
        sys.exit(f"The settings are not right: {fault}")
    execute_from_command_line(sys.argv)
