"""Deleting KPIs and initiatives, after asking; what was reported stays."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives import services
from initiatives.models import KPI, Initiative, Roadmap
from initiatives.views.access import WritesInitiative


class _Delete(WritesInitiative):
    def row(self) -> Initiative | KPI:
        """Return what shall be deleted."""
        raise NotImplementedError

    def words(self) -> str:
        """Say what goes with it."""
        raise NotImplementedError

    def page(self) -> str:
        """Return the address of its page."""
        raise NotImplementedError

    def after(self) -> str:
        """Return where to go once it is gone."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask, or say why it must stay."""
        row = self.row()
        why_not = services.what_keeps(row)
        if why_not:
            return self._refused(why_not)
        context = {
            "title": _("Delete “%s”?") % row.name,
            "text": self.words(),
            "submit_label": _("Delete"),
            "cancel_url": self.page(),
        }
        return render(request, "initiatives/confirm.html", context)

    @transaction.atomic
    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Delete it, unless something was reported meanwhile."""
        # Who reports a value at the same moment waits, or is waited for.
        Roadmap.objects.select_for_update().only("pk").get(pk=self.initiative.roadmap_id)
        row = self.row()
        why_not = services.what_keeps(row)
        if why_not:
            return self._refused(why_not)
        row.delete()
        messages.success(request, _("“%s” is deleted. For 30 days that can be undone.") % row.name)
        return HttpResponseRedirect(self.after())

    def _refused(self, why_not: str) -> HttpResponse:
        messages.error(self.request, f"{_('This cannot be deleted.')} {why_not}")
        return HttpResponseRedirect(self.page())


class DeleteKPI(_Delete):
    """Delete a KPI for which nothing was reported."""

    def words(self) -> str:
        """Say what goes with it."""
        return _(
            "Its targets go with it. For 30 days it can be brought back under "
            "“Recently taken away”."
        )

    def row(self) -> KPI:
        """Find the KPI in this initiative."""
        return get_object_or_404(self.initiative.kpis, pk=self.kwargs["pk"])

    def page(self) -> str:
        """Return the address of its page."""
        return reverse("initiatives:kpi-detail", args=[self.initiative.slug, self.kwargs["pk"]])

    def after(self) -> str:
        """Go to the initiative's KPIs."""
        return f"{self.initiative.get_absolute_url()}#kpis"


class DeleteInitiative(_Delete):
    """Delete an initiative without parts, of which no values were reported."""

    def words(self) -> str:
        """Say what goes with it, and what does not come back."""
        return _(
            "Its charter, milestones and KPIs go with it. For 30 days it can be brought back under "
            "“Recently taken away”."
        )

    def row(self) -> Initiative:
        """Return the initiative."""
        return self.initiative

    def page(self) -> str:
        """Return the address of its page."""
        return self.initiative.get_absolute_url()

    def after(self) -> str:
        """Go to where it can be undone."""
        return reverse("initiatives:sections-deleted", args=[self.initiative.roadmap_id])


delete_kpi = DeleteKPI.as_view()
delete_initiative = DeleteInitiative.as_view()
