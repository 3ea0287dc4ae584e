"""Handing entries over, and merging them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from cities.models import City
from marketplace.models import Entry


class TransferForm(forms.Form):
    """To which city an entry shall go, and why."""

    to_city = forms.ModelChoiceField(
        label=gettext_lazy("To which city"), queryset=City.objects.none()
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: “Your city runs it since January.”"),
    )

    def __init__(self, *args: Any, entry: Entry | None = None, **kwargs: Any) -> None:
        """Offer every city but the one that has it."""
        super().__init__(*args, **kwargs)
        cities = City.objects.order_by("name")
        if entry is not None and entry.city_id:
            cities = cities.exclude(pk=entry.city_id)
        self.fields["to_city"].queryset = cities


class TransferAnswerForm(forms.Form):
    """What goes with an answer."""

    note = forms.CharField(
        label=gettext_lazy("Words to the other city"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MergeForm(forms.Form):
    """Which of two entries stays, and why they are merged."""

    kept = forms.ModelChoiceField(
        label=gettext_lazy("Entry that stays"),
        queryset=Entry.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, entries: list[Entry], **kwargs: Any) -> None:
        """Offer the two."""
        super().__init__(*args, **kwargs)
        pks = [entry.pk for entry in entries]
        self.fields["kept"].queryset = Entry.objects.filter(pk__in=pks).select_related(
            "live_revision"
        )
