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
