"""What a reviewer may send: a review with or without a decision, and giving one back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.models import Criterion, Recommendation, Review
from marketplace.workflow import Action

SAVE, GIVE = "save", "give"
ACTS = [SAVE, GIVE, Action.APPROVE, Action.SEND_BACK, Action.REJECT, Action.NEXT_ROUND]


class DecisionForm(forms.Form):
    """Words that go with a decision. `act` says which button was pressed."""

    to_city = forms.CharField(
        label=_("Comment to the city"),
        help_text=_("The city reads this with the decision. Your name is not shown to it."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    private_note = forms.CharField(
        label=_("Private note"),
        help_text=_("For reviewers and programme staff only."),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, act: str = SAVE, **kwargs: Any) -> None:
        """Take the button that was pressed besides what any form takes."""
        self.act = act if act in ACTS else SAVE
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Ask for the words that a decision needs."""
        cleaned = super().clean()
        needs_words = self.act in {Action.SEND_BACK, Action.REJECT}
        if needs_words and not cleaned.get("to_city", "").strip():
            self.add_error("to_city", _("Say why, in words for the city."))
        if self.act == Action.NEXT_ROUND and cleaned.get("to_city", "").strip():
            words = _(
                "The city reads this with the decision: keep it for then, or as a private note."
            )
            self.add_error("to_city", words)
        return cleaned


class ReviewForm(DecisionForm):
    """A review: a score for each question, and words. Saving needs none of them.

    Where others decide (`hindrance` says why), it is given with a recommendation.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = []

    def __init__(
        self,
        *args: Any,
        review: Review,
        criteria: list[Criterion],
        hindrance: str = "",
        **kwargs: Any,
    ) -> None:
        """Take the review as it is saved, the questions to be scored, and why others decide."""
        self.criteria = criteria
        self.hindrance = hindrance
        scores = {score.criterion_id: score.value for score in review.scores.all()}
        kwargs["initial"] = {
            "version": review.version,
            "to_city": review.to_city,
            "private_note": review.private_note,
            "recommendation": review.recommendation,
            **{_name(each): scores.get(each.pk) for each in criteria},
        }
        super().__init__(*args, **kwargs)
        for each in criteria:
            self.fields[_name(each)] = forms.TypedChoiceField(
                label=each.name,
                help_text=each.guidance,
                choices=_choices(each),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        if hindrance:
            self.fields["recommendation"] = forms.ChoiceField(
                label=_("What would you decide?"),
                choices=Recommendation.choices,
                required=self.act == GIVE,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say what you would decide.")},
            )
        names = [*map(_name, criteria), "recommendation", "to_city", "private_note", "version"]
        self.order_fields(names)

    def clean(self) -> dict[str, Any]:
        """Ask for every score where the decision rests on them."""
        cleaned = super().clean()
        if self.act in {GIVE, Action.APPROVE, Action.REJECT}:
            for each in self.criteria:
                if _name(each) not in self.errors and cleaned.get(_name(each)) is None:
                    self.add_error(_name(each), _("Choose a score before you decide."))
        return cleaned

    def written(self) -> dict[str, Any]:
        """Return what `services.write_review` takes; call it on a valid form."""
        given = {each: self.cleaned_data.get(_name(each)) for each in self.criteria}
        return {
            "version": self.cleaned_data["version"],
            "scores": {each: value for each, value in given.items() if value is not None},
            "to_city": self.cleaned_data["to_city"],
            "private_note": self.cleaned_data["private_note"],
        }

    def score_fields(self) -> list[forms.BoundField]:
        """Return the questions, for the page."""
        return [self[_name(each)] for each in self.criteria]

    def use_version(self, version: int) -> None:
        """Let the next attempt replace version `version`, keeping what was typed."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class DeclineForm(forms.Form):
    """Giving a review back, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Programme staff read it; the city does not."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    conflict = forms.BooleanField(
        label=_("I have a conflict of interest with this city"),
        help_text=_("You will not be asked about it again, and cannot read its submissions."),
        required=False,
    )


def _name(criterion: Criterion) -> str:
    return f"score_{criterion.pk}"


def _choices(criterion: Criterion) -> list[tuple[int, str]]:
    words = criterion.words.splitlines()
    return [
        (value, f"{value} – {words[value - 1]}" if value <= len(words) else str(value))
        for value in range(1, criterion.highest + 1)
    ]
