"""Results, lessons and commitments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.forms.looking_back import LESSONS, commitments_form
from initiatives.forms.shared_choices import SharedChoices
from initiatives.forms.strategy import cell_name
from initiatives.models import CommitmentKind, Initiative
from initiatives.sections import writing
from initiatives.views.sections.base import SectionPage
from initiatives.views.sections.of_one_city import OfOneCity


class Results(SectionPage):
    """What came of it: a summary, and the way to the results of each initiative."""

    section = "results"
    texts = ("impact_summary",)
    lead = gettext_lazy("At the end: what changed. Figures stand with the KPIs of each initiative.")
    body_template = "initiatives/sections/_results.html"

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the initiatives with what they say of their results."""
        rows = self.roadmap.initiatives.order_by("position", "pk")
        return {
            "results": [
                {
                    "id": f"results-{one.pk}",
                    "initiative": one,
                    "url": reverse("initiatives:initiative-edit", args=[one.slug]) + "#id_results",
                }
                for one in rows.only("roadmap", "name", "slug", "results")
            ]
        }


class Lessons(SectionPage):
    """What worked, what did not, what can be learned, what to tell others first."""

    section = "lessons"
    lead = gettext_lazy("What worked, what did not, and what you would tell another city first.")

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the rows of each kind."""
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for lesson in self.roadmap.lessons.order_by("position", "pk"):
            by_kind[lesson.kind].append(lesson)
        initiatives = self.roadmap.initiatives.values_list("pk", "name")
        saved = {lesson.city_id for lessons in by_kind.values() for lesson in lessons}
        cities = [(one.pk, one.name) for one in self.member_cities(saved)]
        offered = {
            "initiatives": SharedChoices(_("The roadmap as a whole"), initiatives),
            "cities": SharedChoices(_("All cities"), cities),
        }
        return {
            kind: rows(
                data,
                person=self.person,
                instance=self.roadmap,
                prefix=kind,
                rows=by_kind[kind],
                form_kwargs={"kind": kind, **offered},
            )
            for kind, rows in LESSONS.items()
        }


class Commitments(OfOneCity):
    """What the city promises to go on with, initiative by initiative."""

    section = "commitments"
    lead = gettext_lazy("What goes on after the programme. An empty line parts two commitments.")
    body_template = "initiatives/sections/_commitments.html"

    def saved_cities(self) -> Iterable[int | None]:
        """Return the cities that have promised something."""
        return set(self.roadmap.commitments.order_by().values_list("city", flat=True))

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the grid."""
        self.initiatives: list[Initiative] = list(self.roadmap.initiatives.only("roadmap", "name"))
        rows = self.roadmap.commitments.filter(city=self.city).order_by("position", "pk")
        rows = rows.none() if self.is_nobodys else rows
        return {"commitments": commitments_form(data, self.initiatives, rows)}

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save the cells that changed."""
        form = parts["commitments"]
        cells: dict[tuple[int | None, str], str] = {}
        for name in form.changed_cells():
            _cell, initiative, kind = name.split("-")
            cells[int(initiative) or None, kind] = form.cleaned_data[name]
        writing.write_commitments(self.roadmap, cells, self.city.pk if self.city else None)

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return each initiative with its cells, and the cities to choose from."""
        form = parts["commitments"]
        heads: list[tuple[int, str]] = [(one.pk, one.name) for one in self.initiatives]
        heads.append((0, _("The roadmap as a whole")))
        return {
            "kinds": [kind.label for kind in CommitmentKind],
            "grid": [
                {
                    "id": f"row-{key}",
                    "head": name,
                    "cells": [
                        (kind.label, form[cell_name(key, kind.value)]) for kind in CommitmentKind
                    ],
                }
                for key, name in heads
            ],
            "cells": form,
            "wide": True,
            **self.of_city(),
        }
