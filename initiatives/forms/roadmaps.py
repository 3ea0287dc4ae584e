"""The texts of a roadmap."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cities.editing.conflicts import VersionedForm
from initiatives.forms.fields import long_text
from initiatives.models import Roadmap


class RoadmapForm(VersionedForm):
    """The texts of a roadmap. Only the title is required."""

    class Meta:
        model = Roadmap
        fields = [
            "title", "introduction", "openness", "needs", "vision", "governance", "impact_summary",
        ]  # fmt: skip
        widgets = {
            "introduction": long_text(5),
            "openness": long_text(4),
            "needs": long_text(5),
            "vision": long_text(4),
            "governance": long_text(4),
            "impact_summary": long_text(4),
        }
        help_texts = {
            "introduction": _("Why the city takes part, and along which axes."),
            "openness": _("With whom in the country and abroad you want to work."),
            "needs": _("The state of the city in a few sentences."),
            "vision": _("What the city wants to become, in one or two sentences."),
            "governance": _("Which bodies and people steer the roadmap, and how they meet."),
            "impact_summary": _("At the end: what changed, in a few sentences."),
        }
