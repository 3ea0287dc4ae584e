"""Work for the worker: one task runs any effect; here too, the effects of this app."""

from celery import shared_task

from cities import effects, mails


@shared_task(name="cities.run_effect")
def run_effect(effect_id: int) -> None:
    """Do one effect, if it is still to be done."""
    effects.run(effect_id)


@effects.does("cities.send_mail", outside=True)
def send_mail(*, mail: int) -> None:
    """Send a mail."""
    mails.send(mail)
