"""People: who they are, what they may do, for which cities."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Prefetch, Q
from django.forms import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cities import closing
from cities.admin.examples import example
from cities.models import CityMembership, ExpertAssignment, User

OURS = ["cities", "initiatives", "events", "marketplace"]


class PersonCreationForm(AdminUserCreationForm):
    """A new person: e-mail address, name, and a password or none."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ["email", "name"]


class MembershipInline(admin.TabularInline):
    """The cities somebody acts for."""

    model = CityMembership
    autocomplete_fields = ["city", "role"]
    extra = 0


class AssignmentInline(admin.TabularInline):
    """The cities somebody helps as an expert or mentor."""

    model = ExpertAssignment
    autocomplete_fields = ["city", "role", "edition"]
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):
    """A person with groups, cities and assignments on one page.

    Staff hand out the roles of the programme and no more than they have themselves: superusers
    and single permissions are left to superusers.
    """

    add_form = PersonCreationForm
    list_display = ["name", "email", "position", "cities", "is_staff", "is_active", example]
    list_filter = ["is_active", "is_staff", "groups", "memberships__role", "demonstration"]
    search_fields = ["name", "email", "memberships__city__name"]
    ordering = ["name"]
    inlines = [MembershipInline, AssignmentInline]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["email", "name", "position", "password"]}),
        (_("Language and time"), {"fields": ["language", "time_zone", "single_keys"]}),
        (
            _("What they may do"),
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined", "demonstration"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch the cities along the way."""
        running = CityMembership.objects.running().select_related("city")
        memberships = Prefetch("memberships", running, to_attr="running_memberships")
        return super().get_queryset(request).prefetch_related(memberships)

    @admin.display(description=_("acts for"))
    def cities(self, person: User) -> str:
        """Name the cities this person acts for today."""
        rows = person.running_memberships  # type: ignore[attr-defined]
        return ", ".join(str(row.city) for row in rows) or "–"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give on what somebody holds whose account is closed with this."""
        super().save_related(request, form, formsets, change)
        if "is_active" in form.changed_data and not form.instance.is_active:
            closing.closed(form.instance)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list:
        """Ask a new person for no more than the stock form: a name, an address, a password."""
        return self.inlines if obj else []

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave superusers and single permissions to superusers."""
        fields = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fields += ["is_superuser", "user_permissions"]
            if obj and obj == request.user:
                # Nobody locks themselves out, or promotes themselves.
                fields += ["is_staff", "is_active", "groups"]
        return fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff change nobody who may do more than they."""
        return super().has_change_permission(request, obj) and _not_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Staff delete nobody who may do more than they."""
        return super().has_delete_permission(request, obj) and _not_above(request, obj)

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """Offer staff the groups of the programme, whose permissions are all about our own apps."""
        if db_field.name == "groups" and not request.user.is_superuser:
            beyond = ~Q(permissions__content_type__app_label__in=OURS)
            others = Group.objects.filter(beyond, permissions__isnull=False)
            kwargs["queryset"] = Group.objects.exclude(pk__in=others)
        if db_field.name == "user_permissions":
            kwargs["queryset"] = db_field.remote_field.model.objects.select_related("content_type")
        return super(UserAdmin, self).formfield_for_manytomany(db_field, request, **kwargs)


def _not_above(request: HttpRequest, person: Any) -> bool:
    return request.user.is_superuser or not (person and person.is_superuser)
