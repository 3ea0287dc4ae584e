"""Staff screens of rows with a `version`: no save here wipes what somebody else saved meanwhile."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from cities.editing.conflicts import VersionedForm


class VersionedAdminForm(VersionedForm):
    """The admin's form; its page carries the version and shows the choices of a conflict."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Stand on what is saved now, also where a row of the history is shown to go back to it."""
        super().__init__(*args, **kwargs)
        saved = type(self.instance)._base_manager.filter(pk=self.instance.pk)
        self.fields["version"].initial = saved.values_list("version", flat=True).first()


class CountsVersions:
    """A stale page is merged field by field; what two people changed is asked.

    For a ModelAdmin: names neither a form of its own nor `version` among its fields. The hidden
    field is put on the page by the template of all change forms.
    """

    form = VersionedAdminForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave the version to the template: it is no column people write."""
        fields = super().get_fields(request, obj)  # type: ignore[misc]
        return [name for name in fields if name != "version"]

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go back to an earlier row within one transaction, as every change."""
        with transaction.atomic():
            return super().history_form_view(request, *args, **kwargs)  # type: ignore[misc]
