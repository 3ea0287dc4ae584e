"""Staff say that somebody comes for another city: places and talks of both cities follow."""

from __future__ import annotations

from django.db import transaction

from cities.models import City
from events.models import Event, Registration, RegistrationStatus
from events.services import meeting_changes
from events.services.meeting_hours import withdrawn_cities
from events.services.registrations import fill_places


@transaction.atomic
def come_for(registration: Registration, city: City | None) -> Registration:
    """Let a registration be for another city, or none; return it as it stands then.

    What that frees of the share of the city before goes to whoever waits longest. A city of which
    nobody comes any more leaves its talks to others; one that comes again is served again.
    """
    # The event first, as whoever takes or gives back a place holds both.
    event = Event.objects.select_for_update().get(pk=registration.event_id)
    registration = Registration.objects.select_for_update().get(pk=registration.pk)
    before, after = registration.city_id, city.pk if city else None
    if before == after:
        return registration
    had_left = withdrawn_cities(event)
    registration.city = city
    registration.save(update_fields=["city"])
    fill_places(event)
    for one in (before, after):
        if one is not None:
            meeting_changes.city_left(event, one)
    is_open = registration.status != RegistrationStatus.CANCELLED
    if after is not None and is_open and after in had_left:
        meeting_changes.city_came(event, after)
    registration.refresh_from_db()
    return registration
