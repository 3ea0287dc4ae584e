"""Fields that this app's forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from initiatives import dates
from initiatives.dates import DateNotUnderstood, PartialDate

LONGEST_URL = 500


class PartialDateField(forms.CharField):
    """A date as precise as it is known, typed as people write it; cleans to a PartialDate."""

    def __init__(self, **kwargs: Any) -> None:
        """Keep the words short and show how dates can be written."""
        kwargs.setdefault("max_length", dates.LONGEST_TEXT)
        kwargs.setdefault(
            "help_text", _("As precisely as you know it, for instance: %s") % dates.EXAMPLES
        )
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> PartialDate | None:
        """Read the words; an error shows examples."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return dates.parse(text)
        except DateNotUnderstood as why:
            raise ValidationError(str(why), code="date") from None

    def prepare_value(self, value: Any) -> Any:
        """Write a date back as it can be typed again."""
        return dates.compact(value) if isinstance(value, PartialDate) else value


class LinkField(forms.URLField):
    """An address in the web: http or https; without a scheme it is taken as https."""

    def __init__(self, **kwargs: Any) -> None:
        """Set the limit of the column and the scheme to assume."""
        kwargs.setdefault("max_length", LONGEST_URL)
        kwargs.setdefault("required", False)
        super().__init__(assume_scheme="https", **kwargs)

    default_validators = [
        forms.URLField.default_validators[0].__class__(schemes=["http", "https"]),
    ]


def long_text(rows: int = 4) -> forms.Textarea:
    """Return a text box of a height that suits the answer."""
    return forms.Textarea(attrs={"rows": rows})
