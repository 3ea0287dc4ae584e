"""Sending: each mail leaves once, or waits for a person who decides."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import effects
from cities.mails.addresses import text_as_sent
from cities.mails.kinds import DIGEST, kind_of
from cities.mails.preferences import switch_off_url
from cities.mails.writing import absolute
from cities.models import Mail, MailState, RefusedAddress

log = logging.getLogger(__name__)

# How long to wait after each time a server said "not now": eleven hours in all, then it is refused.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 420)]
# These codes say that the address is wrong; others speak of the mail, or of us.
NO_SUCH_ADDRESS = {550, 551, 553, 556}
# Unless the longer code says that it is the server's policy.
POLICY = "5.7."


def send(mail_id: int) -> bool:
    """Send one waiting mail; return whether it went out.

    The claim is committed before the mail server is called. If the server clearly refused before
    taking the mail, it waits again: a server that says "not now" is asked later, longer after each
    time. If it is unclear whether the mail went, it stays so until a person decides: it is never
    sent twice by itself.
    """
    claimed = Mail.objects.filter(pk=mail_id, state=MailState.WAITING).update(
        state=MailState.INFLIGHT, taken_at=timezone.now()
    )
    if not claimed:
        return False
    mail = Mail.objects.select_related("recipient", "to_address").get(pk=mail_id)
    if RefusedAddress.objects.filter(address__iexact=mail.address).exists():
        _mark(mail, MailState.FAILED, _("An earlier mail to this address was refused for good."))
        return False
    message = _message(mail)
    try:
        connection = get_connection()
        connection.open()
    except Exception as failure:
        # Whatever is wrong, a missing folder or a wrong setting: nothing has left yet.
        _mark(mail, MailState.WAITING, failure)
        raise
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused as failure:
        _refused(mail, failure)
        return False
    except SMTPResponseException as failure:
        if isinstance(failure, SMTPDataError) and failure.smtp_code >= 500:
            _mark(mail, MailState.FAILED, failure)
            return False
        _later(mail, failure)
    except (SMTPException, OSError) as failure:
        _mark(mail, MailState.UNCERTAIN, failure)
        return False
    finally:
        connection.close()
    Mail.objects.filter(pk=mail.pk, state=MailState.INFLIGHT).update(
        state=MailState.SENT, sent_at=timezone.now(), last_error=""
    )
    return True


def sweep_stuck() -> int:
    """Mark mails whose worker died while sending as uncertain; return how many."""
    return Mail.objects.stuck().update(
        state=MailState.UNCERTAIN, last_error=_("The worker stopped while it was sending this.")
    )


def send_again(mail: Mail) -> bool:
    """Send a mail that was perhaps sent, or refused, again because a person asked for it."""
    changed = Mail.objects.filter(
        pk=mail.pk, state__in=[MailState.UNCERTAIN, MailState.FAILED]
    ).update(state=MailState.WAITING, attempts=0)
    if changed:
        key = f"mail:{mail.pk}:again:{timezone.now():%Y%m%d%H%M%S%f}"
        effects.hand_over("cities.send_mail", key=key, queue="mail", mail=mail.pk)
    return bool(changed)


def _message(mail: Mail) -> EmailMessage:
    """Put a mail together: text only, marked as written by a machine, with a way to unsubscribe."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    unsubscribe = mail.unsubscribe_url or _switch_off(mail)
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{absolute(unsubscribe)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=mail.subject, body=text_as_sent(mail), to=[mail.address], headers=headers
    )


def _switch_off(mail: Mail) -> str:
    if mail.recipient_id is None:
        return ""
    kind = DIGEST if mail.is_digest else kind_of(mail.kind)
    return switch_off_url(mail.recipient_id, kind.code) if kind.may_be_off else ""


def _refused(mail: Mail, failure: SMTPRecipientsRefused) -> None:
    """Note that the server refused the address: for now, for good, or for reasons of its own."""
    code, said = next(iter(failure.recipients.values()), (550, b""))
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if 400 <= code < 500:
        _later(mail, failure)
    _mark(mail, MailState.FAILED, failure)
    if code in NO_SUCH_ADDRESS and failure.recipients and not words.startswith(POLICY):
        RefusedAddress.objects.get_or_create(
            address=mail.address.lower(), defaults={"reason": f"{code} {words}"[:2000]}
        )


def _later(mail: Mail, failure: Exception) -> None:
    """Let the effect come back later; after the last pause the mail counts as refused."""
    if mail.attempts >= len(PAUSES):
        _mark(mail, MailState.FAILED, failure)
        raise failure
    _mark(mail, MailState.WAITING, failure)
    Mail.objects.filter(pk=mail.pk).update(attempts=mail.attempts + 1)
    raise effects.Postponed(timezone.now() + PAUSES[mail.attempts]) from failure


def _mark(mail: Mail, state: MailState, failure: Exception | str) -> None:
    log.warning("Mail %s: %s", mail.pk, failure)
    error = f"{type(failure).__name__}: {failure}" if isinstance(failure, Exception) else failure
    Mail.objects.filter(pk=mail.pk, state=MailState.INFLIGHT).update(
        state=state, last_error=error[:2000]
    )
