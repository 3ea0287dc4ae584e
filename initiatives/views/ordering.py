"""The order and the levels of a roadmap's initiatives, changed by buttons."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from initiatives.models import Initiative
from initiatives.plan import levels
from initiatives.plan.moving import Move, MoveRefused, move
from initiatives.views.access import WritesRoadmap


class OrderInitiatives(WritesRoadmap, View):
    """The tree with four buttons for each initiative: up, down, in and out."""

    def get(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """Show the tree."""
        nodes = levels.tree(Initiative.objects.filter(roadmap=self.roadmap))
        context = {
            "roadmap": self.roadmap,
            "participant": self.roadmap.participation.participant,
            "nodes": list(levels.flat(nodes)),
        }
        return render(request, "initiatives/plan/order.html", context)

    def post(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        """Take one step, and go back to the row that moved."""
        key, _dot, rest = request.POST.get("move", "").partition(" ")
        step, _dot, seen = rest.partition(" ")
        here = reverse("initiatives:roadmap-order", args=[self.roadmap.pk])
        if not key.isdecimal() or step not in Move.values:
            messages.error(request, _("Choose one of the buttons."))
            return HttpResponseRedirect(here)
        try:
            node = move(self.roadmap, int(key), Move(step), seen=seen)
        except MoveRefused as why:
            messages.error(request, str(why))
        else:
            messages.success(request, _("“%s” has moved.") % node.initiative.name)
        return HttpResponseRedirect(f"{here}#initiative-{key}")


order_initiatives = OrderInitiatives.as_view()
