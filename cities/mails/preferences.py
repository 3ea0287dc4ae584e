"""How people want their mails: at once, in one mail a day, or in the portal only."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.urls import reverse

from cities import effects
from cities.mails.kinds import DIGEST, KINDS, MailKind, kind_of
from cities.models import Delivery, Mail, MailPreference, MailState, User

SALT = "cities.mails.switch_off"


def delivery_of(user: User, kind: MailKind) -> Delivery:
    """Return how somebody wants mails of a kind, as far as the kind allows it."""
    chosen = MailPreference.objects.filter(user=user, kind=kind.code).values_list("delivery")
    row = chosen.first()
    return _chosen(kind, row[0] if row else None)


def preferences(user: User) -> list[tuple[MailKind, Delivery]]:
    """Return every kind that people get, by its name, and how this person wants it."""
    chosen = dict(user.mail_preferences.order_by().values_list("kind", "delivery"))
    kinds = sorted(
        (kind for kind in KINDS.values() if kind.concerns(user)),
        key=lambda kind: (len(kind.choices) == 1, str(kind.label)),
    )
    return [(kind, _chosen(kind, chosen.get(kind.code))) for kind in kinds]


@transaction.atomic
def set_preference(user: User, kind: MailKind, delivery: Delivery) -> None:
    """Keep how somebody wants a kind of mail; the choice must be one of `kind.choices`.

    What waits for their daily mail leaves by itself when the kind shall come at once, and stays in
    the portal when it shall not come at all.
    """
    if delivery not in kind.choices:
        raise ValueError(f"{kind.code} cannot be delivered so: {delivery}.")
    # As the daily mail is written: each message is in it, or leaves by itself.
    User.objects.select_for_update().get(pk=user.pk)
    MailPreference.objects.update_or_create(
        user=user, kind=kind.code, defaults={"delivery": delivery}
    )
    held = Mail.objects.filter(recipient=user, kind=kind.code, state=MailState.HELD)
    if delivery == Delivery.OFF:
        held.update(state=MailState.KEPT)
    elif delivery == Delivery.IMMEDIATE:
        for pk in list(held.values_list("pk", flat=True)):
            held.filter(pk=pk).update(state=MailState.WAITING)
            effects.hand_over("cities.send_mail", key=f"mail:{pk}", queue="mail", mail=pk)


@transaction.atomic
def switch_off(user: User, code: str) -> None:
    """Send a person no more mail of a kind; for the daily mail, of all kinds gathered in it.

    Those of them that may not be switched off come at once from then on.
    """
    if code != DIGEST.code:
        set_preference(user, kind_of(code), Delivery.OFF)
        return
    for kind, delivery in preferences(user):
        if delivery == Delivery.DIGEST:
            set_preference(user, kind, Delivery.OFF if kind.may_be_off else Delivery.IMMEDIATE)


def stay_without_daily_mail(user: User) -> list[MailKind]:
    """Return the kinds in somebody's daily mail that come at once when they stop it."""
    return [
        kind
        for kind, delivery in preferences(user)
        if delivery == Delivery.DIGEST and not kind.may_be_off
    ]


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
    return Delivery(delivery) if delivery in kind.choices else kind.default
