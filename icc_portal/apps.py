"""The wiring as a Django app, for its commands, checks and pages."""

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    """The portal itself."""

    name = "icc_portal"
    verbose_name = "ICC portal"

    def ready(self) -> None:
        """Make our checks known, and keep the groups in step with the models."""
        from icc_portal import checks  # noqa: F401, PLC0415 - to be known, it must be read
        from icc_portal.database import ask_for_json_once  # noqa: PLC0415 - only an app asks
        from icc_portal.roles import ensure_groups  # noqa: PLC0415 - models stand only now

        ask_for_json_once()
        # Auth comes after our apps in INSTALLED_APPS: by its turn their permissions are written.
        post_migrate.connect(ensure_groups, sender=apps.get_app_config("auth"))


class StaffConfig(admin_apps.AdminConfig):
    """Django's staff screens, with a site of our own."""

    default = False
    default_site = "icc_portal.staff.StaffSite"
