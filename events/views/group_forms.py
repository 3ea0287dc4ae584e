"""The forms of an action group: a city's order of priorities, practices, needs, next steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from cities.editing.kept import KeepsInputMixin
from cities.models import City, CityMembership, User
from events import permissions
from events.forms.groups import OutcomeForm, RankingForm
from events.models import GroupMember, Outcome, OutcomeKind, Session, ThematicActionGroup
from events.services import rankings
from events.views.groups import inside_of, work_crumbs
from initiatives.views.form_pages import FormPage


class WritesInGroup(View):
    """The gate of a form inside a group: `self.group`."""

    group: ThematicActionGroup

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who are in the group and may write there."""
        if request.user.is_authenticated:
            self.group = inside_of(request, kwargs["slug"])
            self.let_through(**kwargs)
        return super().dispatch(request, *args, **kwargs)

    def let_through(self, **kwargs: Any) -> None:
        """Raise PermissionDenied or Http404 for whoever may not write this."""


class Ranking(FormPage, KeepsInputMixin, WritesInGroup):
    """The order in which a city puts the priorities of a group."""

    form_name = "group-ranking"
    city: City

    def let_through(self, **kwargs: Any) -> None:
        """See that the person speaks for this city, which is a member."""
        members = City.objects.filter(group_memberships__group=self.group).distinct()
        self.city = get_object_or_404(members, slug=kwargs["city"])
        spoken_for = permissions.cities_spoken_for(self.request.user, self.group, ranking=True)
        if self.city not in spoken_for:
            raise PermissionDenied

    def target(self) -> str:
        """Return group and city."""
        return f"{self.group.pk}-{self.city.pk}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form on what is saved; whoever saves holds the group first."""
        if data is not None:
            rankings.locked(self.group)
        ranks = rankings.ranks_of(self.group, self.city)
        return {
            "form": RankingForm(data, priorities=list(self.group.priorities.all()), ranks=ranks)
        }

    def save(self, parts: dict[str, Any]) -> str:
        """Keep the order."""
        rankings.set_ranking(self.group, self.city, parts["form"].ranks(), by=self.person)
        messages.success(self.request, _("The order of %s is saved.") % self.city.name)
        return self.group.work_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        title = _("What matters most to %s") % self.city.name
        return {
            "title": title,
            "kicker": self.group.name,
            "lead": _("1 is what matters most. You can leave some out; the group sees your order."),
            "back_url": self.group.work_url(),
            "submit_label": _("Save the order"),
            "crumbs": work_crumbs(self.group, title),
        }


class OutcomeNew(FormPage, KeepsInputMixin, WritesInGroup):
    """A practice or a need, told to the group for the first time."""

    form_name = "group-outcome"
    creates = True

    def let_through(self, **kwargs: Any) -> None:
        """See that the person writes for some city of the group."""
        cities = permissions.cities_spoken_for(self.request.user, self.group)
        self.cities = list(cities.order_by("name"))
        if not self.cities:
            raise PermissionDenied

    def target(self) -> str:
        """Return the group."""
        return str(self.group.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form; the link that led here says which kind."""
        asked = self.request.GET.get("kind", "")
        kind = asked if asked in (OutcomeKind.PRACTICE, OutcomeKind.NEED) else OutcomeKind.PRACTICE
        outcome = Outcome(group=self.group, written_by=self.person)
        form = OutcomeForm(
            data,
            instance=outcome,
            initial={"kind": kind},
            cities=self.cities,
            group=self.group,
        )
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        parts["form"].save()
        messages.success(self.request, _("The group sees it now."))
        return self.group.work_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        title = _("A practice or a need")
        return {
            "title": title,
            "kicker": self.group.name,
            "lead": _("What works in your city, or what you look for."),
            "back_url": self.group.work_url(),
            "submit_label": _("Share it"),
            "crumbs": work_crumbs(self.group, title),
        }


class OutcomeEdit(FormPage, KeepsInputMixin, View):
    """What was noted, changed by whoever writes for its city."""

    form_name = "outcome"
    outcome: Outcome

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who may change it."""
        if request.user.is_authenticated:
            known = Outcome.objects.visible_to(request.user)
            names = ("city", "group", "session__day__event", "sub_group")
            self.outcome = get_object_or_404(known.select_related(*names), pk=kwargs["pk"])
            if not permissions.may_write_outcome(request.user, self.outcome):
                raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def target(self) -> str:
        """Return what is changed."""
        return str(self.outcome.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form. Its city stays: what another city noted is another row."""
        outcome = Outcome.objects.select_related("city", "group").get(pk=self.outcome.pk)
        form = OutcomeForm(
            data,
            instance=outcome,
            cities=[outcome.city],
            group=outcome.group,
            kinds=list(OutcomeKind),
        )
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        parts["form"].save()
        messages.success(self.request, _("Saved."))
        return self._back()

    def _back(self) -> str:
        place: ThematicActionGroup | Session | None = self.outcome.group or self.outcome.session
        if isinstance(place, ThematicActionGroup):
            inside = permissions.works_in(self.person, place)
            return place.work_url() if inside else place.get_absolute_url()
        if place is None:
            raise Http404
        return place.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        one = self.outcome
        return {
            "title": one.title,
            "kicker": f"{one.get_kind_display()}, {one.city.name}",
            "back_url": self._back(),
            "submit_label": _("Save"),
            "crumbs": [_("Events"), reverse("events:event-list"), one.title],
        }


def people_of(group: ThematicActionGroup | None, *cities: City | None) -> list[User]:
    """Return who can see to something: the people of a group, the teams of its cities."""
    named = [city.pk for city in cities if city is not None]
    # Without a group nobody is a member: no row of this table is without one.
    members = GroupMember.objects.filter(group=group).order_by()
    named += [key for key in members.values_list("city", flat=True) if key]
    in_group = members.standing().filter(user__isnull=False).values("user")
    teams = CityMembership.objects.running().filter(city__in=named).order_by().values("user")
    people = User.objects.filter(Q(pk__in=in_group) | Q(pk__in=teams), is_active=True)
    return list(people.order_by("name"))


ranking, outcome_new = Ranking.as_view(), OutcomeNew.as_view()
outcome_edit = OutcomeEdit.as_view()
