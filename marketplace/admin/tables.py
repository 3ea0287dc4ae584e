"""Tables that people brought: what became of them."""

from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from cities.admin.operations import LookOnly
from marketplace.models import TableImport, Verdict


@admin.register(TableImport)
class TableImportAdmin(LookOnly):
    """Who brought which table, how far it is, and how many of its rows were written."""

    list_display = ["file_name", "user", "state", "created_at", "row_count", "refused", "written"]
    list_filter = ["state", "created_at"]
    list_select_related = ["user"]
    search_fields = ["file_name", "user__name", "user__email"]
    list_per_page = 50

    @admin.display(description=_("rows"), ordering="row_count")
    def row_count(self, table):
        """Return how many rows it has."""
        return table.row_count

    @admin.display(description=_("cannot be taken"), ordering="refused")
    def refused(self, table):
        """Return how many of them cannot be taken."""
        return table.refused

    @admin.display(description=_("drafts written"), ordering="written")
    def written(self, table):
        """Return how many drafts came of it."""
        return table.written

    def get_queryset(self, request):
        """Count with the list."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                row_count=Count("rows"),
                refused=Count("rows", filter=Q(rows__verdict=Verdict.REFUSED)),
                written=Count("rows", filter=Q(rows__is_written=True)),
            )
        )
