"""All words with which the forms of roadmaps explain their fields: none of them is an answer."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.forms import BaseForm
from django.utils import translation
from django.utils.functional import Promise

from initiatives import forms

# A label is shorter, and may well be a heading or an answer: "What worked well".
FEWEST_WORDS = 4


def of_all_forms() -> set[str]:
    """Return every help and hint of a form, in each language of the portal."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {str(one) for one in _said() if _explains(str(one))}
    return found


def _explains(words: str) -> bool:
    return "Example" in words or (words[-1:] in ".?" and len(words.split()) >= FEWEST_WORDS)


def _said() -> Iterator[Any]:
    for one in pkgutil.iter_modules(forms.__path__):
        module = importlib.import_module(f"{forms.__name__}.{one.name}")
        for value in vars(module).values():
            yield from _within(value)


def _within(value: Any) -> Iterator[Any]:
    """Return the words that a form, or a table or row of words for forms, has."""
    if isinstance(value, Promise):
        yield value
    elif isinstance(value, type):
        # A kind of rows has a hint above them.
        yield from _within(getattr(value, "hint", None))
        fields = getattr(value, "base_fields", {}) if issubclass(value, BaseForm) else {}
        for field in fields.values():
            yield field.help_text
    elif isinstance(value, dict):
        for part in value.values():
            yield from _within(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _within(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _within(getattr(value, field.name))
