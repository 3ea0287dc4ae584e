"""What can go wrong with a source, in words that can be shown: ours, never the source's."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from cities.outbound import Problem


class Trouble(models.TextChoices):
    """What went wrong, beyond not getting an answer (cities.outbound.Problem)."""

    DENIED = "denied", _("The source does not let us in: the credential is wrong or has expired.")
    NO_KEY = "no_key", _("The credential can no longer be read. Type it again.")
    BUSY = "busy", _("The source is busy and asks to be left alone for a while.")
    STATUS = "status", _("The source answers with the status %s.")
    HTML = "html", _("The source answers with a page for people instead of data.")
    GARBLED = "not_data", _("What the source sends cannot be read as data.")
    REFUSED = "refused", _("The source refuses the question.")
    CHANGED = "changed", _("The value is no longer where it was chosen.")
    NO_NUMBER = "no_number", _("Where a value was chosen there is none now, or there are words.")
    NOT_EXACT = "not_exact", _("The number is too large or too fine to be kept without rounding.")
    TOO_MANY = "too_many", _("There are more rows than the source gives. Narrow them by a filter.")
    TOO_SLOW = "too_slow", _("Fetching all rows takes too long. Narrow them by a filter.")


class SourceTrouble(Exception):
    """Raised on the way when there will be no value."""

    def __init__(self, code: str, detail: str = "", retry_after: str = "") -> None:
        super().__init__(code)
        self.code, self.detail, self.retry_after = str(code), detail, retry_after


def words(code: str, detail: str) -> str:
    """Return what went wrong in words; "" for nothing."""
    if not code:
        return ""
    if code in Problem.values:
        return str(Problem(code).label)
    label = str(Trouble(code).label) if code in Trouble.values else code
    return label % detail if "%s" in label else label
