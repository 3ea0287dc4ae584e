"""The initiatives app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "initiatives"
    verbose_name = _("Initiatives")
