"""Fields that this app's forms share."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import get_format
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


class AmountField(forms.DecimalField):
    """A number as people write it, with the marks of their language between thousands or none."""

    def __init__(self, **kwargs: Any) -> None:
        """Show it in the reader's language."""
        super().__init__(localize=True, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Read "350,000.00", "350 000" or "350.000,00", as the reader's language has it."""
        return super().to_python(_without_groups(value) if isinstance(value, str) else value)


def _without_groups(text: str) -> str:
    text = re.sub(r"(?<=\d)[\s'’](?=\d)", "", text.strip())
    mark, point = get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")
    grouped = rf"[-+]?\d{{1,3}}({re.escape(mark)}\d{{3}})+({re.escape(point)}\d*)?"
    return text.replace(mark, "") if mark and re.fullmatch(grouped, text) else text


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


# What word processors and web pages put between lines.
OTHER_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def plain_lines(sent: QueryDict) -> QueryDict:
    """Return what was sent with plain line breaks in pasted text; nothing else is touched."""
    if not any(OTHER_LINE_ENDS.search(value) for _name, values in sent.lists() for value in values):
        return sent
    plain = sent.copy()
    for name, values in sent.lists():
        plain.setlist(name, [OTHER_LINE_ENDS.sub("\n", value) for value in values])
    return plain


class WordsField(forms.CharField):
    """Text as people paste it: what word processors put between lines becomes plain line breaks."""

    # The counter below a box agrees.
    counts_breaks_once = True

    def to_python(self, value: Any) -> Any:
        """Read line ends of every kind alike."""
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
            value = value.replace("\x0b", "\n").replace("\u2028", "\n")
        return super().to_python(value)


class LinesField(WordsField):
    """Several entries in one box, one a line; cleans to its text without empty lines."""

    def __init__(self, *, longest: int, rows: int = 3, **kwargs: Any) -> None:
        """Say how long a line may be."""
        self.longest = longest
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", long_text(rows))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Drop empty lines and bullets; a line that is too long is named."""
        kept = [_without_bullet(line) for line in super().clean(value).splitlines()]
        lines = [line for line in kept if line]
        for line in lines:
            if len(line) > self.longest:
                raise ValidationError(
                    _("One line has %(length)d signs; at most %(most)d are kept: “%(start)s…”")
                    % {"length": len(line), "most": self.longest, "start": line[:60]},
                    code="max_length",
                )
        return "\n".join(lines)


def _without_bullet(line: str) -> str:
    """Return a line without the sign that a list in a document begins with."""
    line = " ".join(line.split("\t")).strip()
    return line[1:].strip() if line[:1] in "•·–-*▪◦" and line[1:2] in (" ", "\u00a0") else line


def long_text(rows: int = 4) -> forms.Textarea:
    """Return a text box of a height that suits the answer."""
    return forms.Textarea(attrs={"rows": rows})
