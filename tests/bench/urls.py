"""The portal's pages, and a bare list of 20 rows to compare them with."""

from django.http import HttpResponse
from django.template import engines
from django.urls import path

from icc_portal.urls import urlpatterns as portal
from marketplace.models import Revision

PAGE = (
    "<!doctype html><title>Bare</title><ul>{% for row in rows %}"
    '<li><a href="{{ row.entry.get_absolute_url }}">{{ row.title }}</a></li>{% endfor %}</ul>'
)
TEMPLATE = engines["django"].from_string(PAGE)


def bare(request):
    """What Django needs at least to list the titles of 20 entries, as links: one query."""
    rows = Revision.objects.select_related("entry").order_by("-pk")[:20]
    return HttpResponse(TEMPLATE.render({"rows": rows}))


urlpatterns = [path("bare/", bare), *portal]
