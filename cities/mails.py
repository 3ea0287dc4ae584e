"""Mail: written as a row with what caused it, sent once by the worker, read by staff later."""

from __future__ import annotations

import hashlib
import logging
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cities import effects
from cities.models import Mail, MailState, User

log = logging.getLogger(__name__)


def write(
    kind: str, *, key: str, to: User, template: str, link: str = "", **context: object
) -> Mail | None:
    """Write a mail to one person about one event, and hand it to the worker after the commit.

    `key` names the event: a person gets one mail about it, however often this is called. The
    template's first paragraph is the subject, the rest the text, in the person's language; it
    gets `person`, `link` (absolute), `portal_name` and `context`, and escapes nothing. People who
    cannot sign in any more get no mail. Returns the mail, or None.
    """
    if not to.is_active or not to.email:
        return None
    address = settings.BASE_URL + link if link.startswith("/") else link
    with translation.override(to.language):
        words = {"person": to, "link": address, "portal_name": settings.PORTAL_NAME, **context}
        plain: Any = get_template(template)
        rendered = plain.template.render(Context(words, autoescape=False))
    subject, _blank, text = rendered.strip().partition("\n\n")
    mail, is_new = Mail.objects.get_or_create(
        key=key,
        recipient=to,
        defaults={
            "kind": kind,
            "address": to.email,
            # A line break in a title must not become a header of its own.
            "subject": " ".join(subject.split())[:200],
            "text": text.strip() + "\n",
            "link": link,
            "message_id": _message_id(key, to.pk),
        },
    )
    if is_new:
        effects.hand_over("cities.send_mail", key=f"mail:{mail.pk}", queue="mail", mail=mail.pk)
    return mail


def send(mail_id: int) -> bool:
    """Send one waiting mail; return whether it went out.

    The claim is committed before the mail server is called. If the server clearly refused before
    taking the mail, it waits again and the error is raised, to be tried later. If it is unclear
    whether the mail went, it stays so until a person decides: it is never sent twice by itself.
    """
    claimed = Mail.objects.filter(pk=mail_id, state=MailState.WAITING).update(
        state=MailState.INFLIGHT, taken_at=timezone.now()
    )
    if not claimed:
        return False
    mail = Mail.objects.get(pk=mail_id)
    message = EmailMessage(
        subject=mail.subject,
        body=mail.text,
        to=[mail.address],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
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
        _mark(mail, MailState.FAILED, failure)
        return False
    except SMTPResponseException as failure:
        _mark(mail, MailState.WAITING, failure)
        raise
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
    ).update(state=MailState.WAITING)
    if changed:
        key = f"mail:{mail.pk}:again:{timezone.now():%Y%m%d%H%M%S%f}"
        effects.hand_over("cities.send_mail", key=key, queue="mail", mail=mail.pk)
    return bool(changed)


def _mark(mail: Mail, state: MailState, failure: Exception) -> None:
    log.warning("Mail %s: %s", mail.pk, failure)
    Mail.objects.filter(pk=mail.pk, state=MailState.INFLIGHT).update(
        state=state, last_error=f"{type(failure).__name__}: {failure}"[:2000]
    )


def _message_id(key: str, user_id: int) -> str:
    """Derive the Message-ID from the event, so that a mail sent again can be recognised."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}:{user_id}".encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.BASE_URL).hostname}>"
