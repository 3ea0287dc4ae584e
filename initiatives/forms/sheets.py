"""Bringing a spreadsheet back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.tables.limits import MEGABYTE, MOST_PACKED, Unreadable
from cities.uploads.fields import ScannedFileField
from initiatives.exchange import jobs
from initiatives.models import Roadmap


class SheetForm(forms.Form):
    """A workbook or JSON file that was downloaded from this roadmap."""

    file = ScannedFileField(
        most_bytes=MOST_PACKED,
        label=gettext_lazy("The file"),
        max_length=200,
        help_text=gettext_lazy("The workbook (.xlsx) that you took along, or its JSON."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.json"}),
    )

    def __init__(self, *args: Any, roadmap: Roadmap, **kwargs: Any) -> None:
        """Keep the roadmap that the file has to come from."""
        super().__init__(*args, **kwargs)
        self.roadmap = roadmap
        self.content = b""
        # None for a long file: the worker reads it.
        self.read: Any = None

    def clean_file(self) -> Any:
        """Read it; the words of a refusal are shown beside the field."""
        brought = self.cleaned_data["file"]
        if brought.size > MOST_PACKED:
            raise forms.ValidationError(
                _("The file is larger than %d MB.") % (MOST_PACKED // MEGABYTE)
            )
        self.content = brought.read()
        try:
            if not jobs.is_long(brought.name, self.content):
                self.read = jobs.read_file(brought.name, self.content, self.roadmap)
        except Unreadable as why:
            raise forms.ValidationError(str(why), code="unreadable") from why
        return brought
