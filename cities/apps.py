"""The cities app."""

from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "cities"
    verbose_name = _("Cities")

    def ready(self) -> None:
        """Have every app say which kinds of mail it writes: they stand beside its notifications."""
        autodiscover_modules("notifications")
        # Not at the top: migrations are no part of a portal that runs.
        from cities.schema import refuse_half_way  # noqa: PLC0415

        pre_migrate.connect(refuse_half_way, sender=self)
