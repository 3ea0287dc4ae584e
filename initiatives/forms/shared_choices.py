"""Choices that many rows offer alike: read once, and written once.

A select makes a dictionary for each of its options. Of 60 rows that offer 250 initiatives each that
is most of what their page takes; here the options are text, in which the chosen one is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import cached_property
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString


class SharedChoices(BaseChoiceIterator):
    """What can be chosen, with the words for choosing nothing first."""

    def __init__(self, nothing: Any, choices: Iterable[tuple[Any, Any]]) -> None:
        self.offered = list(choices)
        self.pairs = [("", nothing), *self.offered]

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.pairs)

    @cached_property
    def html(self) -> SafeString:
        """Return the options, none of them chosen."""
        return format_html_join("\n", '<option value="{}">{}</option>', self.pairs)

    def put_into(self, field: Any) -> None:
        """Let a field offer these."""
        field.choices = self
        field.widget = SharedSelect(field.widget.attrs, self)
        field.widget.is_required = field.required


class SharedSelect(forms.Select):
    """A select of shared choices."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Mark what is chosen in the options as they are written for all."""
        chosen = conditional_escape("" if value is None else value)
        html = self.choices.html.replace(
            f'<option value="{chosen}">', f'<option value="{chosen}" selected>', 1
        )
        told = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        # Every part is escaped where it was put in.
        return format_html("<select{}>\n{}\n</select>", told, SafeString(html))
