"""Writing a mail: a row with the change that causes it, handed to the worker after the commit."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from cities import effects
from cities.mails.kinds import kind_of
from cities.mails.preferences import delivery_of
from cities.models import Delivery, Mail, MailAddress, MailState, User

STATES = {
    Delivery.IMMEDIATE: MailState.WAITING,
    Delivery.DIGEST: MailState.HELD,
    Delivery.OFF: MailState.KEPT,
}


def write(
    kind: str,
    *,
    key: str,
    to: User,
    template: str,
    link: str = "",
    about: str = "",
    unsubscribe_url: str = "",
    **context: object,
) -> Mail | None:
    """Write a mail to one person about one event, and hand it to the worker after the commit.

    `key` names the event: a person gets one mail about it, however often this is called. The
    template's first paragraph is the subject, the rest the text, in the person's language; it
    gets `person`, `link` (absolute), `portal_name` and `context`, and escapes nothing. `about`
    names the row it is about, such as "marketplace.entry:12", so that staff find it there. How it
    reaches the person is theirs to choose, by kind; it is in their inbox page in any case.
    `unsubscribe_url` stops less than the whole kind; without it, mail programs offer that. People
    who cannot sign in any more get no mail. Returns the mail, or None.
    """
    known = kind_of(kind)
    if not to.is_active or not to.email:
        return None
    whole = absolute(unsubscribe_url)
    words = render(template, to.language, link, person=to, unsubscribe_url=whole, **context)
    state = STATES[delivery_of(to, known)]
    return keep_for_person(
        to, key, state, kind=kind, link=link, about=about, unsubscribe_url=whole, **words
    )


def write_to_address(
    kind: str,
    *,
    key: str,
    address: MailAddress,
    template: str,
    link: str = "",
    unsubscribe_url: str = "",
    language: str = "",
    about: str = "",
    **context: object,
) -> Mail | None:
    """Write a mail to an address without an account, once its owner has confirmed it.

    As `write`, with `address` and `unsubscribe_url` (absolute) for the template instead of
    `person`. With `unsubscribe_url` the mail has the headers of RFC 8058: mail programs post there
    without signing in and without a token of ours, and the page must bear it. `language` is the
    address's own unless another is named. Returns the mail; None when nobody confirmed the address.
    """
    kind_of(kind)
    if address.confirmed_at is None:
        return None
    whole = absolute(unsubscribe_url)
    words = render(
        template,
        language or address.language,
        link,
        address=address.address,
        unsubscribe_url=whole,
        **context,
    )
    return keep_for_address(
        address, key, kind=kind, link=link, about=about, unsubscribe_url=whole, **words
    )


def keep_for_person(
    to: User, key: str, state: MailState = MailState.WAITING, **fields: Any
) -> Mail:
    """Write the row of a mail to somebody with an account."""
    return _keep(
        {"key": key, "recipient": to},
        state,
        address=to.email,
        message_id=_message_id(key, str(to.pk)),
        **fields,
    )


def keep_for_address(address: MailAddress, key: str, **fields: str) -> Mail:
    """Write the row of a mail to an address, confirmed or not."""
    return _keep(
        {"key": key, "to_address": address},
        MailState.WAITING,
        address=address.address,
        message_id=_message_id(key, f"address:{address.pk}"),
        **fields,
    )


def render(template: str, language: str, link: str, **context: object) -> dict[str, Any]:
    """Return subject and text of a mail in a language."""
    with translation.override(language):
        words = {"link": absolute(link), "portal_name": settings.PORTAL_NAME, **context}
        plain: Any = get_template(template)
        rendered = plain.template.render(Context(words, autoescape=False))
    subject, _blank, text = rendered.strip().partition("\n\n")
    # A line break in a title must not become a header of its own.
    return {"subject": " ".join(subject.split())[:200], "text": text.strip() + "\n"}


def absolute(link: str) -> str:
    """Return an address with the portal's own before it, unless it is whole."""
    return settings.BASE_URL + link if link.startswith("/") else link


def _keep(once: dict[str, Any], state: MailState, **fields: Any) -> Mail:
    """Write the row unless it is there, and hand over what shall leave at once."""
    mail, is_new = Mail.objects.get_or_create(**once, defaults={"state": state, **fields})
    if is_new and state == MailState.WAITING:
        effects.hand_over("cities.send_mail", key=f"mail:{mail.pk}", queue="mail", mail=mail.pk)
    return mail


def _message_id(key: str, reader: str) -> str:
    """Derive the Message-ID from the event, so that a mail sent again can be recognised."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key}:{reader}".encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.BASE_URL).hostname}>"
