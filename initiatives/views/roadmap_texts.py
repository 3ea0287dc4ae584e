"""Writing the texts of a roadmap, and publishing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from initiatives import services
from initiatives.forms.roadmaps import RoadmapForm
from initiatives.models import Roadmap
from initiatives.views.access import ShowsRoadmap, WritesRoadmap
from initiatives.views.form_pages import FormPage


class RoadmapTexts(FormPage, WritesRoadmap):
    """Introduction, needs, vision, governance. Saves incomplete."""

    form_name = "roadmap"

    def target(self) -> str:
        """Return the roadmap's key."""
        return str(self.roadmap.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form, on a row of its own."""
        row = get_object_or_404(Roadmap, pk=self.roadmap.pk)
        return {"form": RoadmapForm(data, instance=row)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it."""
        parts["form"].save()
        messages.success(self.request, _("The roadmap is saved."))
        return self.roadmap.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        participant = self.roadmap.participation.participant
        return {
            "title": _("Texts of the roadmap"),
            "kicker": self.roadmap.title,
            "lead": _("Save as often as you like; only the title is required."),
            "back_url": self.roadmap.get_absolute_url(),
            "submit_label": _("Save the roadmap"),
            "crumbs": [
                str(participant), participant.get_absolute_url(),
                self.roadmap.title, self.roadmap.get_absolute_url(), _("Edit"),
            ],
        }  # fmt: skip


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


roadmap_texts = RoadmapTexts.as_view()
publish_roadmap = PublishRoadmap.as_view()
