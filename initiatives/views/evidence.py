"""Files of a reported value: added by its team, served to those who may know of the value."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities import uploads
from cities.models import User
from cities.views.files import served
from initiatives import evidence
from initiatives.forms.evidence import FilesForm
from initiatives.models import EvidenceFile, Initiative, Measurement, RoadmapStatus
from initiatives.permissions import may_edit
from initiatives.views.access import WritesInitiative, initiatives_for
from initiatives.views.form_pages import FormPage

NOT_TAKEN = (uploads.UploadRefused, evidence.FileNotTaken)


class FilesOfValue(FormPage, WritesInitiative):
    """The files of a value: add some, say what each shows, take one away."""

    form_name = "value-files"
    template_name = "initiatives/value_files.html"

    @cached_property
    def measurement(self) -> Measurement:
        """Find the value that the address names, in this initiative."""
        return value_of(self.initiative, self.kwargs["pk"], self.kwargs["value"])

    def target(self) -> str:
        """Return the key of the value."""
        return str(self.measurement.pk)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep what files can be kept, whatever else is to be mended: nobody chooses them again."""
        about = _about(self.initiative)
        for file in request.FILES.getlist("files"):
            try:
                received = uploads.receive(file, by=self.person, about=about)
                evidence.add(self.measurement, received, by=self.person)
            except NOT_TAKEN as refusal:
                messages.error(request, str(refusal))
        return super().post(request, **kwargs)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": FilesForm(data, measurement=self.measurement)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save it; stay where files were added, for their words are missing yet."""
        parts["form"].save()
        if self.request.POST.get("go") == "stay":
            return self.request.path
        messages.success(self.request, _("The files are saved."))
        return self._kpi_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        kpi, names = self.measurement.kpi, [self.initiative.slug, self.measurement.kpi_id]
        return {
            "title": _("Files that show it"),
            "kicker": f"{kpi.name}: {self.measurement.as_reported}",
            "lead": _("A picture or a document in which this value can be checked."),
            "most": evidence.MOST_FILES,
            "upload_url": reverse(
                "initiatives:evidence-add", args=[*names, self.measurement.pk]
            ),
            "back_url": self._kpi_url(),
            "submit_label": _("Save"),
            "crumbs": [
                _("Initiatives"), reverse("initiatives:initiative-list"),
                self.initiative.name, self.initiative.get_absolute_url(),
                kpi.name, self._kpi_url(), _("Files"),
            ],
        }  # fmt: skip

    def _kpi_url(self) -> str:
        names = [self.initiative.slug, self.measurement.kpi_id]
        return f"{reverse('initiatives:kpi-detail', args=names)}#values"


def value_of(initiative: Initiative, kpi: int, value: int) -> Measurement:
    """Return a value of an initiative, with its KPI; raise Http404 when it has none such."""
    found = Measurement.objects.select_related("kpi__initiative")
    return get_object_or_404(found, pk=value, kpi=kpi, kpi__initiative=initiative)


def send_file(request: HttpRequest, slug: str, pk: int, value: int) -> HttpResponse:
    """Keep one file that a page sends by itself; answers JSON as static/js/uploads.js expects.

    The same file sent again, after an answer that was lost on its way, is kept once.
    """
    if request.method != "POST":
        return redirect("initiatives:measurement-files", slug=slug, pk=pk, value=value)
    if not isinstance(request.user, User):
        text = _("You are signed out. Sign in again in another window, then try again.")
        return JsonResponse({"message": text}, status=403)
    initiative = get_object_or_404(initiatives_for(request.user), slug=slug)
    if not may_edit(request.user, initiative.roadmap):
        raise PermissionDenied
    measurement = value_of(initiative, pk, value)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"message": _("No file arrived; try again.")}, status=400)
    try:
        received = uploads.receive(file, by=request.user, about=_about(initiative))
        kept = evidence.add(measurement, received, by=request.user)
    except uploads.UploadRefused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    except evidence.FileNotTaken as refusal:
        return JsonResponse({"message": str(refusal)}, status=409)
    return JsonResponse({"message": _("Kept."), "name": kept.name})


@require_safe
def file_of_value(
    request: HttpRequest, slug: str, pk: int, value: int, file: int
) -> HttpResponseBase:
    """Return a file of a value."""
    initiative = get_object_or_404(initiatives_for(request.user), slug=slug)
    files = EvidenceFile.objects.visible_to(request.user)
    found = get_object_or_404(
        files, pk=file, measurement=value, measurement__kpi=pk,
        measurement__kpi__initiative=initiative,
    )  # fmt: skip
    is_shown = initiative.is_public and initiative.roadmap.status == RoadmapStatus.PUBLISHED
    return served(request, found, is_public=is_shown and found.is_for_the_public)


def _about(initiative: Initiative) -> str:
    """Name an initiative as what a row of the audit trail is about."""
    return f"initiatives.initiative:{initiative.pk}"


files_of_value = FilesOfValue.as_view()
