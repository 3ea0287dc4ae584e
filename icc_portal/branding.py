"""What the operator says about itself, handed to every template."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """Give templates `portal`: name, logo, contact, funding statement and whether it is a demo."""
    return {
        "portal": {
            "name": settings.PORTAL_NAME,
            "logo": settings.PORTAL_LOGO,
            "contact": settings.PORTAL_CONTACT,
            "funding": settings.PORTAL_FUNDING,
            "base_url": settings.BASE_URL,
            "demo": settings.DEMO,
        }
    }
