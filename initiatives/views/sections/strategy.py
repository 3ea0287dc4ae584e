"""Vision, the matrix of the strategy, governance, and what comes in three years."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from initiatives import sections
from initiatives.forms.strategy import Ahead, Ambitions, Axes, Bodies, cell_name, matrix_form
from initiatives.models import Horizon, MatrixEntry
from initiatives.pictures import governance_of
from initiatives.sections import writing
from initiatives.views.sections.base import SectionPage


class Vision(SectionPage):
    """What the city wants to become: the vision, the rows and the columns of the matrix."""

    section = "vision"
    texts = ("vision",)
    lead = gettext_lazy("What the city wants to become, and the ways of working that lead there.")

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of ambitions and of axes."""
        shared: dict[str, Any] = {"person": self.person, "instance": self.roadmap}
        self.ambitions = list(self.roadmap.ambitions.filter(horizon=Horizon.VISION))
        return {
            "ambitions": Ambitions(data, prefix="ambitions", rows=self.ambitions, **shared),
            "axes": Axes(data, prefix="axes", **shared),
        }

    def facts(self) -> sections.Facts:
        """Return the facts with the ambitions the page knows."""
        known = sections.Facts(self.roadmap)
        known.ambitions = self.ambitions
        return known


class Matrix(SectionPage):
    """What the city does where an axis meets an ambition."""

    section = "matrix"
    lead = gettext_lazy("What the city does where a way of working serves an ambition: one a line.")
    body_template = "initiatives/sections/_matrix.html"

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the grid."""
        ambitions = self.roadmap.ambitions.filter(horizon=Horizon.VISION)
        self.ambitions: list[Any] = list(ambitions.order_by("position"))
        self.axes = list(self.roadmap.axes.order_by("position"))
        entries = MatrixEntry.objects.filter(axis__roadmap=self.roadmap).order_by("position", "pk")
        self.entries = list(entries)
        return {"matrix": matrix_form(data, self.ambitions, self.axes, self.entries)}

    def facts(self) -> sections.Facts:
        """Return which ambitions have entries."""
        known = sections.Facts(self.roadmap)
        served = {entry.ambition_id for entry in self.entries}
        for one in self.ambitions:
            one.has_entries = one.pk in served
        known.ambitions = self.ambitions
        return known

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save the cells that changed."""
        form = parts["matrix"]
        cells = {}
        for name in form.changed_cells():
            _cell, ambition, axis = name.split("-")
            cells[int(ambition), int(axis)] = form.cleaned_data[name]
        writing.write_matrix(cells)

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the axes, and each ambition with its cells."""
        form = parts["matrix"]
        return {
            "axes": self.axes,
            "grid": [
                {
                    "id": f"row-{one.pk}",
                    "head": one.statement,
                    "cells": [(axis.name, form[cell_name(one.pk, axis.pk)]) for axis in self.axes],
                }
                for one in self.ambitions
            ],
            "cells": form,
            "wide": True,
        }


class Governance(SectionPage):
    """Who steers the roadmap, and which body stands above which."""

    section = "governance"
    texts = ("governance",)
    lead = gettext_lazy("Who decides, who works, how often they meet, and who reports to whom.")
    body_template = "initiatives/sections/_governance.html"

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of bodies."""
        self.bodies = list(self.roadmap.governance_bodies.order_by("position"))
        rows = Bodies(
            data,
            person=self.person,
            instance=self.roadmap,
            prefix="bodies",
            rows=self.bodies,
            form_kwargs={"bodies": self.bodies},
        )
        return {"bodies": rows}

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the picture as it is saved."""
        return {"picture": governance_of(self.roadmap, self.bodies)}


class ThreeYears(SectionPage):
    """What shall be done in three years, and the steps on the way."""

    section = "three-years"
    lead = gettext_lazy("What the city will have achieved in three years, and how it gets there.")

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of ambitions with their steps."""
        ambitions = self.roadmap.ambitions.filter(horizon=Horizon.THREE_YEARS)
        rows = Ahead(
            data,
            person=self.person,
            instance=self.roadmap,
            prefix="ambitions",
            rows=ambitions.prefetch_related("steps"),
        )
        return {"ambitions": rows}

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save ambitions, then the steps of each."""
        rows = parts["ambitions"]
        rows.save()
        for form in rows.forms:
            steps = form.cleaned_data.get("steps")
            if form.instance.pk is not None and steps is not None and steps != form.saved_steps:
                writing.write_steps(form.instance, steps)
