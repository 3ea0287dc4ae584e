"""A no to a collaboration: a city declines, takes its question back, or leaves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from cities.editing.kept import KeepsInputMixin
from events import permissions
from events.forms.collaborations import NoForm
from events.models import CollaborationAct, NextStep
from events.services import collaborations
from initiatives.views.form_pages import FormPage

TITLES = {
    CollaborationAct.DECLINED: gettext_lazy("Decline the collaboration"),
    CollaborationAct.TAKEN_BACK: gettext_lazy("Take your question back"),
    CollaborationAct.ENDED: gettext_lazy("Leave the collaboration"),
}
LEADS = {
    CollaborationAct.DECLINED: gettext_lazy(
        "The other city is told, with your reason. It cannot ask again; your city can."
    ),
    CollaborationAct.TAKEN_BACK: gettext_lazy(
        "The other city is told that it need not answer. You can ask again later."
    ),
    CollaborationAct.ENDED: gettext_lazy(
        "It ends today, and stays on the pages of both cities as one that was. "
        "The other city is told, with your reason."
    ),
}
DONE = {
    CollaborationAct.DECLINED: gettext_lazy("Declined. The other city is told."),
    CollaborationAct.TAKEN_BACK: gettext_lazy("Taken back. The other city is told."),
    CollaborationAct.ENDED: gettext_lazy("The collaboration has ended. The other city is told."),
}


class CollaborationNo(FormPage, KeepsInputMixin, View):
    """The form for the no that is open to somebody."""

    form_name = "collaboration-no"
    step: NextStep

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the commitment; let those through who speak for one of its cities, and staff."""
        if request.user.is_authenticated:
            known = NextStep.objects.visible_to(request.user).select_related(
                *("city", "with_city", "group", "session__day__event", "pairing", "offered_for")
            )
            self.step = get_object_or_404(known, pk=kwargs["pk"])
            sides = permissions.acts_in(request.user, self.step)
            if not (sides or request.user.is_staff):
                raise PermissionDenied
            self.no = collaborations.standing_of(self.step, self.person).no
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form, where there is something to say no to."""
        if self.no is None:
            messages.info(request, _("Nothing waits for a no here."))
            return redirect(self.step)
        return super().get(request, **kwargs)

    def target(self) -> str:
        """Return the commitment."""
        return str(self.step.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form; whoever sends it holds the commitment, and what is open then counts."""
        if data is None:
            return {"form": NoForm(None, act=self.no, open_no=self.no)}
        held = collaborations.held(self.step)
        self.no = collaborations.standing_of(held, self.person).no
        return {"form": NoForm(data, act=data.get("act"), open_no=self.no)}

    def save(self, parts: dict[str, Any]) -> str:
        """Say it."""
        said = parts["form"].cleaned_data
        act = CollaborationAct(said["act"])
        collaborations.say_no(self.step, self.person, act, said["reason"])
        messages.success(self.request, DONE[act])
        return self.step.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        act = self.no or CollaborationAct.DECLINED
        return {
            "title": TITLES[act],
            "kicker": self.step.title,
            "lead": LEADS[act],
            "back_url": self.step.get_absolute_url(),
            "submit_label": TITLES[act],
            "crumbs": [
                *(_("Events"), reverse("events:event-list")),
                *(self.step.title, self.step.get_absolute_url()),
                TITLES[act],
            ],
        }


collaboration_no = CollaborationNo.as_view()
