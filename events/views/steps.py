"""Next steps and commitments: one is begun in a group, read by all it concerns, and closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from cities.editing.kept import KeepsInputMixin
from cities.models import City
from cities.permissions import is_programme_staff
from events import permissions
from events.forms.groups import StepForm
from events.models import CollaborationTurn, NextStep, ThematicActionGroup
from events.services import collaborations, outcomes
from events.views.group_forms import WritesInGroup, people_of
from events.views.groups import work_crumbs
from events.views.outcomes import cities_at
from initiatives.views.form_pages import FormPage


def cities_of(group: ThematicActionGroup | None) -> list[City]:
    """Return the cities of a group; without one, those that are in no group either."""
    if group is None:
        return []
    members = group.members.filter(city__isnull=False).order_by().values("city")
    return list(City.objects.filter(pk__in=members).order_by("name"))


class StepNew(FormPage, KeepsInputMixin, WritesInGroup):
    """A next step of a group, by a city or a person."""

    form_name = "group-step"
    creates = True

    def let_through(self, **kwargs: Any) -> None:
        """See that the person writes for some city of the group, or leads it."""
        cities = permissions.cities_spoken_for(self.request.user, self.group)
        self.cities = list(cities.order_by("name"))
        if permissions.leads(self.request.user, self.group):
            self.cities = cities_of(self.group)
        elif not self.cities:
            raise PermissionDenied

    def target(self) -> str:
        """Return the group."""
        return str(self.group.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        step = NextStep(group=self.group, written_by=self.person)
        form = StepForm(
            data,
            instance=step,
            cities=self.cities,
            others=cities_of(self.group),
            owners=people_of(self.group),
            group=self.group,
        )
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        parts["form"].save()
        messages.success(self.request, _("The step is noted."))
        return self.group.work_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        title = _("A next step")
        return {
            "title": title,
            "kicker": self.group.name,
            "lead": _("What will be done, who sees to it, and by when."),
            "back_url": self.group.work_url(),
            "submit_label": _("Note it"),
            "crumbs": work_crumbs(self.group, title),
        }


class Step(FormPage, KeepsInputMixin, View):
    """A next step or commitment: whoever it concerns reads it, those who see to it change it."""

    form_name = "step"
    template_name = "events/step.html"
    step: NextStep

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find it among those this person may know of."""
        if request.user.is_authenticated:
            known = NextStep.objects.visible_to(request.user).select_related(
                *("city", "owner", "with_city", "group", "sub_group", "session__day__event"),
                *("pairing", "offered_for"),
            )
            self.step = get_object_or_404(known, pk=kwargs["pk"])
            self.may_write = permissions.may_write_step(request.user, self.step)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it, with the form for those who may change it."""
        if self.may_write:
            return super().get(request, **kwargs)
        return render(request, self.template_name, self._told())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Save what was changed; say that it is done, or begin a collaboration, with one press."""
        if "collaborate" in request.POST:
            return self._collaborate()
        if not self.may_write:
            raise PermissionDenied
        if "done" in request.POST:
            outcomes.close(self.step)
            messages.success(request, _("Well done."))
            return redirect(self.step)
        return super().post(request, **kwargs)

    def _collaborate(self) -> HttpResponse:
        sides = permissions.acts_in(self.person, self.step)
        if not (sides or is_programme_staff(self.person)):
            raise PermissionDenied
        try:
            pairing = collaborations.collaborate(self.step, self.person)
        except collaborations.CollaborationRefused as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.step)
        if pairing is None:
            messages.success(self.request, _("The other city is asked, by mail."))
        else:
            messages.success(self.request, _("The two cities work together from now on."))
        return redirect(self.step)

    def target(self) -> str:
        """Return the step."""
        return str(self.step.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        found = NextStep.objects.select_related("city", "owner", "with_city", "group")
        if transaction.get_connection().in_atomic_block and data is not None:
            found = found.select_for_update(of=("self",))
        step = found.get(pk=self.step.pk)
        cities = [step.city] if step.city else []
        form = StepForm(
            data,
            instance=step,
            cities=cities,
            others=self._others(step),
            owners=people_of(step.group, step.city),
            group=step.group,
        )
        return {"form": form}

    def _others(self, step: NextStep) -> list[City]:
        """Return the cities that could do it together: those of the group and of the event."""
        at_event = cities_at(step.session.day.event) if step.session else []
        return [*cities_of(step.group), *at_event]

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        step = parts["form"].save()
        messages.success(self.request, _("Saved."))
        return step.get_absolute_url()

    def _told(self) -> dict[str, Any]:
        step = self.step
        turns: list[CollaborationTurn] = []
        if permissions.reads_collaboration(self.person, step):
            turns = list(
                CollaborationTurn.objects.filter(step=step).select_related("city").reverse()
            )
        return {
            "step": step,
            "place_url": self._place(),
            "may_write": self.may_write,
            "standing": collaborations.standing_of(step, self.person),
            "said": [
                {
                    "when": one.said_at,
                    "what": one.get_act_display(),
                    "who": one.city.name if one.city else _("Programme team"),
                    "note": one.reason,
                }
                for one in turns
            ],
        }

    def _place(self) -> str:
        step = self.step
        if step.group and permissions.works_in(self.person, step.group):
            return step.group.work_url()
        place = step.session or step.group
        return place.get_absolute_url() if place else reverse("events:event-list")

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {**self._told(), "back_url": self._place(), "submit_label": _("Save")}


step_new, step = StepNew.as_view(), Step.as_view()
