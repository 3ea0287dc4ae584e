"""The portal's own settings, with one more page: the bare one that others are compared with."""

import os

from icc_portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
ALLOWED_HOSTS = ["*"]
if "PAGES_REMEMBERED_S" in os.environ:
    PAGES_REMEMBERED_S = float(os.environ["PAGES_REMEMBERED_S"])
