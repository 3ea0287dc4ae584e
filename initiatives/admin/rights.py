"""What staff look at but cities alone write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class CityWrites:
    """Milestones, KPIs, values and what is internal belong to the city: staff read them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave adding to superusers."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave changing to superusers."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave deleting to superusers."""
        return request.user.is_superuser


class CountsVersions:
    """A change here is seen by those who edit the same row on its page."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save as the next version."""
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)  # type: ignore[misc]
