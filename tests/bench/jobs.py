"""One small transaction, as a plain task of Celery and as an effect: what the guarantees cost."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from cities import effects
from cities.models import Heartbeat


def small_transaction(what, number):
    """Write one row; its time says when."""
    Heartbeat.objects.create(name=f"{what} {number}", beaten_at=timezone.now())


@shared_task(name="bench.plain")
def plain(number):
    """Do it as Celery does: perhaps not at all, perhaps twice."""
    with transaction.atomic():
        small_transaction("plain", number)


@effects.does("bench.effect")
def effect(*, number):
    """Do it once."""
    small_transaction("effect", number)
