"""Staff choose who reviews, and approve several at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.models import User
from marketplace.models import Revision
from marketplace.models.conflicts import people_in_conflict_over
from marketplace.permissions import reviewers
from marketplace.services import open_reviews


class ReviewerField(forms.ModelChoiceField):
    """Reviewers with what they have to do, and where they cannot be asked."""

    hindrances: dict[int, list[str]] = {}

    def label_from_instance(self, person: User) -> str:
        """Say how much somebody has to do already, and with whom they have a conflict."""
        load = ngettext("{count} open review", "{count} open reviews", person.load).format(
            count=person.load
        )
        words = [str(person), load, *self.hindrances.get(person.pk, [])]
        return ", ".join(words)


class AssignForm(forms.Form):
    """Who shall review what was ticked."""

    reviewer = ReviewerField(label=gettext_lazy("Reviewer"), queryset=User.objects.none())

    def __init__(
        self, *args: Any, revisions: list[Revision], known_to: User, **kwargs: Any
    ) -> None:
        """Take the revisions that shall be reviewed, and who looks at the form."""
        super().__init__(*args, **kwargs)
        field = self.fields["reviewer"]
        field.hindrances = _hindrances(revisions)
        field.queryset = reviewers().annotate(load=open_reviews(known_to)).order_by("load", "name")


class InsteadForm(AssignForm):
    """Who shall give the reviews that were ticked, instead of those who were asked, and why."""

    private_note = forms.CharField(
        label=gettext_lazy("Why, for reviewers and staff"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the portal choose, where staff choose nobody."""
        super().__init__(*args, **kwargs)
        field = self.fields["reviewer"]
        field.required = False
        field.empty_label = _("Whoever suits best")


class ApproveForm(forms.Form):
    """The words that go to the cities with an approval by staff, and when it is published.

    Whoever approves several at once types how many, so that a slip of the mouse publishes none.
    """

    note = forms.CharField(
        label=gettext_lazy("Words to the city"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    embargo_until = forms.DateTimeField(
        label=gettext_lazy("Not published before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: at once, or when the process says."),
    )

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        """Take how many revisions are to be approved."""
        super().__init__(*args, **kwargs)
        self.number = number
        if number > 1:
            self.fields["typed"] = forms.IntegerField(
                label=_("To confirm, type how many entries you approve: {number}").format(
                    number=number
                ),
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    def clean_typed(self) -> int:
        """Refuse another number."""
        if (typed := self.cleaned_data["typed"]) != self.number:
            raise forms.ValidationError(
                _("You typed {typed}, and {number} entries are listed above.").format(
                    typed=typed, number=self.number
                )
            )
        return int(typed)


def _hindrances(revisions: list[Revision]) -> dict[int, list[str]]:
    """Return, for people who cannot be asked for all of these, the reasons in words."""
    found: dict[int, list[str]] = {}
    # Revisions of one city under one process have one answer.
    alike = {(each.entry.city, each.process_id): each for each in revisions if each.entry.city}
    for (city, _process), revision in sorted(alike.items(), key=str):
        words = _("conflict of interest with {city}").format(city=city)
        for person in people_in_conflict_over(revision).values_list("pk", flat=True):
            if words not in found.setdefault(person, []):
                found[person].append(words)
    for revision in revisions:
        for review in revision.reviews.all():
            if not review.bars_its_reviewer(revision):
                continue
            words = _("asked already: {title}").format(title=revision.title)
            found.setdefault(review.reviewer_id, []).append(words)
    return found
