"""The web addresses that a revision names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from marketplace.models import Revision

FIELDS = ["evidence_url", "repository_url", "website"]


@dataclass(frozen=True)
class Link:
    """An address in a revision, and what people call the place where it stands."""

    label: str
    url: str

    @property
    def is_web_address(self) -> bool:
        """Whether a browser could open it, by its form."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return False
        return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def links_of(revision: Revision) -> list[Link]:
    """Return the addresses of a revision: its own, and the sources of its figures."""
    own = [Link(_label(name), getattr(revision, name)) for name in FIELDS]
    sources = [Link(figure.label, figure.source_url) for figure in revision.figures.all()]
    return [link for link in (*own, *sources) if link.url]


def _label(name: str) -> str:
    label = str(getattr(Revision._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]
