"""What somebody thought of a session."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

RATINGS = [
    (5, _("5 – very good")),
    (4, _("4 – good")),
    (3, _("3 – fair")),
    (2, _("2 – poor")),
    (1, _("1 – very poor")),
]


class FeedbackForm(forms.Form):
    """A rating and two free words."""

    word_for_word = _("Shown word for word, without your name: leave out names.")

    rating = forms.TypedChoiceField(
        label=_("How was it?"), coerce=int, choices=RATINGS, widget=forms.RadioSelect
    )
    useful = forms.CharField(
        label=_("What was useful?"),
        help_text=word_for_word,
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    better = forms.CharField(
        label=_("What could be better?"),
        help_text=word_for_word,
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
