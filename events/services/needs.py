"""What somebody needs on site: stated by themselves, kept apart, and deleted soon after."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import clock
from events.models import Registration, RegistrationNeeds, RegistrationStatus

# Long enough for questions about the bill, too short to be forgotten.
KEPT_DAYS = 7


class NeedsRefused(Exception):
    """Needs cannot be stated; the words say why."""


@transaction.atomic
def state_needs(registration: Registration, *, access: str, diet: str) -> None:
    """Keep what somebody needs, in place of what they said before; nothing keeps no row.

    Raises NeedsRefused without a place or a wait for one, and once the event is over.
    """
    rows = Registration.objects.select_for_update(of=("self",)).select_related("event")
    registration = rows.get(pk=registration.pk)
    if registration.status == RegistrationStatus.CANCELLED:
        raise NeedsRefused(_("You gave your place back: what you need is not kept any more."))
    if registration.event.has_ended(clock.now()):
        raise NeedsRefused(_("The event is over: nothing can be prepared for it any more."))
    if access or diet:
        RegistrationNeeds.objects.update_or_create(
            registration=registration, defaults={"access": access, "diet": diet}
        )
    else:
        RegistrationNeeds.objects.filter(registration=registration).delete()


def needs_of(registration: Registration) -> dict[str, str]:
    """Return what somebody said they need, by field."""
    names = ("access", "diet")
    kept = RegistrationNeeds.objects.filter(registration=registration).values(*names).first()
    return kept or dict.fromkeys(names, "")


def forget_needs() -> int:
    """Delete what people needed at events that ended a week ago; return how many rows went."""
    last = timezone.localdate() - timedelta(days=KEPT_DAYS)
    return RegistrationNeeds.objects.filter(registration__event__ends_on__lt=last).delete()[0]
