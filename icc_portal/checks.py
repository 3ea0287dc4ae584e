"""What Django's own checks of a deployment cannot know of this portal."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.compatibility, deploy=True)
def people_can_write_to_somebody(**kwargs: Any) -> list[Warning]:
    """Ask for a contact address: the law wants one in the accessibility statement."""
    if settings.PORTAL_CONTACT:
        return []
    return [
        Warning(
            "PORTAL_CONTACT is empty, so the accessibility statement names nobody to write to.",
            hint="Set it to an address that somebody reads.",
            id="icc_portal.W001",
        )
    ]
