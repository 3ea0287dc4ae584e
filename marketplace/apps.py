"""The marketplace app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    """Tells Django where the app is and what people call it."""

    name = "marketplace"
    verbose_name = _("Marketplace")

    def ready(self) -> None:
        """Add a part to every city's page, name our files, follow what the search index copies."""
        from cities import changes, panels, uploads  # noqa: PLC0415 - models stand only now
        from initiatives.deliverable import extras  # noqa: PLC0415
        from marketplace.dossier import of_solutions  # noqa: PLC0415
        from marketplace.models import Attachment  # noqa: PLC0415
        from marketplace.panels import city_panel, demand_at, offer_at  # noqa: PLC0415
        from marketplace.services import note_changes_with  # noqa: PLC0415

        changes.register("marketplace", note_changes_with)
        extras.register("solutions", of_solutions)
        uploads.register("marketplace", lambda: Attachment.objects.values_list("file", flat=True))

        for kind in ("practice", "takeaway"):
            panels.register_beginning(kind, label=_("Draft an entry from it"), at=offer_at)
        panels.register_beginning("need", label=_("State it as a need"), at=demand_at)
        panels.register(
            "marketplace",
            title=_("In the marketplace"),
            template="marketplace/_city_panel.html",
            context=city_panel,
            position=10,
        )
