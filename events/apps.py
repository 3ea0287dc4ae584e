"""The events app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Add a part to every city's page, and one to pages on a theme; name our files."""
        from cities import closing, panels, uploads  # noqa: PLC0415 - models stand only now
        from events.models import EventPhoto  # noqa: PLC0415
        from events.panels import city_panel, related_panel  # noqa: PLC0415
        from events.services import closed_accounts  # noqa: PLC0415

        uploads.register("events", lambda: EventPhoto.objects.values_list("file", flat=True))
        closing.register("events", closed_accounts.give_on)
        panels.register(
            "events",
            title=_("Meetings"),
            template="events/_city_panel.html",
            context=city_panel,
            position=30,
        )
        panels.register_related(
            "sessions",
            title=_("Sessions on this theme"),
            template="events/_related_panel.html",
            context=related_panel,
        )
