"""What a reviewer may send beside the review itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import User
from marketplace.differences import part_names
from marketplace.models import Revision
from marketplace.services import candidates

MOST_QUOTED = 500


class ConsultForm(forms.Form):
    """Whom to ask for a second opinion, and on what."""

    reviewer = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none())
    note = forms.CharField(
        label=_("What they shall look at"),
        help_text=_("Reviewers and programme staff read it, the city does not."),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        """Offer who could be asked, without those in a conflict of interest."""
        super().__init__(*args, **kwargs)
        able = [candidate.person for candidate in candidates(revision)]
        self.fields["reviewer"].queryset = User.objects.filter(pk__in=able).order_by("name", "pk")


class RemarkForm(forms.Form):
    """A remark on a passage: where, the words it is about, and what to say."""

    field = forms.ChoiceField(label=_("Part"))
    passage = forms.CharField(
        label=_("Passage"),
        help_text=_("The words it is about, as they stand there. Empty: the whole part."),
        required=False,
        max_length=MOST_QUOTED,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    words = forms.CharField(
        label=_("Your remark"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    to_city = forms.BooleanField(
        label=_("The city reads it with the decision"),
        help_text=_("Otherwise reviewers and programme staff alone."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, revision: Revision, **kwargs: Any) -> None:
        """Offer the parts that this kind of entry has."""
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = list(part_names(revision).items())
