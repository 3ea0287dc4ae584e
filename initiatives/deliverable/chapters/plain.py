"""Parts of the document, and chapters that hold the outline's own words alone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from initiatives.deliverable.blocks import Block
from initiatives.deliverable.facts import Facts
from initiatives.deliverable.kinds import SECTION, TEXT, fills


@fills(SECTION, _("A new part of the document"))
def section(facts: Facts) -> list[Block]:
    """Hold nothing: what follows belongs to the part."""
    return []


@fills(TEXT, _("The words of the outline alone, such as a disclaimer"))
def text(facts: Facts) -> list[Block]:
    """Hold nothing besides the words of the outline."""
    return []
