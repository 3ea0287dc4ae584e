"""Staff screens of rows whose words stand elsewhere too, as in the search index."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from cities import changes


class AnnouncesChanges(admin.ModelAdmin):
    """Says what was changed or is about to go, in the transaction that does it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say so once the rows shown with it, such as a city's other names, are saved too."""
        super().save_related(request, form, formsets, change)
        if change:
            changes.announce(form.instance)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Say so while it is still known where the row is used."""
        changes.announce(obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """The same for each row that was ticked."""
        for row in queryset:
            changes.announce(row)
        super().delete_queryset(request, queryset)
