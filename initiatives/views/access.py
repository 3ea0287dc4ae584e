"""Who gets to which page: what is hidden is a 404, what is seen but forbidden a 403."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing.kept import KeepsInputMixin
from cities.models import Actor
from initiatives.models import Initiative, Roadmap
from initiatives.permissions import may_edit, may_submit

PARTICIPATION = "participation__city", "participation__consortium", "participation__edition"


def roadmaps_for(user: Actor) -> QuerySet[Roadmap]:
    """Return the roadmaps this person may know of, with whose they are."""
    return Roadmap.objects.visible_to(user).select_related(*PARTICIPATION)


def initiatives_for(user: Actor) -> QuerySet[Initiative]:
    """Return the initiatives this person may know of, with whose they are."""
    return Initiative.objects.visible_to(user).select_related(
        *(f"roadmap__{name}" for name in PARTICIPATION)
    )


class _Gate(View):
    may = staticmethod(may_edit)

    def roadmap_to_write(self, request: HttpRequest, **kwargs: Any) -> Roadmap:
        """Return the roadmap that will be written, or raise Http404."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who may write the roadmap."""
        if not self.may(request.user, self.roadmap_to_write(request, **kwargs)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class _InitiativeGate(_Gate):
    initiative: Initiative

    def roadmap_to_write(self, request: HttpRequest, **kwargs: Any) -> Roadmap:
        """Find the initiative that the address names."""
        self.initiative = get_object_or_404(self.known_initiatives(), slug=kwargs["slug"])
        return self.initiative.roadmap

    def known_initiatives(self) -> QuerySet[Initiative]:
        """Return among which it is sought."""
        return initiatives_for(self.request.user)


class _RoadmapGate(_Gate):
    roadmap: Roadmap

    def roadmap_to_write(self, request: HttpRequest, **kwargs: Any) -> Roadmap:
        """Find the roadmap that the address names."""
        self.roadmap = get_object_or_404(roadmaps_for(request.user), pk=kwargs["pk"])
        return self.roadmap


class WritesInitiative(KeepsInputMixin, _InitiativeGate):
    """A page on which a team writes one of its initiatives: `self.initiative`."""


class WritesRoadmap(KeepsInputMixin, _RoadmapGate):
    """A page on which a team writes its roadmap: `self.roadmap`."""


class _Act(KeepsInputMixin, _Gate):
    """An act behind one button, which asks for no words: whoever must sign in presses it again."""

    holds_words = False

    def page(self) -> str:
        """Return the address of the page with the button."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead whoever had to sign in on the way back to the page with the button."""
        messages.info(request, _("Nothing was done yet: press the button once more."))
        return HttpResponseRedirect(self.page())


class ActsOnRoadmap(_Act, _RoadmapGate):
    """An act of whoever may write the roadmap."""

    def page(self) -> str:
        """Return the page of the roadmap."""
        return self.roadmap.get_absolute_url()


class ShowsInitiative(_Act, _InitiativeGate):
    """An act that shows an initiative to the public or hides it."""

    may = staticmethod(may_submit)

    def page(self) -> str:
        """Return the page of the initiative."""
        return self.initiative.get_absolute_url()


class ShowsRoadmap(ActsOnRoadmap):
    """An act that publishes a roadmap or takes it back."""

    may = staticmethod(may_submit)
