"""Where staff find the rows that a figure counts."""

from django.urls import reverse
from django.utils.http import urlencode

from marketplace.models import Revision


def rows_url(**asked: str | int) -> str:
    """Return the address of the review queue of the admin, narrowed."""
    return _narrowed("admin:marketplace_revision_changelist", asked)


def reviews_url(**asked: str | int) -> str:
    """Return the address of the reviews in the admin, narrowed."""
    return _narrowed("admin:marketplace_review_changelist", asked)


def _narrowed(page: str, asked: dict[str, str | int]) -> str:
    return f"{reverse(page)}?{urlencode(asked)}" if asked else reverse(page)


def revision_url(revision: Revision) -> str:
    """Return the address of a revision's page for staff."""
    return reverse("admin:marketplace_revision_change", args=[revision.pk])
