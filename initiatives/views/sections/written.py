"""One address for every section: its key names the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from initiatives.views.sections import deals, looking_back, preparation, strategy
from initiatives.views.sections.base import SectionPage

PAGES: dict[str, type[SectionPage]] = {
    page.section: page
    for page in (
        preparation.Introduction,
        preparation.Openness,
        preparation.Needs,
        preparation.State,
        preparation.Ecosystem,
        strategy.Vision,
        strategy.Matrix,
        strategy.Governance,
        looking_back.Results,
        looking_back.Lessons,
        looking_back.Commitments,
        strategy.ThreeYears,
        deals.DealList,
    )
}


class WriteSection(SectionPage):
    """The way in; what is kept of a form after its session ended is kept for this page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Hand over to the page of the section."""
        page = PAGES.get(kwargs["section"])
        if page is None:
            raise Http404
        return page.as_view()(request, *args, **kwargs)


write_section = WriteSection.as_view()
