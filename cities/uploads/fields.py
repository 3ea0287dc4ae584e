"""A field of a form for a file that is read at once, such as a table, and kept nowhere."""

from __future__ import annotations

from typing import Any

from django import forms
from simple_history.models import HistoricalRecords

from cities import audit
from cities.models import Audited, User
from cities.uploads import scanning
from cities.uploads.refusals import UploadRefused


class ScannedFileField(forms.FileField):
    """A file that is shown to the scanner for viruses, where there is one, before it is read.

    `most_bytes` is what its form takes at most: what is larger is refused there, and not scanned.
    """

    def __init__(self, *args: Any, most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_bytes = most_bytes

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file; raise ValidationError with the words for who sent it."""
        file = super().clean(data, initial)
        if not file or file.size > self.most_bytes or not scanning.is_wanted():
            return file
        try:
            scanning.refuse_infected(file.name, file.read())
        except UploadRefused as refusal:
            audit.note(Audited.FILE_REFUSED, str(refusal), by=_whoever_asks())
            raise forms.ValidationError(str(refusal), code="refused") from refusal
        file.seek(0)
        return file


def _whoever_asks() -> User | None:
    """Return who sent the request of this thread, as the histories of rows know them."""
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None
