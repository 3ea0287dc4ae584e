"""Which page of a long list is asked for: of the public's lists, all alike."""

from __future__ import annotations

import re
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.generic import ListView

NUMBER = re.compile(r"-?[0-9]+")
# Longer numbers are no pages; they would only be costly to read.
MOST_DIGITS = 9


def number_asked(request: HttpRequest) -> int:
    """Return the number of the page asked for, at least 1; raise Http404 for what is no number."""
    asked = request.GET.get("page") or "1"
    if not NUMBER.fullmatch(asked):
        raise Http404(_("There is no such page."))
    return max(1, int(asked[:MOST_DIGITS]))


def page_asked(request: HttpRequest, rows: Any, size: int) -> Page:
    """Return the page of some rows that is asked for; past the end, the last one."""
    return Paginator(rows, size).get_page(number_asked(request))


class InPages(ListView):
    """A list in which past either end stands the first or the last page."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Return the page as ListView wants it."""
        page = page_asked(self.request, queryset, page_size)
        return page.paginator, page, page.object_list, page.has_other_pages()
