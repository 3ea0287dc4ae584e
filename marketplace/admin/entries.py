"""Entries, with their revisions and the cities that run them."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace import ledger
from marketplace.admin.inlines import DeploymentInline, FormerAddressInline, RevisionInline
from marketplace.admin.letters import ShowsMails
from marketplace.admin.moves import MovesEntries
from marketplace.models import Entry, Revision
from marketplace.services import note_change


class WithdrawnFilter(admin.SimpleListFilter):
    """Whether the public sees an entry."""

    title = _("where it stands")
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        """Offer the three ways an entry can stand."""
        return [
            ("public", _("Public")),
            ("new", _("Not yet published")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request, queryset):
        """Narrow the list."""
        if self.value() == "public":
            return queryset.live()
        if self.value() == "new":
            return queryset.filter(live_revision=None, withdrawn_at=None)
        if self.value() == "withdrawn":
            return queryset.filter(withdrawn_at__isnull=False)
        return queryset


@admin.register(Entry)
class EntryAdmin(ShowsMails, MovesEntries):
    """Entries as the public knows them. Their words are revisions; steps alone publish."""

    list_display = [
        *("name", "kind", "city", "first_published_at", "confirmed_reuse", "withdrawn_at"),
    ]
    list_filter = ["kind", WithdrawnFilter, "demonstration"]
    list_select_related = ["city", "live_revision"]
    list_per_page = 50
    # And titles of other revisions, as far as they may be read.
    search_fields = ["slug", "live_revision__title", "city__name"]
    autocomplete_fields = ["city"]
    readonly_fields = [
        *("live_revision", "first_published_at", "withdrawn_at", "withdrawal_reason"),
        *("created_at", "mails_about", "confirmed_reuse", "confirmed_on"),
    ]
    fields = ["kind", "slug", "city", "owner_note", *readonly_fields, "source", "demonstration"]
    inlines = [RevisionInline, DeploymentInline, FormerAddressInline]

    @admin.display(description=_("title"), ordering="live_revision__title")
    def name(self, entry):
        """Return the public title, or the address of what is not public yet."""
        return str(entry)

    def get_fields(self, request, obj=None):
        """Show the mails to people without a conflict alone."""
        shown = {*self.fields} - {"mails_about"} | {*self.mail_fields(request, obj)}
        return [name for name in self.fields if name in shown]

    def get_queryset(self, request):
        """Keep what this person may know of."""
        return Entry.objects.visible_to(request.user)

    def get_search_results(self, request, queryset, search_term):
        """Find entries by the titles of their other revisions too, of those that may be read."""
        found, _may_repeat = super().get_search_results(request, queryset, search_term)
        titled = Revision.objects.visible_to(request.user)
        for word in search_term.split():
            titled = titled.filter(title__icontains=word)
        by_title = Q(pk__in=titled.order_by().values("entry"))
        return queryset.filter(Q(pk__in=found.order_by().values("pk")) | by_title), False

    def get_readonly_fields(self, request, obj=None):
        """Let kind and city be chosen once: later on, an entry is handed over."""
        return [*self.readonly_fields, "kind", "city"] if obj else self.readonly_fields

    def save_related(self, request, form, formsets, change):
        """Note what the search index copies from here: owner, address, who runs it."""
        super().save_related(request, form, formsets, change)
        ledger.recount(form.instance)
        note_change(form.instance)

    def has_delete_permission(self, request, obj=None):
        """Entries are withdrawn, so that their address can say so."""
        return False
