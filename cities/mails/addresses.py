"""Addresses without an account: asked, confirmed by a link mailed there, deleted when not."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cities.mails import one_click
from cities.mails.kinds import CONFIRM
from cities.mails.writing import keep_for_address, render
from cities.models import Mail, MailAddress
from cities.models.mails import UNCONFIRMED_DAYS

# Stands in the kept text where the link will be: a copy of the database holds no usable link.
LINK_HERE = "[the link that confirms]"
ASK_AGAIN_AFTER = timedelta(hours=1)
MOST_A_DAY = 5


@transaction.atomic
def ask_to_confirm(
    address: str, *, purpose: str, text: str, language: str = "en", leads_to: str = ""
) -> MailAddress:
    """Mail a link to an address by which its owner confirms one purpose; return its row.

    `purpose` names what the mails are for, such as "saved-search:3"; `text` is what the person
    read when they agreed, and is kept. `leads_to` is offered once they confirmed. Whoever has
    confirmed this purpose already is not asked again; nor is an address within an hour, nor more
    than five times a day, whoever asks. The caller learns of none of this: tell them to look at
    their mail.
    """
    address = address.strip()
    now = timezone.now()
    row = (
        MailAddress.objects.select_for_update()
        .filter(address__iexact=address, purpose=purpose)
        .first()
    )
    if row is None:
        row = MailAddress(address=address, purpose=purpose)
    elif row.confirmed_at or row.asked_at > now - ASK_AGAIN_AFTER:
        return row
    lately = Mail.objects.filter(
        kind=CONFIRM.code, address__iexact=address, created_at__gt=now - timedelta(days=1)
    )
    asks = lately.count() < MOST_A_DAY
    if row.pk and not asks:
        # The link in the last mail stays good: no other one would follow.
        return row
    row.nonce = secrets.token_hex(16)
    row.language, row.agreed_text, row.leads_to = language, text, leads_to
    row.asked_at = now
    row.token_hash = one_click.digest(_token(row))
    row.save()
    if asks:
        words = render(
            "emails/confirm_address.txt",
            language,
            LINK_HERE,
            agreed_text=text,
            days=UNCONFIRMED_DAYS,
        )
        keep_for_address(row, f"confirm:{row.pk}:{row.nonce}", kind=CONFIRM.code, **words)
    return row


def find_by_token(token: str) -> MailAddress | None:
    """Return the address that a link of ours confirms, confirmed already or not."""
    return MailAddress.objects.filter(token_hash=one_click.digest(token)).first()


def confirm(token: str) -> MailAddress | None:
    """Note that the owner of an address agreed; a second time changes nothing. None: no such."""
    row = find_by_token(token)
    if row is None:
        return None
    MailAddress.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=timezone.now())
    row.refresh_from_db()
    return row


def delete_unconfirmed() -> int:
    """Delete addresses nobody confirmed in time, with the mails to them; return how many."""
    late = timezone.now() - timedelta(days=UNCONFIRMED_DAYS)
    old = MailAddress.objects.filter(confirmed_at=None, asked_at__lt=late)
    number = old.count()
    old.delete()
    return number


_completed: dict[str, Callable[[Mail], str]] = {}


def complete_when_sent(kind: str, complete: Callable[[Mail], str]) -> None:
    """Let `complete` return the text of mails of a kind when they leave.

    For links that are secrets: the kept text has a mark in their place.
    """
    _completed[kind] = complete


def text_as_sent(mail: Mail) -> str:
    """Return the text of a mail as it leaves: with the link that confirms, if it asks for that."""
    if mail.kind in _completed:
        return _completed[mail.kind](mail)
    if mail.kind != CONFIRM.code or mail.to_address is None:
        return mail.text
    path = reverse("cities:mail-confirm", kwargs={"token": _token(mail.to_address)})
    return mail.text.replace(LINK_HERE, settings.BASE_URL + path)


def _token(row: MailAddress) -> str:
    """Work out the token of the latest question: 256 bits that only this portal can know."""
    return one_click.token("cities.mails.confirm", row.address.lower(), row.purpose, row.nonce)
