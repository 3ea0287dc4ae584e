"""Introduction, openness, needs, state of the city, organisations around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.seen import same
from cities.models import AssessmentAnswer, City, Dimension, Organisation
from initiatives import sections, series, services
from initiatives.forms.charters import themes_of
from initiatives.forms.grid import is_key
from initiatives.forms.preparation import (
    EcosystemForm,
    PriorityAxes,
    needs_form,
    state_form,
)
from initiatives.forms.strategy import NOTHING
from initiatives.permissions import closed_parts
from initiatives.sections import writing
from initiatives.views.sections.base import SectionPage
from initiatives.views.sections.of_one_city import OfOneCity, own_part_words

MOST_FOUND = 20


class Introduction(SectionPage):
    """Why the city takes part, and along which axes."""

    section = "introduction"
    texts = ("title", "introduction")
    lead = gettext_lazy("Why the city takes part, and what it wants to work on first.")

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of priorities."""
        edition = self.roadmap.participation.edition
        themes = [NOTHING, *((one.pk, str(one)) for one in themes_of(edition))]
        rows = PriorityAxes(
            data,
            person=self.person,
            instance=self.roadmap,
            prefix="priorities",
            form_kwargs={"themes": themes},
        )
        return {"priorities": rows}


class Openness(SectionPage):
    """With whom in the country and abroad."""

    section = "openness"
    texts = ("openness",)
    lead = gettext_lazy("With whom, in the country and abroad, the city wants to work and learn.")


class Needs(SectionPage):
    """What the city needs; in a consortium, each city for itself where it differs."""

    section = "needs"
    texts = ("needs",)
    lead = gettext_lazy("What is lacking. How the city stands is told in the next section.")
    body_template = "initiatives/sections/_needs.html"

    of_others: Sequence[tuple[City, str]] = ()
    """What cities need for which this person does not write."""

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return a box for each member city for which this person writes."""
        if self.roadmap.participation.consortium_id is None:
            return {}
        saved = dict(self.roadmap.city_needs.order_by().values_list("city", "text"))
        known, closed = self.member_cities(saved), closed_parts(self.person, self.roadmap)
        cities = [one for one in known if one.pk not in closed]
        self.of_others = [(one, saved[one.pk]) for one in known if one.pk in closed & set(saved)]
        others = self._typed_for_others(data, {one.pk for one in cities}, saved)
        if not (cities or others):
            return {}
        form = needs_form(data, [*cities, *others], saved)
        left = _("%s has left the consortium: move these words elsewhere, or empty the box.")
        for city in others:
            words = own_part_words(city) if city.pk in closed else left % city
            form.add_error(f"need-{city.pk}", words)
        return {"cities": form}

    def _typed_for_others(
        self, data: QueryDict | None, known: set[int], saved: dict[int, str]
    ) -> list[City]:
        """Return the cities for which somebody wrote and does not write any more."""
        boxes = (name.removeprefix("need-") for name in data or () if name.startswith("need-"))
        keys = [key for key in boxes if is_key(key) and int(key) not in known]
        said = {key: data.get(f"need-{key}", "").strip() for key in keys} if data else {}
        typed = [key for key, text in said.items() if text and not same(text, saved.get(int(key)))]
        found = (series.once_member(self.roadmap, pk=key) for key in typed)
        return [city for city in found if city is not None]

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save what single cities need."""
        if "cities" in parts:
            form = parts["cities"]
            writing.write_needs(
                self.roadmap,
                {int(name.split("-")[1]): form.cleaned_data[name] for name in form.changed_cells()},
            )

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the boxes of the cities."""
        return {"cities_form": parts.get("cities"), "needs_of_others": self.of_others}


class State(OfOneCity):
    """How the city stands, dimension by dimension; in a consortium, each city for itself."""

    section = "state"
    lead = gettext_lazy(
        "How the city stands, dimension by dimension. Your team, your experts and staff read it."
    )
    body_template = "initiatives/sections/_state.html"

    def saved_cities(self) -> Iterable[int | None]:
        """Return the cities that have answered."""
        answers = self.roadmap.participation.assessment_answers
        return set(answers.order_by().values_list("city", flat=True))

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the answers."""
        participation = self.roadmap.participation
        self.dimensions: list[Any] = list(Dimension.objects.asked_of(participation))
        self.answers: dict[int, AssessmentAnswer] = {}
        self.answered: set[int] = set()
        days: dict[int, set[date | None]] = {}
        for answer in participation.assessment_answers.all():
            if answer.is_told:
                self.answered.add(answer.dimension_id)
            if not self.is_nobodys and answer.city_id == (self.city and self.city.pk):
                self.answers.setdefault(answer.dimension_id, answer)
                days.setdefault(answer.dimension_id, set()).add(answer.as_of)
        return {"answers": state_form(data, self.dimensions, self.answers, days)}

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save each dimension whose answer changed."""
        form = parts["answers"]
        for key in sorted({int(name.split("-")[1]) for name in form.changed_cells()}):
            start = f"dimension-{key}-"
            said = {
                name.removeprefix(start): value
                for name, value in form.cleaned_data.items()
                if name.startswith(start)
            }
            writing.write_answer(self.roadmap, key, self.answers.get(key), said, city=self.city)

    def facts(self) -> sections.Facts:
        """Return which dimensions are answered, by any city, as the tree counts them."""
        known = sections.Facts(self.roadmap)
        for one in self.dimensions:
            one.has_answer = one.pk in self.answered
        known.dimensions = self.dimensions
        return known

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return each dimension with its fields."""
        form = parts["answers"]
        return {
            "dimensions": [
                {
                    "id": f"dimension-{one.pk}",
                    "legend": one.name,
                    "hint": one.guidance,
                    "fields": _starting(form, f"dimension-{one.pk}-"),
                }
                for one in self.dimensions
            ],
            "cells": form,
            **self.of_city(),
        }


class Ecosystem(SectionPage):
    """Which organisations are around the city."""

    section = "ecosystem"
    lead = gettext_lazy("Hubs, agencies, networks, companies: who works with the city.")
    body_template = "initiatives/sections/_ecosystem.html"

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return what is in the roadmap, and what was found in the directory."""
        self.words = self.request.GET.get("words", "").strip()[:100]
        wanted = (data.get("words", "").strip()[:100] if data else "") or self.words
        found = Organisation.objects.none()
        if wanted:
            found = Organisation.objects.filter(name__icontains=wanted).select_related("kind")
        form = EcosystemForm(data, present=self.roadmap.partners.all(), found=found[:MOST_FOUND])
        return {"organisations": form}

    def save_more(self, parts: dict[str, Any]) -> None:
        """Take over what is ticked, and write a new organisation."""
        form = parts["organisations"]
        add = list(form.cleaned_data["add"])
        if form.cleaned_data["name"]:
            city = self.roadmap.participation.city
            made = services.add_organisation(form.cleaned_data, city)
            messages.success(self.request, _("“%s” is in the directory now.") % made)
            add.append(made)
        writing.change_partners(self.roadmap, add, form.unticked())

    def save(self, parts: dict[str, Any]) -> str:
        """Save, and show what was searched for."""
        url = super().save(parts)
        words = parts["organisations"].cleaned_data["words"]
        if words and "search" in self.request.POST:
            query = QueryDict(mutable=True)
            query["words"] = words
            return f"{self.request.path}?{query.urlencode()}#found"
        return url

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the form and what was searched for."""
        return {"form_of": parts["organisations"], "words": self.words}


def _starting(form: Any, start: str) -> list[Any]:
    """Return the fields of a form whose names start so."""
    return [form[name] for name in form.fields if name.startswith(start)]
