"""The staff screens as a whole: their name, and which lists come first on their first page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

# What staff open in their everyday work, in the order in which it is offered. Whatever is not
# named here is vocabulary or machinery: it stands folded at the end.
EVERYDAY = {
    "marketplace": ["Revision", "Review", "Entry", "ConflictOfInterest"],
    "events": ["Event", "Session", "Registration", "ThematicActionGroup"],
    "initiatives": ["Initiative", "Roadmap", "Milestone", "KPI"],
    "cities": [
        *("City", "Participation", "Consortium", "Pairing", "Organisation"),
        *("User", "CityMembership", "ExpertAssignment"),
    ],
}
# What the portal does by itself, whichever app it belongs to.
OPERATIONS = ["Mail", "RefusedAddress", "Effect", "Heartbeat", "AuditEntry"]


# As many digits as a key can have in both databases.
LONGEST_KEY = 18


class ReadsPrefills(ModelAdmin):
    """Begins a new row with what its address names, as far as there is such a thing.

    Django hands a key that is none, as in `?round=x`, to widgets that stumble over it.
    """

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out what the fields of the form could not read if it were sent."""
        told: dict[str, Any] = super().get_changeform_initial_data(request)
        if not told:
            return told
        fields = self.get_form(request, None, change=False).base_fields
        return {
            name: value
            for name, value in told.items()
            if name not in request.GET or (name in fields and _reads(fields[name], value))
        }


def _reads(field: forms.Field, value: Any) -> bool:
    """Say whether a field of a form takes a value."""
    is_choice = isinstance(field, forms.ModelChoiceField)
    keys = value if isinstance(value, list) else [value]
    if is_choice and any(len(str(key)) > LONGEST_KEY for key in keys):
        return False
    try:
        field.clean(value)
    except ValidationError:
        return False
    return True


class StaffSite(AdminSite):
    """Django's staff screens with the everyday lists first, and all the width for them."""

    site_title = site_header = settings.PORTAL_NAME
    index_title = _("Programme desk")
    enable_nav_sidebar = False

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Have every form for new rows read what an address fills in before it shows it."""
        stock = admin_class or ModelAdmin
        known = {"__module__": stock.__module__, "__doc__": stock.__doc__}
        read = type(stock.__name__, (ReadsPrefills, stock), known)
        super().register(model_or_iterable, read, **options)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the apps in our order; each model says whether it is an everyday one."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            first = EVERYDAY.get(app["app_label"], [])
            for model in app["models"]:
                model["everyday"] = model["object_name"] in first
            app["models"].sort(key=lambda model: _place(first, model["object_name"]))
        apps.sort(key=lambda app: _place(list(EVERYDAY), app["app_label"]))
        return apps if app_label else _with_operations(apps)

    def _build_app_dict(self, request: HttpRequest, label: Any = None) -> dict[str, Any]:
        """Return Django's, with the names as text: sorting would translate each again and again."""
        found = super()._build_app_dict(request, label)
        for app in found.values():
            for model in app["models"]:
                model["name"] = str(model["name"])
        return found


def _with_operations(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gather mail and background work, as far as somebody may look at them, in a group."""
    found = [
        model | {"everyday": True}
        for app in apps
        for model in app["models"]
        if app["app_label"] == "cities" and model["object_name"] in OPERATIONS
    ]
    if not found:
        return apps
    found.sort(key=lambda model: _place(OPERATIONS, model["object_name"]))
    for app in apps:
        if app["app_label"] == "cities":
            app["models"] = [one for one in app["models"] if one["object_name"] not in OPERATIONS]
    group = {"name": _("Operations"), "app_label": "operations", "app_url": "", "models": found}
    return [*apps, group]


def _place(names: list[str], name: str) -> int:
    """Return the place of a name; what is not named comes last, in the order it had."""
    return names.index(name) if name in names else len(names)
