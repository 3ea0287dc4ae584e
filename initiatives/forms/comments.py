"""A comment beside a section."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import User
from initiatives.forms.fields import WordsField, long_text
from initiatives.models import Audience


class CommentForm(forms.Form):
    """The words, who reads them, and whom they name."""

    text = WordsField(
        label=gettext_lazy("Your comment"),
        max_length=4000,
        widget=long_text(4),
        help_text=gettext_lazy(
            "@ and a name, or a part of it that is nobody else's, tells that person by mail, as a "
            "tick below does."
        ),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who reads it"), choices=Audience.choices, widget=forms.RadioSelect
    )
    mentioned = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Tell by mail"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Any, *, team: QuerySet[User], everybody: QuerySet[User], is_team: bool
    ) -> None:
        """Offer who reads along; advisers write to the team and to one another."""
        super().__init__(data, initial={"audience": Audience.TEAM})
        self.team = team
        self.fields["mentioned"].queryset = everybody
        if not is_team:
            del self.fields["audience"]

    def clean(self) -> dict[str, Any]:
        """See that nobody is named who does not read the comment."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned.setdefault("audience", Audience.ADVISERS)
        if cleaned["audience"] == Audience.TEAM:
            inside = set(self.team.values_list("pk", flat=True))
            outside = [one for one in cleaned.get("mentioned", []) if one.pk not in inside]
            if outside:
                names = ", ".join(str(one) for one in outside)
                self.add_error(
                    "mentioned",
                    _("%s would not read it: choose that advisers read it as well.") % names,
                )
        return cleaned
