"""What those of the staff who have a conflict of interest over a review do not find of it."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from cities import effects, mails
from cities.models import Effect, User
from marketplace.models import Check, Review, Revision
from marketplace.models.conflicts import in_conflict


def _mails_about_it(user: User) -> Q:
    entries = Revision.objects.filter(in_conflict(user)).order_by()
    number = Cast("entry", CharField())
    named = Concat(Value("marketplace.entry:"), number, output_field=CharField())
    return Q(about__in=entries.annotate(named=named).values("named"))


def _work_on_it(user: User) -> Q:
    """Say which effects name a revision, a review or a check by its id."""
    numbers = {
        "revision": list(_keys(Revision.objects.filter(in_conflict(user)))),
        "review": list(_keys(Review.objects.filter(in_conflict(user, "revision__")))),
        "check": list(_keys(Check.objects.filter(in_conflict(user, "revision__")))),
    }
    named = Q(pk__in=[])
    for argument, keys in numbers.items():
        if keys:
            named |= Q(**{f"arguments__{argument}__in": keys})
    work = Effect.objects.filter(named, kind__startswith="marketplace.")
    return Q(pk__in=work.order_by().values("pk"))


def _keys(rows: QuerySet[Any, Any]) -> QuerySet[Any, int]:
    return rows.order_by().values_list("pk", flat=True)


mails.hide("marketplace", _mails_about_it)
effects.hide("marketplace", _work_on_it)
