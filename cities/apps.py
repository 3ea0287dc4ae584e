"""The cities app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitiesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "cities"
    verbose_name = _("Cities")
