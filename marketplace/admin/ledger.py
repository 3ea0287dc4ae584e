"""The ledger of reuse, for staff to look at; what cities say is changed on their own form."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from marketplace.admin.inlines import ReadOnlyInline
from marketplace.demand import interest
from marketplace.ledger import recount
from marketplace.models import Deployment, DeploymentStep, DeploymentValue, Entry
from marketplace.services import note_change
from marketplace.values import as_of_words


class StepInline(ReadOnlyInline):
    """The history of a row."""

    model = DeploymentStep
    fields = ["at", "action", "before", "after", "on", "actor", "note"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        """Fetch who took each step."""
        return super().get_queryset(request).select_related("actor")


class ValueInline(ReadOnlyInline):
    """What was measured before and after."""

    model = DeploymentValue
    fields = ["label", "moment", "as_reported", "kind", "number", "when", "source_url", "note"]
    readonly_fields = ["when"]

    @admin.display(description=_("as of"))
    def when(self, value):
        """Say the day or period as precisely as it is known."""
        return as_of_words(value)


@admin.register(Deployment)
class DeploymentAdmin(admin.ModelAdmin):
    """Rows of the ledger. Status and confirmation move by steps alone."""

    list_display = ["entry", "city", "status", "confirmation", "since", "cost", "changed_at"]
    list_filter = ["status", "confirmation", "is_named", "demonstration"]
    list_select_related = ["entry__live_revision", "city"]
    list_per_page = 50
    date_hierarchy = "changed_at"
    search_fields = ["entry__slug", "entry__live_revision__title", "city__name"]
    readonly_fields = [
        *("entry", "city", "status", "confirmation", "doubt", "answered_by", "answered_at"),
        *("on_the_form", "has_run"),
    ]
    fields = [
        *("entry", "city", "on_the_form", "status", "has_run", "since", "until", "stopped_why"),
        *("cost", "currency", "note", "private_note", "is_named"),
        *("confirmation", "doubt", "answered_by", "answered_at", "source", "demonstration"),
    ]
    inlines = [ValueInline, StepInline]

    @admin.display(description=_("take a step"))
    def on_the_form(self, row):
        """Lead to the form that the city itself has."""
        names = {"slug": row.entry.slug, "city": row.city.slug}
        address = reverse("marketplace:reuse-edit", kwargs=names)
        return format_html('<a href="{}">{}</a>', address, _("Open the city's form"))

    def has_add_permission(self, request):
        """Rows begin on a city's form, or on the entry's page here."""
        return False

    def save_model(self, request, obj, form, change):
        """Save, and let searches know."""
        super().save_model(request, obj, form, change)
        note_change(obj.entry)

    def delete_model(self, request, obj):
        """Delete, and count again."""
        entry = Entry.objects.get(pk=obj.entry_id)
        interest.withdraw(entry, obj.city, actor=request.user)
        super().delete_model(request, obj)
        recount(entry)
        note_change(entry)

    def delete_queryset(self, request, queryset):
        """Delete one by one, so that every entry is counted again."""
        for row in queryset:
            self.delete_model(request, row)
