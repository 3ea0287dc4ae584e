"""The demand board: what cities need, who wants the same, and what they buy together."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from cities.editing import kept, receipts
from cities.models import Actor, City
from cities.paging import page_asked
from cities.permissions import is_programme_staff, signed_in
from marketplace import demand as demands
from marketplace.demand.gathering import demand_of
from marketplace.demand.sums import active_needs, sum_up_for_public
from marketplace.forms.demand import StateForm
from marketplace.forms.narrowing import DemandFilter
from marketplace.models import Demand, Entry, JointProcurement, Need
from marketplace.views import demand_words
from marketplace.views.needs import asked, demand_of_address
from marketplace.views.offering import asked_for
from marketplace.views.reuse import own_cities

PAGE_SIZE = 24
OWN = "new"


@require_safe
@vary_on_headers("HX-Request")
def demand_list(request: HttpRequest) -> HttpResponse:
    """What cities want, the most wanted first."""
    narrowed = DemandFilter(request.GET, demands_with_needs(request.user))
    found = narrowed.found()
    page = page_asked(request, found, PAGE_SIZE)
    context = {
        "filter": narrowed,
        "groups": narrowed.facets(),
        "query": request.GET.get("q", ""),
        "total": len(found),
        "page_obj": page,
        "cards": [
            demand_words.card(
                row,
                sum_up_for_public(row.wanted),
                len({need.city_id for need in row.wanted}),
            )
            for row in page
        ],
    }
    name = "_demand_results" if request.htmx else "demand_list"  # type: ignore[attr-defined]
    return render(request, f"marketplace/{name}.html", context)


def demands_with_needs(user: Actor) -> list[Any]:
    """Return current demands with `wanted`, their needs: in three queries, largest first."""
    wanted = Need.objects.active().select_related("city").prefetch_related("themes")
    found = (
        Demand.objects.current()
        .visible_to(user)
        .select_related("procurement")
        .prefetch_related(Prefetch("needs", wanted.order_by("created_at", "pk"), to_attr="wanted"))
    )
    return sorted(found, key=lambda row: -len(row.wanted))  # type: ignore[attr-defined]


@require_safe
def demand_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A demand: in sums for the public; to cities that want it, and staff, city by city."""
    demand = demand_of_address(request.user, slug)
    if demand.merged_into:
        return redirect(demand.merged_into)
    needs = active_needs(demand)
    acted_for = set(City.objects.acted_for_by(request.user).values_list("pk", flat=True))
    own = [need for need in needs if need.city_id in acted_for]
    is_inside = bool(own) or is_programme_staff(request.user)
    sums = demands.sum_up(needs) if is_inside else sum_up_for_public(needs)
    procurement = JointProcurement.objects.filter(demand=demand).select_related("lead_buyer")
    context = {
        "demand": demand,
        "number": len({need.city_id for need in needs}),
        "sums": sums,
        "facts": demand_words.facts(sums),
        "budget": demand_words.budget_picture(sums),
        "windows": demand_words.window_picture(sums, tell_names=is_inside),
        "named": [need.city for need in needs if need.is_named],
        "is_inside": is_inside,
        "columns": demand_words.need_columns(),
        "rows": [demand_words.need_cells(need) for need in needs] if is_inside else [],
        "own": own,
        "entries": _entries(needs, request.user),
        **_procurement(procurement.first(), needs, request.user, is_inside=is_inside),
    }
    return render(request, "marketplace/demand_detail.html", context)


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Who wants the same, for what has been typed so far: a part of the form."""
    found = demands.similar_demands(request.GET.get("title", ""))
    return render(request, "marketplace/_similar_demands.html", _similar_context(found))


class DemandState(kept.KeepsInputMixin, View):
    """A city states a need; when others want the same, it is asked whether to join them."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let those through who write for some city."""
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        may_write = [city.pk for city in own_cities(request)]
        if not may_write:
            raise PermissionDenied(
                _("Needs are stated by the teams of cities. Ask whoever leads your city's team.")
            )
        self.cities = City.objects.filter(pk__in=may_write)
        # From the page of a demand or of an entry it is clear what is wanted.
        entry = request.GET.get("entry", "").replace("\0", "")
        self.entry = (
            Entry.objects.live().visible_to(request.user).filter(slug=entry).first()
            if entry
            else None
        )
        asked = request.GET.get("demand", "").replace("\0", "")
        self.demand = Demand.objects.current().filter(slug=asked).first() if asked else None
        if self.demand is None and self.entry is not None:
            self.demand = demand_of(self.entry.pk)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask."""
        data = kept.initial_data(request)
        initial = asked_for(request, self.cities)
        if title := str(self.demand or self.entry or ""):
            initial["title"] = title
        form = StateForm(data, cities=self.cities, initial=initial)
        # Words brought along from elsewhere may be what others want already.
        similar_ones = [] if title else demands.similar_demands(initial["title"])
        return self._show(request, form, similar_ones)

    def post(self, request: HttpRequest) -> HttpResponse:
        """State it once, however often the form arrives."""
        if before := receipts.received_before(request):
            return redirect(before)
        form = StateForm(request.POST, cities=self.cities)
        similar_ones = demands.similar_demands(request.POST.get("title", ""))
        if not form.is_valid():
            return self._show(request, form, similar_ones)
        joined = request.POST.get("join", "")
        if not joined and self.demand is None and similar_ones:
            return self._show(request, form, similar_ones, asks=True)
        demand = self.demand
        if joined and joined != OWN:
            demand = Demand.objects.current().filter(slug=joined).first()

        def create() -> str:
            need = form.save(commit=False)
            need.city, need.entry = form.cleaned_data["city"], self.entry
            demands.state(
                need,
                form.cleaned_data["themes"],
                demand=None if joined == OWN else demand,
                actor=signed_in(request),
            )
            return need.demand.get_absolute_url()

        try:
            return redirect(receipts.once(request, create))
        except demands.DemandRefused as refusal:
            form.add_error("title", str(refusal))
            return self._show(request, form, similar_ones, status=409)

    def _show(
        self,
        request: HttpRequest,
        form: StateForm,
        found: list[Demand],
        *,
        asks: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "form": form,
            "key": request.POST.get("key") or receipts.new_key(),
            "joins": self.demand,
            "asks": asks,
            **_similar_context(found, request.POST.get("join", "")),
        }
        return render(request, "marketplace/demand_state.html", context, status=status)


def _entries(needs: list[Need], user: Actor) -> list[Entry]:
    keys = {need.entry_id for need in needs if need.entry_id}
    if not keys:
        return []
    known = Entry.objects.live().visible_to(user).filter(pk__in=keys)
    return list(known.select_related("live_revision", "city").order_by("pk"))


def _procurement(
    procurement: JointProcurement | None, needs: list[Need], user: Actor, *, is_inside: bool
) -> dict[str, Any]:
    """Return what a demand's page shows of buying together: names only of who agreed to both."""
    if procurement is None:
        return {"procurement": None}
    named = {need.city_id for need in needs if need.is_named}
    participants = [
        one
        for one in procurement.participants.select_related("city")
        if is_inside or (one.consent == "agreed" and one.city_id in named)
    ]
    agreed = procurement.participants.filter(consent="agreed").count()
    return {
        "procurement": procurement,
        "participants": participants,
        "agreed": agreed,
        "unnamed": agreed - sum(1 for one in participants if one.consent == "agreed"),
        "parts": demand_words.procurement_parts(procurement),
        "lead_is_told": is_inside or procurement.lead_buyer_id in named,
        "may_answer": is_inside and bool(user.is_authenticated and asked(procurement, user)),
    }


def _similar_context(found: list[Demand], chosen: str = "") -> dict[str, Any]:
    keys = [demand.pk for demand in found]
    numbers: dict[int, set[int]] = {}
    for demand, city in Need.objects.active().filter(demand__in=keys).values_list("demand", "city"):
        numbers.setdefault(demand, set()).add(city)
    return {
        "similar": [
            {"demand": demand, "number": len(numbers.get(demand.pk, ()))} for demand in found
        ],
        "chosen": chosen,
        "own": OWN,
    }
