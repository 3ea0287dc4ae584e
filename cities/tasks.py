"""Work for the worker: one task runs any effect; here too, the effects of this app."""

from datetime import date

from celery import shared_task

from cities import effects, mails
from cities.models import User


@shared_task(name="cities.run_effect")
def run_effect(*effect_ids: int) -> None:
    """Do effects, those that are still to be done."""
    effects.run_several(effect_ids)


@effects.does("cities.send_mail", outside=True)
def send_mail(*, mail: int) -> None:
    """Send a mail."""
    mails.send(mail)


@effects.does("cities.write_digest")
def write_digest(*, user: int, day: str) -> None:
    """Write somebody's daily mail, unless they are gone."""
    person = User.objects.filter(pk=user).first()
    if person is not None:
        mails.write_digest(person, date.fromisoformat(day))
