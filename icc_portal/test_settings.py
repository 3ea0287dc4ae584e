"""The few values that tests change."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Tests look at no .env, and keep their files away from anybody's data. Parallel test processes
# inherit the folder from the first one and use a part of it each.
if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="icc-portal-test-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)
os.environ["DATA_DIR"] = str(
    Path(os.environ["TEST_DATA_DIR"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
)
os.environ["ENV_FILE"] = os.devnull
for name in ("ALLOWED_HOSTS", "BASE_URL", "BEHIND_PROXY", "BIND", "DEBUG", "DEMO", "PORT"):
    os.environ.pop(name, None)
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("EMAIL_URL", "memorymail://")

from icc_portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
BASE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Parallel test processes share one Redis.
QUEUE_PREFIX = f"test:{os.environ['DATA_DIR']}:"
# Whether a committed effect is handed to the queue. Tests that have no worker drain the rows
# themselves with cities.effects.run_pending().
DISPATCH_EFFECTS = env.bool("DISPATCH_EFFECTS", default=False)  # noqa: F405
STRICT_MAIL_KINDS = True
# Tests stand in for other machines themselves, or leave them alone.
ASKS_OTHER_SERVERS = False
# Every search looks for what changed.
SEARCH_FOLLOW_EVERY_S = LABELS_REMEMBERED_S = PAGES_REMEMBERED_S = 0.0
# Collected files are no part of a test, but a missing folder is a warning, hence an error.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
