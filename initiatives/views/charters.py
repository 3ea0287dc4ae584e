"""Writing an initiative: its charter, a new one, and whether the public sees it."""

from __future__ import annotations

import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing.kept import KeepsInputMixin
from cities.models import gather
from initiatives import charter, services
from initiatives.deliverable import links
from initiatives.forms.charters import CharterForm, NewInitiativeForm
from initiatives.forms.merged_rows import left_out_words
from initiatives.forms.money_rows import bodies_of
from initiatives.forms.rows import ROWS, WRITTEN_ROWS, row_formsets
from initiatives.models import Initiative, Roadmap
from initiatives.permissions import may_edit
from initiatives.sections import CHARTER, talk
from initiatives.sections.activity import CHARTER_DRAFTS
from initiatives.views.access import ShowsInitiative, WritesInitiative, roadmaps_for
from initiatives.views.form_pages import FormPage


class CharterPage(FormPage, WritesInitiative):
    """The charter with its rows. Saves incomplete; only the name is required."""

    form_name = CHARTER_DRAFTS
    template_name = "initiatives/charter_form.html"

    def target(self) -> str:
        """Return the initiative's key."""
        return str(self.initiative.pk)

    def known_initiatives(self) -> QuerySet[Initiative]:
        """Fetch with an initiative how far its charter is filled."""
        return charter.with_completeness(super().known_initiatives())

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the texts and the five kinds of rows."""
        # A form changes its row while it validates; the page's heading must not change with it.
        row = copy.copy(self.initiative)
        gather(row, "themes", "goals", "partners", *WRITTEN_ROWS)
        organisations, cities = bodies_of(row.roadmap)
        offered: dict[str, Any] = {"organisations": organisations, "cities": cities}
        more = self.request.GET.get("rows", "") if data is None else ""
        return {
            "form": CharterForm(data, instance=row, organisations=organisations),
            **row_formsets(row, self.request.user, data, **offered, more=more),
        }

    def save(self, parts: dict[str, Any]) -> str:
        """Save texts and rows; stay on the page when a row shall be added."""
        for part in parts.values():
            part.save()
        links.ask([parts["form"].instance.results_url])
        left_out = sum(parts[name].left_out for name in ROWS)
        if left_out:
            messages.warning(self.request, left_out_words(left_out))
        more = self.request.POST.get("add", "")
        if more in ROWS:
            return f"{self.request.path}?rows={more}#{more}"
        messages.success(self.request, self._said())
        return self.initiative.get_absolute_url()

    def _said(self) -> str:
        saved = charter.with_completeness(Initiative.objects.filter(pk=self.initiative.pk))
        done = charter.completeness(saved.get())
        return _("The charter is saved: %(filled)d of %(total)d sections are filled.") % {
            "filled": done.filled,
            "total": done.total,
        }

    def page_context(self) -> dict[str, Any]:
        """Say how far the charter is filled, what is said of it, and who else is here."""
        key, roadmap = f"{CHARTER}{self.initiative.pk}", self.initiative.roadmap
        comments, here_now = talk.beside(
            roadmap, key, self.person, form=self.form_name, target=self.target()
        )
        return {
            "initiative": self.initiative,
            "roadmap": roadmap,
            "completeness": charter.completeness(self.initiative),
            "section": key,
            "comments": comments,
            "here_now": here_now,
        }


charter_page = CharterPage.as_view()


class NewInitiative(FormPage, KeepsInputMixin, View):
    """A new initiative in a roadmap that this person may write."""

    form_name = "new-initiative"
    creates = True

    def writable(self) -> list[Roadmap]:
        """Return the roadmaps that this person may write, checked one by one: they are few."""
        user = self.request.user
        known = roadmaps_for(user)
        if not user.is_superuser:
            known = known.filter(pk__in=Roadmap.objects.acted_for_by(user).values("pk"))
        return [roadmap for roadmap in known if user.is_superuser or may_edit(user, roadmap)]

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form; without any roadmap to write the page is forbidden."""
        keys = [roadmap.pk for roadmap in self.writable()]
        if not keys:
            raise PermissionDenied
        asked = self.request.GET.get("roadmap", "")
        initial = int(asked) if asked.isdecimal() and int(asked) in keys else keys[0]
        roadmaps = Roadmap.objects.filter(pk__in=keys)
        return {"form": NewInitiativeForm(data, roadmaps=roadmaps, initial={"roadmap": initial})}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it and go on to its charter."""
        initiative = services.add_initiative(parts["form"].save(commit=False))
        messages.success(
            self.request,
            _("“%s” is there. Go on with its charter now or later; the public does not see it yet.")
            % initiative.name,
        )
        return reverse("initiatives:initiative-edit", args=[initiative.slug])

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("A new initiative"),
            "lead": _("A name is enough to begin. Everything else can follow bit by bit."),
            "back_url": reverse("initiatives:initiative-list"),
            "submit_label": _("Add the initiative"),
            "crumbs": [_("Initiatives"), reverse("initiatives:initiative-list"), _("New")],
        }


new_initiative = NewInitiative.as_view()


class ShowInitiative(ShowsInitiative):
    """Show an initiative to the public, or to its insiders alone."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the switch and go back to the page."""
        is_public = request.POST.get("public") == "1"
        services.show_to_public(self.initiative, is_public)
        if is_public and self.initiative.roadmap.status != "published":
            said = _("It will be public as soon as the roadmap is.")
        elif is_public:
            said = _("The public sees this initiative now.")
        else:
            said = _("The public does not see this initiative any more.")
        messages.success(request, said)
        return HttpResponseRedirect(self.initiative.get_absolute_url())


show_initiative = ShowInitiative.as_view()
