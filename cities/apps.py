"""The cities app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "cities"
    verbose_name = _("Cities")

    def ready(self) -> None:
        """Have every app say which kinds of mail it writes: they stand beside its notifications."""
        autodiscover_modules("notifications")
