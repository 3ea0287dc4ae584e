"""How gunicorn serves the portal; `gunicorn -c python:icc_portal.gunicorn icc_portal.wsgi`."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "icc_portal.settings")

wsgi_app = "icc_portal.wsgi"
bind = f"{settings.BIND}:{settings.PORT}"
# Threads, and a page for addresses that are too long.
worker_class = "icc_portal.serving.Worker"
limit_request_line = 8190
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# Loaded once and shared by the workers: a quicker start and less memory.
preload_app = True
# A worker's sign of life is a file, and on a slow disk writing it could block the worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
timeout = 60
graceful_timeout = 25
max_requests = 5000
max_requests_jitter = 500
accesslog = "-" if settings.LOG_JSON else None
# Behind a proxy, the visitor is whom the proxy names; gunicorn itself escapes quotes in values.
_visitor = "%({x-forwarded-for}i)s" if settings.BEHIND_PROXY else "%(h)s"
access_log_format = (
    '{"time": "%(t)s", "level": "INFO", "logger": "gunicorn.access", '
    '"request_id": "%({x-request-id}o)s", "visitor": "' + _visitor + '", '
    '"message": "%(r)s", "status": "%(s)s", "bytes": "%(B)s", "seconds": "%(L)s"}'
)
loglevel = "warning"
control_socket_disable = True
