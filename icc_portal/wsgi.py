"""The portal as a WSGI application: what gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from icc_portal.bodies import WholeBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icc_portal.settings")
application = WholeBodies(get_wsgi_application())
# The first request would import the pages, each worker for itself.
get_resolver().url_patterns  # noqa: B018
# All this stays. Frozen, the collector does not walk through it while somebody waits for a long
# page, and workers go on sharing it.
gc.collect()
gc.freeze()
