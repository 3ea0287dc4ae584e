"""The daily mail: what a person did not want at once, in one mail each morning."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cities import effects
from cities.mails.kinds import DIGEST
from cities.mails.writing import absolute, keep_for_person, render
from cities.models import Mail, MailState, User

# At this hour where the person is.
HOUR = 7


def hand_over_due(now: datetime | None = None) -> int:
    """Hand over the daily mails whose hour has come; return how many people have one due.

    May run as often as one likes: an effect of the same person and day is written once.
    """
    waiting = Mail.objects.filter(state=MailState.HELD).order_by().values("recipient")
    number = 0
    for user in User.objects.filter(pk__in=waiting, is_active=True):
        here = (now or timezone.now()).astimezone(_zone(user))
        if here.hour < HOUR:
            continue
        day = here.date()
        effects.hand_over(
            "cities.write_digest",
            key=f"digest:{user.pk}:{day:%Y-%m-%d}",
            queue="mail",
            user=user.pk,
            day=day.isoformat(),
        )
        number += 1
    return number


@transaction.atomic
def write_digest(user: User, day: date) -> Mail | None:
    """Write somebody's daily mail of a day from what is held for them; None if nothing is.

    The person's row is locked, and the mails change state with the daily mail that holds them: each
    is in one, whatever fails. What is held later the same day waits for the next.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    held = Mail.objects.filter(recipient=user, state=MailState.HELD).order_by("created_at", "pk")
    mails = list(held)
    if not mails or not user.is_active or not user.email:
        return None
    key = f"digest:{day:%Y-%m-%d}"
    if Mail.objects.filter(recipient=user, key=key).exists():
        return None
    link = reverse("cities:mail-inbox")
    words = render(
        "emails/digest.txt",
        user.language,
        link,
        person=user,
        day=day,
        items=[(mail.subject, absolute(mail.link or mail_page(mail))) for mail in mails],
        settings_url=absolute(reverse("cities:mail-settings")),
    )
    digest = keep_for_person(user, key, kind=DIGEST.code, link=link, is_digest=True, **words)
    Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        state=MailState.GATHERED, digest=digest
    )
    return digest


def mail_page(mail: Mail) -> str:
    """Return the page of the inbox where a mail can be read."""
    return reverse("cities:mail-message", args=[mail.pk])


def _zone(user: User) -> ZoneInfo:
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
