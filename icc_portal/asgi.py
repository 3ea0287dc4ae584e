"""The portal as an ASGI application, for operators who prefer such a server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icc_portal.settings")
application = get_asgi_application()
