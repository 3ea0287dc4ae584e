"""What search engines may find: the pages that a visitor may see, with when they changed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Model, QuerySet
from django.urls import reverse

from cities.models import City, Consortium, Organisation
from events.models import Event, ThematicActionGroup
from initiatives.models import Initiative, Roadmap
from marketplace.models import Entry


class Portal(Sitemap):
    """Addresses that begin as the operator says, whatever name a request came under."""

    protocol = urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        """The host of BASE_URL."""
        return urlsplit(settings.BASE_URL).netloc


class Lists(Portal):
    """Home and the lists that lead everywhere."""

    def items(self) -> list[str]:
        """Names of addresses."""
        return [
            "home",
            "cities:city-list",
            "events:event-list",
            "initiatives:initiative-list",
            "initiatives:library-list",
            "marketplace:entry-list",
            "marketplace:demand-list",
            "marketplace:reuse-list",
        ]

    def location(self, item: str) -> str:
        """The address of that name."""
        return reverse(item)


class Pages(Portal):
    """One page for each row of a table that a visitor may see."""

    limit = 10_000

    def __init__(self, model: type[Model], changed_field: str = "") -> None:
        """Take the table, and its column that says when a row changed, where it has one."""
        self.model = model
        self.changed_field = changed_field

    def items(self) -> QuerySet[Any]:
        """What anybody may see, in an order that does not change under a crawler."""
        return self.model._default_manager.visible_to(AnonymousUser()).order_by("pk")  # type: ignore[attr-defined]

    def lastmod(self, item: Any) -> datetime | None:
        """When the row changed, if that is known."""
        return getattr(item, self.changed_field) if self.changed_field else None


SITEMAPS = {
    "lists": Lists(),
    "cities": Pages(City),
    "consortia": Pages(Consortium),
    "organisations": Pages(Organisation),
    "events": Pages(Event, "changed_at"),
    "groups": Pages(ThematicActionGroup),
    "initiatives": Pages(Initiative, "changed_at"),
    "roadmaps": Pages(Roadmap, "changed_at"),
    "marketplace": Pages(Entry),
}
