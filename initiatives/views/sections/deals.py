"""Local Green Deals: the list of a roadmap's deals, and each with signatories and actions."""

from __future__ import annotations

import copy
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import sections
from initiatives.forms.deals import Actions, DealForm, Deals, Signatories, choices_of
from initiatives.forms.shared_choices import SharedChoices
from initiatives.models import LocalGreenDeal, Roadmap
from initiatives.views.sections.base import SectionPage


class DealList(SectionPage):
    """The deals of a roadmap, each with the way to its own page."""

    section = "deals"
    lead = gettext_lazy(
        "Agreements of the city with local firms and others on what each does for the green "
        "transition. A roadmap is complete without one."
    )
    body_template = "initiatives/sections/_deals.html"

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of deals."""
        self.deals = list(self.roadmap.deals.with_counts().order_by("position", "pk"))
        rows = Deals(
            data, person=self.person, instance=self.roadmap, prefix="deals", rows=self.deals
        )
        return {"deals": rows}

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the deals as they are saved."""
        return {"deals": self.deals}


class DealPage(SectionPage):
    """One deal: its own words, who signs, and what is done."""

    section = "deals"
    lead = gettext_lazy(
        "Governance, goals, partners and actions: write what you know, the rest can follow."
    )
    body_template = "initiatives/sections/_deal_switch.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the deal's key from the address; it must be of this roadmap."""
        self.key = kwargs.pop("deal")
        return super().dispatch(request, *args, **kwargs)

    def facts(self) -> sections.Facts:
        """Return the facts with the deals the page knows."""
        known = sections.Facts(self.roadmap)
        known.deals = self.deals
        return known

    @cached_property
    def deals(self) -> list[Any]:
        """Return the deals of the roadmap, with what each has."""
        return sections.Facts.deals_of(self.roadmap.pk)

    @cached_property
    def deal(self) -> LocalGreenDeal:
        """Find the deal, in this roadmap."""
        found: LocalGreenDeal | None = next((one for one in self.deals if one.pk == self.key), None)
        if found is None:
            raise Http404
        return found

    def target(self) -> str:
        """Let each deal have a draft of its own."""
        return f"{super().target()}-{self.key}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the deal's own fields, its signatories and its actions."""
        if self.request.method == "POST":
            # Who saves rows of this roadmap at the same moment waits here, before they are read.
            Roadmap.objects.select_for_update().only("pk").get(pk=self.roadmap.pk)
            for name in ("deal", "deals"):
                self.__dict__.pop(name, None)
        shared: dict[str, Any] = {"person": self.person, "instance": self.deal}
        signatories = list(self.deal.signatories.select_related("organisation"))
        choices = choices_of(self.roadmap)
        choices["signatories"] = [(one.pk, str(one)) for one in signatories]
        shared_by = {name: SharedChoices(_("Choose…"), found) for name, found in choices.items()}
        of_signatories = {name: shared_by[name] for name in ("organisations", "kinds")}
        of_actions = {name: shared_by[name] for name in ("initiatives", "kpis", "signatories")}
        own = copy.copy(self.deal)
        return {
            "form": DealForm(data, instance=own, themes=choices["themes"]),
            "signatories": Signatories(
                data, prefix="signatories", rows=signatories, form_kwargs=of_signatories, **shared
            ),
            "actions": Actions(data, prefix="actions", form_kwargs=of_actions, **shared),
        }

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save the deal, then who signs, then what is done."""
        form = parts["form"]
        if form.differs():
            form.save()
        parts["signatories"].save()
        parts["actions"].save()

    def _beside(self, step: int) -> str:
        return self.section if step < 0 else ""

    def page_context(self) -> dict[str, Any]:
        """Say which deal it is."""
        context = super().page_context()
        here = sections.write_url(self.roadmap.pk, self.section)
        context["crumbs"][-1:] = [sections.label_of(self.section), here, self.deal.title]
        return context | {"title": self.deal.title}

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the deal, to say who sees it."""
        return {"deal": self.deal}


write_deal = DealPage.as_view()
