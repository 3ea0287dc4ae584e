"""Bringing a publiccode.yml: typed, as a file, or from its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import outbound
from cities.models import City
from cities.uploads.fields import ScannedFileField
from marketplace.exchange.publiccode.yaml_text import LARGEST
from marketplace.models import Entry


class PublicCodeForm(forms.Form):
    """The text of a file, wherever it comes from, and which entry it is about."""

    into = forms.ChoiceField(
        label=gettext_lazy("For"),
        help_text=gettext_lazy("A new entry, or one you write for already."),
    )
    url = forms.URLField(
        label=gettext_lazy("Its address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("The file itself: https://code.example.org/…/raw/publiccode.yml"),
    )
    file = ScannedFileField(
        most_bytes=LARGEST,
        label=gettext_lazy("Or the file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yml,.yaml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy("You can mend it here and read it again."),
    )

    def __init__(
        self, *args: Any, cities: list[City], entries: QuerySet[Entry], **kwargs: Any
    ) -> None:
        """Offer new entries of the cities, and the entries there are."""
        super().__init__(*args, **kwargs)
        self.cities = {f"city:{city.pk}": city for city in cities}
        self.entries = {f"entry:{entry.pk}": entry for entry in entries}
        new = [
            (key, _("New entry of {city}").format(city=city)) for key, city in self.cities.items()
        ]
        there = [(key, str(entry)) for key, entry in self.entries.items()]
        self.fields["into"].choices = new + there

    @property
    def city(self) -> City | None:
        """The city of a new entry."""
        return self.cities.get(self.cleaned_data.get("into", ""))

    @property
    def entry(self) -> Entry | None:
        """The entry whose draft it goes into; None for a new one."""
        return self.entries.get(self.cleaned_data.get("into", ""))

    def clean_text(self) -> str:
        """Return the text without what no text holds."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\0", "�")

    def clean_file(self) -> Any:
        """Refuse what is too large to be one before reading it."""
        brought = self.cleaned_data["file"]
        if brought is not None and brought.size > LARGEST:
            raise forms.ValidationError(
                _("The file is larger than one megabyte; no publiccode.yml is.")
            )
        return brought

    def clean(self) -> dict[str, Any]:
        """Put the text of the file in the place of what was typed."""
        cleaned = super().clean() or {}
        brought = cleaned.get("file")
        if brought is not None:
            cleaned["text"] = self._decoded(brought.read(), "file")
        elif not (self.errors or cleaned.get("text", "").strip() or cleaned.get("url")):
            self.add_error("text", _("Give its address, the file, or its text."))
        return cleaned

    def fetch(self) -> None:
        """Take the text from the address, if one was given and nothing nearer; note what fails."""
        cleaned = self.cleaned_data
        if not cleaned.get("url") or cleaned.get("file") is not None:
            return
        answer = outbound.fetch(cleaned["url"])
        if answer.problem is not None:
            self.add_error("url", str(answer.problem.label))
        elif not answer.ok:
            self.add_error(
                "url", _("The server answers with {status}.").format(status=answer.status)
            )
        elif answer.content_type.startswith("text/html"):
            self.add_error("url", _("That is a web page; give the address of the file itself."))
        else:
            cleaned["text"] = self._decoded(answer.body, "url")

    def _decoded(self, data: bytes, name: str) -> str:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error(name, _("It is not written in UTF-8, as the standard requires."))
            return ""
        return text.replace("\r\n", "\n").replace("\0", "�")
