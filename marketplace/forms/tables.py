"""Bringing a table of entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.exchange.csv_files import ENCODINGS, read_csv
from marketplace.exchange.sheets import Sheet, Unreadable
from marketplace.exchange.workbooks import MEGABYTE, MOST_PACKED, read_xlsx

MOST_CSV = 10 * MEGABYTE


class TableForm(forms.Form):
    """A file with a table, and how its letters are written. Valid, it has the table as `sheet`."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("CSV or Excel (.xlsx), up to 5,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters of a CSV file"),
        choices=[("", gettext_lazy("Guess")), *ENCODINGS.items()],
        required=False,
        help_text=gettext_lazy("Change it if the preview shows wrong letters."),
    )
    sheet: Sheet

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        cleaned = super().clean() or {}
        brought = cleaned.get("file")
        if brought is None:
            return cleaned
        try:
            self.sheet = self._read(brought, cleaned.get("encoding", ""))
        except Unreadable as fault:
            self.add_error("file", str(fault))
        return cleaned

    def _read(self, brought: Any, encoding: str) -> Sheet:
        is_packed = brought.name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods"))
        if brought.size > (MOST_PACKED if is_packed else MOST_CSV):
            raise Unreadable(
                _("The file is larger than {size} MB.").format(
                    size=(MOST_PACKED if is_packed else MOST_CSV) // MEGABYTE
                )
            )
        data = brought.read()
        # What it holds decides, not what it is called: a workbook is a packed folder.
        if is_packed or data.startswith(b"PK\x03\x04"):
            return read_xlsx(data)
        if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")):
            raise Unreadable(_("This is no table. Save it as .xlsx or as CSV."))
        return read_csv(data, encoding)
