"""How people want their mails: at once, in one mail a day, or in the portal only."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.urls import reverse

from cities.mails.kinds import DIGEST, KINDS, MailKind, kind_of
from cities.models import Delivery, Mail, MailPreference, MailState, User

SALT = "cities.mails.switch_off"


def delivery_of(user: User, kind: MailKind) -> Delivery:
    """Return how somebody wants mails of a kind; what may not be switched off comes at once."""
    if not kind.may_be_off:
        return Delivery.IMMEDIATE
    chosen = MailPreference.objects.filter(user=user, kind=kind.code).values_list("delivery")
    row = chosen.first()
    return Delivery(row[0]) if row else kind.default


def preferences(user: User) -> list[tuple[MailKind, Delivery]]:
    """Return every kind that people get, by its name, and how this person wants it."""
    chosen = dict(user.mail_preferences.order_by().values_list("kind", "delivery"))
    kinds = sorted(
        (kind for kind in KINDS.values() if kind.concerns(user)),
        key=lambda kind: (not kind.may_be_off, str(kind.label)),
    )
    return [(kind, _chosen(kind, chosen.get(kind.code))) for kind in kinds]


@transaction.atomic
def set_preference(user: User, kind: MailKind, delivery: Delivery) -> None:
    """Keep how somebody wants a kind of mail; the choice must be one of `kind.choices`."""
    if delivery not in kind.choices:
        raise ValueError(f"{kind.code} cannot be delivered so: {delivery}.")
    MailPreference.objects.update_or_create(
        user=user, kind=kind.code, defaults={"delivery": delivery}
    )
    if delivery == Delivery.OFF:
        # Nor is it in the next daily mail.
        held = Mail.objects.filter(recipient=user, kind=kind.code, state=MailState.HELD)
        held.update(state=MailState.KEPT)


@transaction.atomic
def switch_off(user: User, code: str) -> None:
    """Send a person no more mail of a kind; for the daily mail, of all kinds gathered in it."""
    if code != DIGEST.code:
        set_preference(user, kind_of(code), Delivery.OFF)
        return
    for kind, delivery in preferences(user):
        if delivery == Delivery.DIGEST:
            set_preference(user, kind, Delivery.OFF)


def switch_off_url(user_id: int, code: str) -> str:
    """Return the address that switches a kind of mail off for one person, without signing in."""
    token = signing.dumps([user_id, code], salt=SALT)
    return reverse("cities:mail-off", kwargs={"token": token})


def read_switch_off(token: str) -> tuple[User, MailKind] | None:
    """Return whose mails of which kind an address switches off; None if it is not one of ours."""
    try:
        user_id, code = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    kind = KINDS.get(code)
    return (user, kind) if user and kind and kind.may_be_off else None


def _chosen(kind: MailKind, delivery: str | None) -> Delivery:
    if not kind.may_be_off:
        return Delivery.IMMEDIATE
    return Delivery(delivery) if delivery else kind.default
