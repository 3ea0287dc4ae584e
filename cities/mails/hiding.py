"""Which mails staff may not read about, nor find the work of sending them."""

from __future__ import annotations

from django.db.models import Q

from cities import effects
from cities.hiding import Hiding
from cities.models import Effect, Mail, User

_mails = Hiding()
hide = _mails.hide
hidden_from = _mails.hidden_from


def _sending_of_hidden(user: User) -> Q:
    numbers = list(Mail.objects.filter(hidden_from(user)).order_by().values_list("pk", flat=True))
    if not numbers:
        return Q(pk__in=[])
    sending = Effect.objects.filter(kind="cities.send_mail", arguments__mail__in=numbers)
    return Q(pk__in=sending.order_by().values("pk"))


effects.hide("cities.mails", _sending_of_hidden)
