"""How lists of the staff screens mark what was invented."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


@admin.display(description=_("example"), ordering="demonstration", empty_value="")
def example(row: Any) -> str:
    """Say so where a row is invented; of real ones nothing need be said."""
    return str(_("Example")) if row.demonstration else ""
