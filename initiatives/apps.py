"""The initiatives app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "initiatives"
    verbose_name = _("Initiatives")

    def ready(self) -> None:
        """Add a part to every city's page."""
        from cities import panels  # noqa: PLC0415 - models stand only now
        from initiatives.panels import city_panel  # noqa: PLC0415

        panels.register(
            "initiatives",
            title=_("Roadmap and initiatives"),
            template="initiatives/_city_panel.html",
            context=city_panel,
            position=20,
        )
