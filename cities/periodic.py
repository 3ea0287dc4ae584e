"""What the clock starts: the sweep behind the queue, and signs of life."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from cities import effects, mails, uploads
from cities.models import ClosedForm, Effect, EffectState, Heartbeat, KeptInput, Receipt

log = logging.getLogger(__name__)
KEPT_INPUT_DAYS = 2
RECEIPT_DAYS = 30
DONE_DAYS = 90


@shared_task(name="cities.sweep_effects")
def sweep_effects() -> None:
    """Send again what the queue lost, and mark mails nobody knows the fate of."""
    effects.sweep()
    mails.sweep_stuck()


@shared_task(name="cities.heartbeat")
def heartbeat() -> None:
    """Note that the clock asked and the worker answered."""
    now = timezone.now()
    for part in ("clock", "worker"):
        Heartbeat.objects.update_or_create(name=part, defaults={"beaten_at": now})


@shared_task(name="cities.gather_digests")
def gather_digests() -> None:
    """Write the daily mails whose hour has come where their people are."""
    mails.hand_over_due()


@shared_task(name="cities.tidy")
def tidy() -> None:
    """Delete what has served its purpose: old kept inputs, receipts, and effects long done.

    Addresses that nobody confirmed go as well, with the mail that asked."""
    now = timezone.now()
    KeptInput.objects.filter(created_at__lt=now - timedelta(days=KEPT_INPUT_DAYS)).delete()
    ClosedForm.objects.filter(closed_at__lt=now - timedelta(days=RECEIPT_DAYS)).delete()
    Receipt.objects.filter(created_at__lt=now - timedelta(days=RECEIPT_DAYS)).delete()
    Effect.objects.filter(
        state=EffectState.DONE, done_at__lt=now - timedelta(days=DONE_DAYS)
    ).delete()
    mails.delete_unconfirmed()


@shared_task(name="cities.remove_unnamed_files")
def remove_unnamed_files() -> None:
    """Remove files that no row of any app names any more, a day after they came."""
    removed = uploads.remove_unnamed()
    if removed:
        log.info("Removed %d files that no row names any more.", removed)
