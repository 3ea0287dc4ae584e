"""Which kinds of mail there are. Each app registers its own beside its notifications."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cities.models import Delivery, User

log = logging.getLogger(__name__)


def everybody(user: User) -> bool:
    """Say that a kind of mail may reach anybody with an account."""
    return True


def nobody(user: User) -> bool:
    """Say that a kind of mail is none of those somebody with an account chooses among."""
    return False


@dataclass(frozen=True)
class MailKind:
    """One kind of mail: what people call it, what it is about, and how it comes unless asked."""

    code: str
    label: Any
    about: Any
    default: Delivery
    # One that may not be switched off says what cannot be missed; one that may not wait for the
    # daily mail says what can change within a day, or holds a link that is of this mail alone.
    may_be_off: bool
    may_wait: bool
    # Whose settings show it: those who may ever get it.
    concerns: Callable[[User], bool]

    @property
    def choices(self) -> list[Delivery]:
        """How a person may have it."""
        possible = {Delivery.DIGEST: self.may_wait, Delivery.OFF: self.may_be_off}
        return [delivery for delivery in Delivery if possible.get(delivery, True)]


KINDS: dict[str, MailKind] = {}


class UnknownKind(LookupError):
    """A mail of a kind that no app registered."""


def register(
    code: str,
    *,
    label: Any,
    about: Any,
    default: Delivery = Delivery.IMMEDIATE,
    may_be_off: bool = True,
    may_wait: bool = True,
    concerns: Callable[[User], bool] = everybody,
) -> MailKind:
    """Say what a kind of mail is; registering a code again replaces what was said."""
    KINDS[code] = MailKind(code, label, about, default, may_be_off, may_wait, concerns)
    return KINDS[code]


def kind_of(code: str) -> MailKind:
    """Return a kind. One nobody registered fails a test; in service its mail goes at once."""
    if code in KINDS:
        return KINDS[code]
    if settings.STRICT_MAIL_KINDS:
        raise UnknownKind(f"No app registered mails of the kind {code!r}: see cities.mails.")
    log.error("No app registered mails of the kind %s", code)
    at_once = Delivery.IMMEDIATE
    return MailKind(code, code, "", at_once, may_be_off=False, may_wait=False, concerns=nobody)


DIGEST = register(
    "digest",
    label=_("The daily mail"),
    about=_("One mail a day with everything you did not want at once."),
    concerns=nobody,
)
CONFIRM = register(
    "confirm_address",
    label=_("Confirmation of an address"),
    about=_("Asks whoever reads mail at an address whether they want mails there."),
    may_be_off=False,
    may_wait=False,
    concerns=nobody,
)
