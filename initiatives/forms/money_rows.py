"""Rows of a charter that speak of money: support needed, and budget lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, ConsortiumMember, Organisation
from initiatives.forms.fields import AmountField, long_text
from initiatives.forms.merged_rows import NOTHING, RowForm
from initiatives.models import BudgetLine, Roadmap, SupportNeed


class CurrencyField(forms.RegexField):
    """Three capital letters."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            label=gettext_lazy("Currency"),
            regex=r"^[A-Z]{3}$",
            initial="EUR",
            help_text=gettext_lazy("Three capital letters, such as EUR."),
            error_messages={"invalid": gettext_lazy("Write three capital letters, such as EUR.")},
        )


class SupportNeedForm(RowForm):
    """Something the initiative asks for, with an amount if it is money."""

    amount = AmountField(
        label=gettext_lazy("Amount"),
        required=False,
        max_digits=14,
        decimal_places=2,
        min_value=0,
    )
    currency = CurrencyField()

    class Meta:
        model = SupportNeed
        fields = ["kind", "text", "amount", "currency"]
        widgets = {"text": long_text(2)}
        help_texts = {"text": gettext_lazy("Example: A decision on the data warehouse by June")}


class BudgetLineForm(RowForm):
    """An amount of money, to the cent."""

    amount = AmountField(
        label=gettext_lazy("Amount"),
        max_digits=14,
        decimal_places=2,
        min_value=0,
        help_text=gettext_lazy("To the cent if you know it. Example: 350000 or 350,000.00"),
    )
    currency = CurrencyField()

    class Meta:
        model = BudgetLine
        fields = [
            "label", "amount", "currency", "year", "until_year", "level", "funding_source",
            "city", "is_secured",
        ]  # fmt: skip
        help_texts = {
            "year": gettext_lazy("Or the first of several years."),
            "until_year": gettext_lazy("If the amount is paid every year: the last of them."),
            "funding_source": gettext_lazy("Which programme or budget. Example: ERDF 2021–2027"),
        }

    def __init__(self, *args: Any, cities: Any, **kwargs: Any) -> None:
        """Offer the cities of the consortium; a city on its own has no parts."""
        super().__init__(*args, **kwargs)
        if cities:
            keys = [key for key, _name in cities]
            self.fields["city"].queryset = City.objects.filter(pk__in=keys)
            self.fields["city"].choices = [NOTHING, *cities]
            self.fields["city"].help_text = _("Whose part it is. Empty: everybody's together.")
        else:
            del self.fields["city"]

    def clean(self) -> dict[str, Any]:
        """See that the years are in order."""
        cleaned = super().clean()
        first, last = cleaned.get("year"), cleaned.get("until_year")
        if last is not None and first is None and "year" not in self.errors:
            self.add_error("year", _("From which year on?"))
        elif last is not None and first is not None and last < first:
            self.add_error(
                "until_year",
                _("The last year, %(last)d, is before the first, %(first)d.")
                % {"last": last, "first": first},
            )
        return cleaned


def bodies_of(roadmap: Roadmap) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return all organisations, and the cities of the consortium: a budget has parts of theirs.

    One query.
    """
    consortium = roadmap.participation.consortium_id
    members = ConsortiumMember.objects.filter(consortium=consortium, consortium__isnull=False)
    cities = City.objects.filter(pk__in=members.order_by().values("city"))
    found: tuple[list[tuple[int, str]], list[tuple[int, str]]] = [], []
    both = (_named(0, Organisation.objects.all()), _named(1, cities))
    for of, key, name in both[0].union(both[1], all=True).order_by("name", "pk"):
        found[of].append((key, name))
    return found


def _named(of: int, bodies: QuerySet[Any]) -> QuerySet[Any, Any]:
    return bodies.order_by().annotate(of=Value(of)).values_list("of", "pk", "name")
