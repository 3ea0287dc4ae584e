"""How a city offers something: it starts, previews and submits; drafting.py has the form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept, receipts
from cities.models import City
from cities.permissions import signed_in
from marketplace import permissions, services, workflow
from marketplace.forms.offer_steps import OfferForm
from marketplace.models import Revision, RevisionState
from marketplace.models.conflicts import in_conflict
from marketplace.views.entry_page import page_context, template_of
from marketplace.views.progress import address
from marketplace.workflow import Action

# As long as a title can be.
MOST_FILLED_IN = 160


def own_revision(request: HttpRequest, slug: str, number: int) -> Revision:
    """Return a revision this person follows from inside: of their city's team, or as staff.

    Mentors and experts follow the profiles of the cities they help, staff whatever they have no
    conflict of interest over. What the public may read is visible too, but is not everybody's to
    follow: 404.
    """
    revisions = Revision.objects.visible_to(request.user).select_related("entry__city", "based_on")
    own = City.objects.acted_for_by(request.user).order_by().values("pk")
    helped = revisions.of_helped_cities(request.user)
    followed = Q(entry__city__in=own) | Q(pk__in=helped.values("pk"))
    if permissions.is_programme_staff(request.user):
        followed |= ~in_conflict(request.user)
    return get_object_or_404(revisions.filter(followed), entry__slug=slug, number=number)


def asked_for(request: HttpRequest, cities: QuerySet[City]) -> dict[str, Any]:
    """Return what a link from elsewhere fills in: a title, and which city's it is."""
    words = {name: request.GET.get(name, "").replace("\0", "") for name in ("title", "city")}
    city = cities.filter(slug=words["city"]).first() if words["city"] else None
    return {"title": words["title"][:MOST_FILLED_IN]} | ({"city": city} if city else {})


class Offer(kept.KeepsInputMixin, View):
    """The start of an entry. Sent twice, it leads to what it created the first time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for city, kind and title."""
        data, cities = kept.initial_data(request), self._cities(request)
        return self._show(
            request, OfferForm(data, cities=cities, initial=asked_for(request, cities))
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the entry with its first draft."""
        form = OfferForm(request.POST, cities=self._cities(request))
        if not form.is_valid():
            return self._show(request, form)
        asked = form.cleaned_data

        def create() -> str:
            draft = services.new_entry(
                asked["kind"],
                asked["city"],
                signed_in(request),
                asked["title"],
                language=asked["language"],
            )
            return address("revision-edit", draft)

        try:
            return redirect(receipts.once(request, create))
        except services.Refused as refusal:
            form.add_error("kind", str(refusal))
            return self._show(request, form)

    def _cities(self, request: HttpRequest) -> Any:
        """The cities whose drafts this person may write."""
        acted_for = City.objects.acted_for_by(request.user)
        may_edit = [city.pk for city in acted_for if permissions.may_edit_for(request.user, city)]
        if not may_edit:
            raise PermissionDenied(
                _(
                    "Entries are offered by the teams of cities. Ask whoever leads your city's "
                    "team to add you, or write to the programme team."
                )
            )
        return City.objects.filter(pk__in=may_edit)

    def _show(self, request: HttpRequest, form: OfferForm) -> HttpResponse:
        context = {"form": form, "key": request.POST.get("key") or receipts.new_key()}
        return render(request, "marketplace/offer.html", context)


def submit(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Hand a revision in; when something is missing, lead to the last step, which lists it."""
    try:
        workflow.perform(Action.SUBMIT, revision, actor=signed_in(request))
    except workflow.StepRefused as refusal:
        if Revision.objects.filter(pk=revision.pk, state=RevisionState.DRAFT).exists():
            return redirect(f"{address('revision-check', revision)}?gaps=yes")
        messages.error(request, str(refusal))
        return redirect(revision)
    messages.success(
        request, _("Submitted. This page shows where it stands; you will also get mail.")
    )
    return redirect(revision)


def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a revision on the page the public will see."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    revision = own_revision(request, slug, number)
    context = page_context(revision.entry, revision, request.user)
    return render(
        request,
        template_of(revision.entry),
        context | {"preview": address("revision-detail", revision)},
    )
