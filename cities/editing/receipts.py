"""A form that creates something creates it once, however often it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.models import Receipt
from cities.permissions import signed_in


def new_key() -> str:
    """Return a key for a form about to be shown; the form sends it back as `key`."""
    return str(uuid.uuid4())


def received_before(request: HttpRequest) -> str:
    """Return where this very form led when it was received; "" when it was not.

    Asked before a form is validated: what it created would make it invalid.
    """
    key = _key(request)
    found = Receipt.objects.filter(key=key, user=signed_in(request)).first() if key else None
    return _again(request, found) if found else ""


def once(request: HttpRequest, create: Callable[[], str]) -> str:
    """Create something unless this very form was received before; return where it is shown.

    `create` runs inside a transaction and returns the address of what it made. A form sent twice
    at once waits for the first and leads to the same address.
    """
    key = _key(request)
    user = signed_in(request)
    if key is None:
        with transaction.atomic():
            return create()
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(key=key, user=user, url="")
            receipt.url = create()
            receipt.save(update_fields=["url"])
            return receipt.url
    except IntegrityError:
        before = Receipt.objects.filter(key=key, user=user).first()
        if before is None:
            raise
        return _again(request, before)


def _again(request: HttpRequest, receipt: Receipt) -> str:
    """Say that this was received before, and when; return where it led."""
    at = timezone.localtime(receipt.created_at)
    when = {
        "day": date_format(at, "DATE_FORMAT"),
        "time": date_format(at, "TIME_FORMAT"),
        "zone": f"{at:%Z}",
    }
    words = _("This was received already, on %(day)s at %(time)s %(zone)s: here it is.") % when
    # Where no page follows, nobody needs to be told.
    messages.info(request, words, fail_silently=True)
    return receipt.url


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
