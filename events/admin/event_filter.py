"""The filter by event in the lists of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.models import PlanDraft


class EventFilter(admin.RelatedFieldListFilter):
    """Offer events of their own: drafts of agendas have no rows that such lists show."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Leave drafts of agendas out."""
        drafts = set(PlanDraft.objects.values_list("copy", flat=True))
        choices = super().field_choices(field, request, model_admin)
        return [(key, label) for key, label in choices if key not in drafts]
