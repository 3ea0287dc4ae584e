"""What the pages of all sections share: the form, the way on, and who else writes here."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cities.models import City
from initiatives import sections, series
from initiatives.forms.preparation import texts_form
from initiatives.models import Roadmap
from initiatives.sections import deleted, talk, writing
from initiatives.sections.activity import DRAFTS
from initiatives.views.access import WritesRoadmap
from initiatives.views.form_pages import FormPage

JUST_NOW = timedelta(minutes=10)


class SectionPage(FormPage, WritesRoadmap):
    """A section with its own texts of the roadmap, and what a subclass adds."""

    form_name = DRAFTS
    template_name = "initiatives/sections/section.html"
    section = ""
    texts: tuple[str, ...] = ()
    lead: Any = ""
    body_template = ""
    """Draws what the section has beside texts and rows; takes the page's context."""

    def target(self) -> str:
        """Return the roadmap and the section."""
        return f"{self.roadmap.pk}-{self.section}"

    # ── the form ────────────────────────────────────────────────────────────────────────────────
    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the texts of the section, then what a subclass adds."""
        if self.request.method == "POST":
            # Who saves rows of this roadmap at the same moment waits here, before they are read.
            Roadmap.objects.select_for_update().only("pk").get(pk=self.roadmap.pk)
            self.roadmap.refresh_from_db()
        row = copy.copy(self.roadmap)
        return {"form": texts_form(*self.texts)(data, instance=row), **self.more_parts(data)}

    def more_parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return rows and grids by name."""
        return {}

    def save_more(self, parts: dict[str, Any]) -> None:
        """Save rows and grids."""
        for name, part in parts.items():
            if name != "form":
                part.save()

    def save(self, parts: dict[str, Any]) -> str:
        """Save everything; stay here, or go on to the next section."""
        form = parts["form"]
        if self.texts and form.has_changed():
            form.save()
        self.save_more(parts)
        writing.remember(self.roadmap, self.section, self.person)
        messages.success(self.request, self._said())
        taken_away = [one for part in parts.values() for one in getattr(part, "taken_away", [])]
        if taken_away:
            messages.info(self.request, _taken_away_words(taken_away))
            return f"{self.request.path}?taken-away=1#taken-away"
        if "on" in self.request.POST and self._beside(1):
            return sections.write_url(self.roadmap.pk, self._beside(1))
        if "tree" in self.request.POST:
            return reverse("initiatives:roadmap-write", args=[self.roadmap.pk])
        return self.request.path

    def _said(self) -> str:
        now = timezone.localtime()
        state = sections.one(sections.Facts(self.roadmap), self.section)
        return _("“%(section)s” is saved at %(time)s: %(filled)d of %(total)d filled.") % {
            "section": sections.label_of(self.section),
            "time": date_format(now, "TIME_FORMAT"),
            "filled": state.filled,
            "total": state.total,
        }

    # ── the page ────────────────────────────────────────────────────────────────────────────────
    def _show(self, parts: dict[str, Any], draft: Any = None) -> HttpResponse:
        """Show the form; one that must be mended is kept, so that it can be left as it is."""
        self.shown = parts
        self.to_mend = sum(_errors(part) for part in parts.values())
        return super()._show(parts, draft)

    def typed(self) -> QueryDict:
        """Keep with what was typed how many fields are to be mended, for the tree."""
        typed = super().typed().copy()
        typed["to_mend"] = str(self.to_mend)
        return typed

    def page_context(self) -> dict[str, Any]:
        """Say what the page is, how far the section is, and who else is here."""
        parts, participant = self.shown, self.roadmap.participation.participant
        tree = reverse("initiatives:roadmap-write", args=[self.roadmap.pk])
        comments, here_now = talk.beside(
            self.roadmap, self.section, self.person, form=self.form_name, target=self.target()
        )
        forms = [part for name, part in parts.items() if name != "form"]
        return {
            "roadmap": self.roadmap,
            "section": self.section,
            "title": sections.label_of(self.section),
            "kicker": self.roadmap.title,
            "lead": self.lead,
            "state": sections.one(self.facts(), self.section),
            "tree_url": tree,
            "before": self._link(self._beside(-1)),
            "after": self._link(self._beside(1)),
            "to_mend": self.to_mend,
            "body_template": self.body_template,
            "rows": [part for part in forms if hasattr(part, "empty_form")],
            "formsets": [part if hasattr(part, "non_form_errors") else _AsRows(part)
                         for part in forms],
            "conflicts": [one for part in parts.values() for one in part.conflicts],
            "here_now": here_now,
            "comments": comments,
            "taken_away": self._taken_away(),
            "crumbs": [
                str(participant), participant.get_absolute_url(),
                self.roadmap.title, self.roadmap.get_absolute_url(),
                _("Sections"), tree, sections.label_of(self.section),
            ],
            **self.more_context(parts),
        }  # fmt: skip

    def _taken_away(self) -> list[deleted.Deleted]:
        """Return what was taken away in the last minutes, right after that happened."""
        if "taken-away" not in self.request.GET:
            return []
        return deleted.lately(self.roadmap, since=timezone.now() - JUST_NOW, reader=self.person)

    def facts(self) -> sections.Facts:
        """Return what stands in the roadmap, as far as the page has not read it already."""
        return sections.Facts(self.roadmap)

    def more_context(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return what `body_template` needs."""
        return {}

    def _beside(self, step: int) -> str:
        keys = list(sections.WRITTEN)
        place = keys.index(self.section) + step
        return keys[place] if 0 <= place < len(keys) else ""

    def _link(self, key: str) -> dict[str, str] | None:
        if not key:
            return None
        return {"label": sections.label_of(key), "url": sections.write_url(self.roadmap.pk, key)}

    # ── whose roadmap it is ─────────────────────────────────────────────────────────────────────
    def member_cities(self, also: Iterable[int | None] = ()) -> list[City]:
        """Return the cities that share this roadmap, and those of which something is saved."""
        if self.roadmap.participation.consortium_id is None:
            return []
        return series.cities_of(self.roadmap, also)


class _AsRows:
    """A plain form as the list of errors reads formsets."""

    def __init__(self, form: Any) -> None:
        self._form = form

    def __iter__(self) -> Any:
        return iter([self._form])

    def non_form_errors(self) -> list[str]:
        """Return none: they are the form's own."""
        return []


def _errors(part: Any) -> int:
    if not part.is_bound:
        return 0
    if hasattr(part, "forms"):
        rows = sum(len(form.errors) for form in part.forms)
        return rows + len(part.non_form_errors())
    return len(part.errors)


def _taken_away_words(names: list[str]) -> str:
    said = ngettext(
        "%(number)d entry is taken away: %(names)s.",
        "%(number)d entries are taken away: %(names)s.",
        len(names),
    ) % {"number": len(names), "names": ", ".join(f"“{name[:60]}”" for name in names)}
    return f"{said} {_('For 30 days that can be undone.')}"
