"""Buying together: staff open a record from a demand, cities agree, and it goes its way."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, User
from cities.permissions import is_programme_staff, may_submit_for
from cities.today import today
from marketplace.demand import telling
from marketplace.demand.gathering import ANSWERED_WHILE, DemandRefused
from marketplace.demand.sums import active_needs, is_beyond_threshold, sum_up, threshold_on
from marketplace.models import (
    Consent,
    Demand,
    JointProcurement,
    Participant,
    ProcurementEvent,
)
from marketplace.models import ProcurementState as State

LEAST_PARTICIPANTS = 2


class BuyingStep(models.TextChoices):
    """The steps of a joint procurement, in words for a button."""

    PREPARE = "prepare", gettext_lazy("Begin to prepare")
    TENDER = "tender", gettext_lazy("Note that the tender is out")
    AWARD = "award", gettext_lazy("Note the award")
    CLOSE = "close", gettext_lazy("Complete")
    ABANDON = "abandon", gettext_lazy("Give up")


# One line for each arrow. A pair that is not here cannot happen.
BUYING = {
    (State.GATHERING, BuyingStep.PREPARE): State.PREPARING,
    (State.PREPARING, BuyingStep.TENDER): State.TENDERED,
    (State.TENDERED, BuyingStep.AWARD): State.AWARDED,
    (State.AWARDED, BuyingStep.CLOSE): State.CLOSED,
    (State.GATHERING, BuyingStep.ABANDON): State.ABANDONED,
    (State.PREPARING, BuyingStep.ABANDON): State.ABANDONED,
    (State.TENDERED, BuyingStep.ABANDON): State.ABANDONED,
}


@transaction.atomic
def open_procurement(demand: Demand, *, actor: User) -> JointProcurement:
    """Open the record of a joint procurement, and ask every city of the demand to take part.

    Opened twice, it is one. Raises DemandRefused below the threshold.
    """
    if not is_programme_staff(actor):
        raise PermissionDenied
    demand = Demand.objects.select_for_update().get(pk=demand.pk)
    before = JointProcurement.objects.filter(demand=demand).first()
    if before is not None:
        return before
    if demand.merged_into_id is not None:
        raise DemandRefused(_("This demand was merged into another."))
    needs = active_needs(demand)
    threshold = threshold_on(today())
    if not is_beyond_threshold(sum_up(needs), threshold):
        raise DemandRefused(
            _("This demand is below the threshold for buying together.")
            if threshold
            else _("No threshold is set: add one first.")
        )
    procurement = JointProcurement.objects.create(
        demand=demand, opened_by=actor, demonstration=demand.demonstration
    )
    Participant.objects.bulk_create(
        Participant(procurement=procurement, city=need.city) for need in needs
    )
    event = ProcurementEvent.objects.create(
        procurement=procurement, after=State.GATHERING, actor=actor
    )
    telling.tell_of_procurement(event)
    return procurement


@transaction.atomic
def perform(
    step: BuyingStep, procurement: JointProcurement, *, actor: User, note: str = ""
) -> ProcurementEvent:
    """Take one step of a joint procurement: state, record and mails, or nothing at all.

    Raises DemandRefused when it has moved on or something is missing, PermissionDenied for who is
    not staff.
    """
    if not is_programme_staff(actor):
        raise PermissionDenied
    procurement = JointProcurement.objects.select_for_update().get(pk=procurement.pk)
    before = State(procurement.state)
    after = BUYING.get((before, step))
    if after is None:
        raise DemandRefused(
            _("It has moved on: it is now “{state}”.").format(state=procurement.get_state_display())
        )
    _guard(step, procurement)
    procurement.state = after
    procurement.save(update_fields=["state"])
    event = ProcurementEvent.objects.create(
        procurement=procurement, before=before, after=after, actor=actor, note=note.strip()
    )
    telling.tell_of_procurement(event)
    return event


@transaction.atomic
def answer(
    procurement: JointProcurement, city: City, *, agrees: bool, actor: User, note: str = ""
) -> Participant:
    """Say for a city whether it takes part. Who may submit in its name says so; until the tender.

    The same answer twice is one. Raises DemandRefused when it is too late.
    """
    if not may_submit_for(actor, city):
        raise PermissionDenied
    procurement = JointProcurement.objects.select_for_update().get(pk=procurement.pk)
    participant = procurement.participants.filter(city=city).first()
    if participant is None and procurement.state in ANSWERED_WHILE:
        raise DemandRefused(_("{city} was not asked; state its need first.").format(city=city))
    consent = Consent.AGREED if agrees else Consent.DECLINED
    if participant is not None and participant.consent == consent:
        return participant
    if participant is None or procurement.state not in ANSWERED_WHILE:
        raise DemandRefused(
            _("Who takes part is settled: it is now “{state}”.").format(
                state=procurement.get_state_display()
            )
        )
    if not agrees and procurement.lead_buyer_id == city.pk and procurement.state != State.GATHERING:
        raise DemandRefused(_("Your city leads it: write to the programme team first."))
    participant.consent, participant.note = consent, note.strip()[:300]
    participant.answered_by, participant.answered_at = actor, timezone.now()
    participant.save()
    return participant


def _guard(step: BuyingStep, procurement: JointProcurement) -> None:
    agreed = procurement.participants.filter(consent=Consent.AGREED)
    if step == BuyingStep.PREPARE:
        if agreed.count() < LEAST_PARTICIPANTS:
            raise DemandRefused(_("At least two cities must have agreed to take part."))
        if not agreed.filter(city=procurement.lead_buyer_id).exists():
            raise DemandRefused(_("Name the lead buyer: one of the cities that take part."))
    if step == BuyingStep.TENDER and not procurement.summary.strip():
        raise DemandRefused(_("Say what is bought, in plain words."))
    if step in {BuyingStep.AWARD, BuyingStep.CLOSE, BuyingStep.ABANDON} and not (
        procurement.outcome.strip()
    ):
        raise DemandRefused(_("Write the outcome first: what came of it, and why."))
