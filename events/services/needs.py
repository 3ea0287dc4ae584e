"""What somebody needs on site: stated by themselves, kept apart, and deleted soon after."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import clock
from events.models import Event, EventStatus, Registration, RegistrationNeeds, RegistrationStatus

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
    check_in_time(registration.event)
    if access or diet:
        RegistrationNeeds.objects.update_or_create(
            registration=registration, defaults={"access": access, "diet": diet}
        )
    else:
        RegistrationNeeds.objects.filter(registration=registration).delete()


def check_in_time(event: Event) -> None:
    """Raise NeedsRefused where nothing can be prepared any more: it is called off, or over."""
    if event.status == EventStatus.CANCELLED:
        raise NeedsRefused(_("The event is called off: nothing is prepared for it."))
    if event.has_ended(clock.now()):
        raise NeedsRefused(_("The event is over: nothing can be prepared for it any more."))


def needs_of(registration: Registration) -> dict[str, str]:
    """Return what somebody said they need, by field."""
    names = ("access", "diet")
    kept = RegistrationNeeds.objects.filter(registration=registration).values(*names).first()
    return kept or dict.fromkeys(names, "")


def forget_needs() -> int:
    """Forget what people needed at events that ended a week ago; return of how many."""
    last = timezone.localdate() - timedelta(days=KEPT_DAYS)
    return forget(Registration.objects.filter(event__ends_on__lt=last))


def forget(registrations: QuerySet[Registration]) -> int:
    """Delete the needs of some registrations, and their notes, in which needs may stand as well.

    Returns how many needs and notes went.
    """
    of_these = registrations.order_by().values("pk")
    gone, _by_table = RegistrationNeeds.objects.filter(registration__in=of_these).delete()
    return gone + registrations.exclude(note="").update(note="")
