"""A new row carries a key, so that a form received twice adds it once."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import models

from cities.models import Receipt, User


class NothingTyped(forms.CharField):
    """A hidden field that by itself changes nothing, so that a blank row stays blank."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Say that nobody typed this."""
        return False


def new_key() -> str:
    """Return a key that no row has yet."""
    return str(uuid.uuid4())


def key_field() -> forms.Field:
    """Return the field that carries a key of its own for each new row."""
    return NothingTyped(required=False, initial=uuid.uuid4)


def received(sent: str, person: User, rows: models.QuerySet[Any]) -> Any:
    """Return the row that this new row was saved as when its form came before; None at first."""
    key = _key_in(sent)
    receipt = Receipt.objects.filter(key=key, user=person).first() if key else None
    return rows.filter(pk=receipt.url.rsplit("-", 1)[-1]).first() if receipt else None


def remember(sent: str, person: User, url: str, row: models.Model) -> None:
    """Keep as which row a new one was saved."""
    key = _key_in(sent)
    if key:
        Receipt.objects.create(key=key, user=person, url=f"{url}-{row.pk}")


def _key_in(text: str) -> uuid.UUID | None:
    """Return the key of a new row; None where there is none, or one that is none of ours."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
