"""What machines ask for: who may crawl, and where browsers report what they refused."""

import json
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

csp_log = logging.getLogger("icc_portal.csp")
REPORTS_A_MINUTE = 60
LONGEST_REPORT = 8_000


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the public pages."""
    closed = "".join(f"Disallow: /{part}/\n" for part in ("accounts", "admin", "desk", "review"))
    words = f"User-agent: *\n{closed}Sitemap: {settings.BASE_URL}/sitemap.xml\n"
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what a browser refused to load; at most 60 a minute, since anyone can send them."""
    # A key for each minute, written whole: incrementing would give the database cache's row a life
    # of its own. Beyond the limit nothing is written.
    key = f"csp-reports:{timezone.now():%Y%m%d%H%M}"
    number = cache.get(key, 0) + 1
    if number <= REPORTS_A_MINUTE:
        cache.set(key, number, 2 * 60)
        body = request.body[:LONGEST_REPORT].decode("utf-8", "replace")
        try:
            body = json.dumps(json.loads(body))
        except ValueError:
            body = repr(body)
        csp_log.warning("Content policy violated: %s", body)
    return HttpResponse(status=204)
