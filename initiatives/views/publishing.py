"""Publishing a roadmap, and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from initiatives import services
from initiatives.views.access import ShowsRoadmap


class PublishRoadmap(ShowsRoadmap):
    """Publish a roadmap, or take it back."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the switch and go back to the page."""
        if request.POST.get("public") == "1":
            services.publish(self.roadmap)
            messages.success(
                request, _("The roadmap is public, with those of its initiatives that are shown.")
            )
        else:
            services.take_back(self.roadmap)
            messages.success(
                request, _("The roadmap is a draft again; the public sees none of it.")
            )
        return HttpResponseRedirect(self.roadmap.get_absolute_url())


publish_roadmap = PublishRoadmap.as_view()
