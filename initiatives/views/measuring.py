"""KPIs as their team writes them: what is measured, what is aimed at, what is reported."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives import connectors, series, services, values
from initiatives.deliverable import links
from initiatives.forms.kpis import KPIForm, TargetForm
from initiatives.forms.measurements import CorrectionForm, MeasurementForm
from initiatives.models import KPI, LibraryKPI, Measurement
from initiatives.pictures import is_plotted, target_words
from initiatives.plan import moving
from initiatives.series import UnitChange
from initiatives.views.access import WritesInitiative
from initiatives.views.form_pages import FormPage


class _KPIPage(FormPage, WritesInitiative):
    @cached_property
    def kpi(self) -> KPI:
        """Find the KPI that the address names, in this initiative."""
        return get_object_or_404(self.initiative.kpis, pk=self.kwargs["pk"])

    def one_at_a_time(self, data: QueryDict | None) -> None:
        """Let nobody change a unit while a number in it is looked at and saved, nor otherwise.

        Sheets and the grid wait for the same lock.
        """
        if data is not None:
            moving.lock(self.initiative.roadmap_id)
            self.kpi = get_object_or_404(self.initiative.kpis, pk=self.kwargs["pk"])

    def target(self) -> str:
        """Return the KPI's key."""
        return str(self.kpi.pk)

    def _url(self, name: str) -> str:
        return reverse(f"initiatives:{name}", args=[self.initiative.slug, self.kpi.pk])

    def _crumbs(self, *more: Any) -> list[Any]:
        return [
            _("Initiatives"), reverse("initiatives:initiative-list"),
            self.initiative.name, self.initiative.get_absolute_url(), *more,
        ]  # fmt: skip


class NewKPI(_KPIPage):
    """A new KPI."""

    form_name = "kpi"
    creates = True

    def target(self) -> str:
        """Return the initiative it belongs to."""
        return f"in-{self.initiative.pk}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        kpi = KPI(initiative=self.initiative)
        initial = _from_library(self.request.GET.get("from", ""))
        form = KPIForm(data, instance=kpi, initiative=self.initiative, initial=initial)
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it and lead to its page, where targets and values are added."""
        kpi = parts["form"].save()
        messages.success(self.request, _("The KPI is there. Add a target, or report a value."))
        return reverse("initiatives:kpi-detail", args=[self.initiative.slug, kpi.pk])

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("A new KPI"),
            "kicker": self.initiative.name,
            "lead": _("Others may have measured it already: look into the library first."),
            "lead_url": f"{reverse('initiatives:library-list')}?for={self.initiative.slug}",
            "lead_url_label": _("Browse the KPI library"),
            "back_url": f"{self.initiative.get_absolute_url()}#kpis",
            "submit_label": _("Save the KPI"),
            "crumbs": self._crumbs(_("New KPI")),
        }


class EditKPI(_KPIPage):
    """A KPI that is there."""

    form_name = "kpi"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        self.one_at_a_time(data)
        if data is not None:
            # Sources are asked to wait before the KPI is: so does what fetches from them.
            connectors.hold(self.kpi)
        kpi = get_object_or_404(self.initiative.kpis, pk=self.kwargs["pk"])
        return {"form": KPIForm(data, instance=kpi, initiative=self.initiative)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it, and do with earlier numbers what was answered if the unit changed."""
        form = parts["form"]
        kpi = form.save()
        answer = form.cleaned_data["unit_answer"]
        if kpi.unit != form.unit_before:
            self._let_sources_rest(kpi, form.unit_before, answer)
        if kpi.unit != form.unit_before and answer in UnitChange.values:
            factor = form.cleaned_data["factor"]
            series.change_unit(kpi, form.unit_before, UnitChange(answer), factor=factor)
        messages.success(self.request, _("The KPI is saved."))
        return self._url("kpi-detail")

    def _let_sources_rest(self, kpi: KPI, before: str, answer: str) -> None:
        is_renamed = answer == UnitChange.SAME
        resting = connectors.change_unit(kpi, before, is_renamed=is_renamed)
        if resting:
            said = ngettext(
                "%d source rests, since it may count in the old unit: choose its value again.",
                "%d sources rest, since they may count in the old unit: choose their values again.",
                resting,
            )
            messages.warning(self.request, said % resting)

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("What is measured"),
            "kicker": self.kpi.name,
            "back_url": self._url("kpi-detail"),
            "submit_label": _("Save the KPI"),
            "delete_url": self._url("kpi-delete"),
            "delete_label": _("Delete this KPI"),
            "crumbs": self._crumbs(self.kpi.name, self._url("kpi-detail"), _("Edit")),
        }


class NewTarget(_KPIPage):
    """A target; one that it replaces stays readable."""

    form_name = "target"
    creates = True

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        self.one_at_a_time(data)
        return {"form": TargetForm(data, kpi=self.kpi)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it."""
        form = parts["form"]
        target = services.add_target(form.save(commit=False), form.cleaned_data["replaces"])
        messages.success(self.request, _("The target is saved: %s.") % target_words(target))
        return self._url("kpi-detail")

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("A new target"),
            "kicker": self.kpi.name,
            "lead": _("What should be reached, and by when?"),
            "back_url": self._url("kpi-detail"),
            "submit_label": _("Save the target"),
            "crumbs": self._crumbs(self.kpi.name, self._url("kpi-detail"), _("New target")),
        }


class ReportValue(_KPIPage):
    """A value as the city reports it."""

    form_name = "value"
    creates = True
    corrects: Measurement | None = None

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        self.one_at_a_time(data)
        return {"form": MeasurementForm(data, kpi=self.kpi)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it and say how it was understood."""
        form = parts["form"]
        measurement = services.report(
            self.kpi,
            form.understood,
            form.circumstances(),
            reported_by=self.person,
            corrects=self.corrects,
        )
        links.ask([measurement.source_url])
        said = [_("The value is saved as: %s.") % values.echo(form.understood)]
        if measurement.kind == "number" and not is_plotted(measurement):
            said.append(_("It has no date, so it is shown but not plotted."))
        messages.success(self.request, " ".join(said))
        return self._url("kpi-detail")

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("Report a value"),
            "kicker": self.kpi.name,
            "lead": _("In the city's own words: nothing is rounded or forced into a number."),
            "back_url": self._url("kpi-detail"),
            "submit_label": _("Save the value"),
            "crumbs": self._crumbs(self.kpi.name, self._url("kpi-detail"), _("Report a value")),
        }


class CorrectValue(ReportValue):
    """A value that was reported wrongly: the right one is a new row, the old one stays."""

    form_name = "correction"

    def target(self) -> str:
        """Return the key of the value."""
        return str(self.kwargs["value"])

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form, filled with what was reported, or with what stands for it by now."""
        self.one_at_a_time(data)
        known = self.kpi.measurements.select_related("reported_by")
        reported = now = get_object_or_404(known, pk=self.kwargs["value"])
        while now.corrected_by_id is not None:
            now = known.get(pk=now.corrected_by_id)
        self.corrects = now
        return {"form": CorrectionForm(data, reported=reported, now=now)}

    def _receive(self, request: HttpRequest) -> HttpResponse:
        try:
            return super()._receive(request)
        except services.AlreadyCorrected:
            # Somebody was faster at this very moment; by now it can be seen.
            return super()._receive(request)

    def _show(self, parts: dict[str, Any], draft: Any = None) -> HttpResponse:
        """Show the form; that somebody else corrected the value meanwhile is a conflict."""
        answer = super()._show(parts, draft)
        if parts["form"].is_overtaken and self.request.method == "POST":
            answer.status_code = HTTPStatus.CONFLICT
        return answer

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            **super().page_context(),
            "title": _("Correct a value"),
            "lead": self._lead(),
            "crumbs": self._crumbs(self.kpi.name, self._url("kpi-detail"), _("Correct a value")),
        }

    def _lead(self) -> str:
        """Say what stays, and in which unit the right value is written where it is a former one."""
        if self.corrects is None:
            return ""
        said = _("“%s” stays readable, marked as corrected.") % self.corrects.as_reported
        if not self.corrects.is_former:
            return said
        of_then = _("It is from before the unit changed: write the right value in “%s” as well.")
        return f"{said} {of_then % (self.corrects.former_unit or _('no unit'))}"


def _from_library(slug: str) -> dict[str, Any]:
    """Return what a new KPI takes over from the one of the library that an address names."""
    entry = LibraryKPI.objects.filter(slug=slug, is_shown=True).first() if slug else None
    if entry is None:
        return {}
    names = ["name", "concept", "unit", "direction", "description"]
    return {"start": entry.slug, **{name: getattr(entry, name) for name in names}}


new_kpi = NewKPI.as_view()
edit_kpi = EditKPI.as_view()
new_target = NewTarget.as_view()
report_value = ReportValue.as_view()
correct_value = CorrectValue.as_view()
