"""The events app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "events"
    verbose_name = _("Events")
