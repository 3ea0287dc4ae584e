"""Bringing a table of entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cities.tables.limits import MOST_PACKED
from cities.uploads.fields import ScannedFileField
from marketplace.exchange import files
from marketplace.exchange.csv_files import ENCODINGS
from marketplace.exchange.jobs import MOST_READ_AT_ONCE
from marketplace.exchange.sheets import Sheet, Unreadable


class TableForm(forms.Form):
    """A file with a table, and how its letters are written.

    Valid, it has the tables of a short file as `sheets`; a long one is left to the worker, as
    `content`, after a look at whether it may be unpacked.
    """

    file = ScannedFileField(
        most_bytes=MOST_PACKED,
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "CSV with up to 50,000 rows and 10 MB, or Excel (.xlsx) with up to 10,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters of a CSV file"),
        choices=[("", gettext_lazy("Guess")), *ENCODINGS.items()],
        required=False,
        help_text=gettext_lazy("Change it if the preview shows wrong letters."),
    )
    sheets: list[Sheet] | None = None
    content: bytes = b""

    def clean(self) -> dict[str, Any]:
        """Read the file, or see that it can be read later."""
        cleaned = super().clean() or {}
        brought = cleaned.get("file")
        if brought is None:
            return cleaned
        try:
            self._take(brought, cleaned.get("encoding", ""))
        except Unreadable as fault:
            self.add_error("file", str(fault))
        return cleaned

    def _take(self, brought: Any, encoding: str) -> None:
        start = brought.read(8)
        files.refuse_at_once(brought.name, brought.size, start)
        self.content = start + brought.read()
        if len(self.content) > MOST_READ_AT_ONCE:
            files.refuse_harmful(brought.name, self.content)
            return
        sheets = files.read_sheets(brought.name, self.content, encoding)
        for sheet in sheets:
            # A fault may stand in the last line.
            sheet.lines = list(sheet.lines)
        self.sheets = sheets
