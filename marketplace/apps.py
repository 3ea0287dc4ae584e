"""The marketplace app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "marketplace"
    verbose_name = _("Marketplace")
