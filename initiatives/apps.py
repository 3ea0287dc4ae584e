"""The initiatives app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InitiativesConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "initiatives"
    verbose_name = _("Initiatives")

    def ready(self) -> None:
        """Add a part to every city's page, name our files, put them into dossiers."""
        from cities import panels, uploads  # noqa: PLC0415 - models stand only now
        from initiatives.deliverable import checking, extras, photos, shown_files  # noqa: PLC0415
        from initiatives.models import EvidenceFile  # noqa: PLC0415
        from initiatives.panels import city_panel  # noqa: PLC0415

        panels.register(
            "initiatives",
            title=_("Roadmap and initiatives"),
            template="initiatives/_city_panel.html",
            context=city_panel,
            position=20,
        )
        uploads.register("initiatives", lambda: EvidenceFile.objects.values_list("file", flat=True))
        # A picture in what was handed in stays, also when it was taken away from its value.
        uploads.register("deliverables", photos.named)
        extras.register("evidence", shown_files.of_values)
        checking.explains(helps_of_forms)


def helps_of_forms() -> set[str]:
    """Return the words with which forms explain their fields."""
    from initiatives.forms import helps  # noqa: PLC0415 - it stands only now

    return helps.of_all_forms()
