"""What people wrote to the owners of entries: staff read it, and nobody edits it."""

from django.contrib import admin

from cities.admin.operations import LookOnly
from marketplace.models import ContactRequest


@admin.register(ContactRequest)
class ContactRequestAdmin(LookOnly):
    """Questions to owners, and whether they were answered."""

    list_display = ["name", "entry", "city", "sent_at", "answered_at"]
    list_filter = [("answered_at", admin.EmptyFieldListFilter), "demonstration"]
    list_select_related = ["entry__live_revision", "city"]
    list_per_page = 50
    search_fields = ["name", "address", "city__name", "entry__slug"]
    date_hierarchy = "sent_at"
    fields = [
        *("entry", "city", "name", "address", "words", "agreed_text", "sender", "sent_at"),
        *("answered_at", "answered_by", "demonstration"),
    ]
