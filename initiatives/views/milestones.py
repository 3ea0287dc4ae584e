"""Adding, moving and deleting milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import dates
from initiatives.forms.milestones import MilestoneForm
from initiatives.models import Milestone
from initiatives.pictures import slip
from initiatives.views.access import WritesInitiative
from initiatives.views.form_pages import FormPage


class _MilestonePage(FormPage, WritesInitiative):
    form_name = "milestone"

    def _crumbs(self, *more: Any) -> list[Any]:
        return [
            _("Initiatives"), reverse("initiatives:initiative-list"),
            self.initiative.name, self.initiative.get_absolute_url(), *more,
        ]  # fmt: skip

    def _back(self) -> str:
        return f"{self.initiative.get_absolute_url()}#milestones"


class NewMilestone(_MilestonePage):
    """A new milestone; "save and add another" leads to the next."""

    creates = True

    def target(self) -> str:
        """Return the initiative it belongs to."""
        return f"in-{self.initiative.pk}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        instance = Milestone(initiative=self.initiative)
        return {"form": MilestoneForm(data, instance=instance, initiative=self.initiative)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it and say how its date was understood."""
        milestone = parts["form"].save()
        messages.success(
            self.request,
            _("“%(title)s” is saved: %(when)s.")
            % {"title": milestone.title, "when": dates.told(dates.read(milestone))},
        )
        return self.request.path if "another" in self.request.POST else self._back()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("A new milestone"),
            "kicker": self.initiative.name,
            "back_url": self._back(),
            "submit_label": _("Save the milestone"),
            "buttons": [{"name": "another", "value": "1", "label": _("Save and add another")}],
            "crumbs": self._crumbs(_("New milestone")),
        }


class EditMilestone(_MilestonePage):
    """A milestone that is there. When its dates move, the first plan stays."""

    def milestone(self) -> Milestone:
        """Find the milestone that the address names, in this initiative."""
        return get_object_or_404(self.initiative.milestones, pk=self.kwargs["pk"])

    def target(self) -> str:
        """Return its key."""
        return str(self.kwargs["pk"])

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": MilestoneForm(data, instance=self.milestone(), initiative=self.initiative)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it; say where it was planned when it moved."""
        milestone = parts["form"].save()
        said = _("“%(title)s” is saved: %(when)s.") % {
            "title": milestone.title,
            "when": dates.told(dates.read(milestone)),
        }
        plan = slip(milestone)
        if plan:
            said = f"{said} {_('Originally planned: %s.') % plan}"
        messages.success(self.request, said)
        return self._back()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        milestone = self.milestone()
        plan = slip(milestone)
        return {
            "title": milestone.title,
            "kicker": self.initiative.name,
            "lead": _("Originally planned: %s.") % plan if plan else "",
            "back_url": self._back(),
            "submit_label": _("Save the milestone"),
            "delete_url": reverse(
                "initiatives:milestone-delete", args=[self.initiative.slug, milestone.pk]
            ),
            "delete_label": _("Delete this milestone"),
            "crumbs": self._crumbs(milestone.title),
        }


class DeleteMilestone(WritesInitiative):
    """Delete a milestone after asking; for 30 days it can come back."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        milestone = get_object_or_404(self.initiative.milestones, pk=kwargs["pk"])
        context = {
            "title": _("Delete “%s”?") % milestone.title,
            "text": _("For 30 days it can be brought back under “Recently taken away”."),
            "submit_label": _("Delete"),
            "cancel_url": reverse(
                "initiatives:milestone-edit", args=[self.initiative.slug, milestone.pk]
            ),
        }
        return render(request, "initiatives/confirm.html", context)

    @transaction.atomic
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Delete; somebody who was faster is no error."""
        milestone = self.initiative.milestones.filter(pk=kwargs["pk"]).first()
        if milestone is not None:
            milestone.delete()
            messages.success(
                request,
                _("“%s” is deleted. For 30 days that can be undone.") % milestone.title,
            )
        return HttpResponseRedirect(f"{self.initiative.get_absolute_url()}#milestones")


new_milestone = NewMilestone.as_view()
edit_milestone = EditMilestone.as_view()
delete_milestone = DeleteMilestone.as_view()
