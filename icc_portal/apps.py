"""The wiring as a Django app, for its commands, checks and pages."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal itself."""

    name = "icc_portal"
    verbose_name = "ICC portal"
