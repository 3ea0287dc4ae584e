"""The audit trail: staff look at it, and nobody changes it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.admin.operations import LookOnly
from cities.models import AuditEntry, User


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly):
    """What happened, who did it and what it concerns."""

    list_display = ["at", "what", "who", "words", "about"]
    list_filter = ["what"]
    search_fields = ["words", "=about"]
    date_hierarchy = "at"
    list_per_page = 50
    fields = ["at", "what", "who", "about", "words", "digest"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Fetch names along; leave out what this person finds no mails about either."""
        names = User.objects.filter(pk=OuterRef("person")).order_by().values("name")[:1]
        found = super().get_queryset(request).exclude(mails.hidden_from(request.user))
        return found.annotate(person_name=Subquery(names, output_field=CharField()))

    @admin.display(description=_("person"))
    def who(self, entry: AuditEntry) -> str:
        """Who it was; the number alone once the account is deleted."""
        if entry.person is None:
            return str(_("The portal"))
        return entry.person_name or str(_("Deleted account {number}")).format(number=entry.person)
