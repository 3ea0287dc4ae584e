"""The worker of the web server: what it refuses before the portal sees it gets a page as well."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

HEAD = (
    "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
    "Content-Security-Policy: default-src 'self'\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Length: {length}\r\n\r\n"
)


class Worker(ThreadWorker):
    """gunicorn's own, which would answer an address that is too long with three bare words."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Say what is too long and what to do; leave all else to gunicorn."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("An address was too long: %s", exc)
        told = {
            "title": _("This address is too long"),
            "text": _(
                "What you look for, or the address that you followed, has more letters than the "
                "portal reads. Look for a few words instead."
            ),
        }
        page = render_to_string("400.html", told).encode()
        try:
            client.sendall(HEAD.format(length=len(page)).encode() + page)
        except OSError:
            self.log.debug("Whoever sent it is gone.")
