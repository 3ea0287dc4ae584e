"""What remains of a session, on one short form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.models import City, User
from events.forms.groups import day_widget, offer
from events.models import OutcomeKind
from events.services.outcomes import Promise
from initiatives.forms.fields import LinesField, WordsField

LONGEST = 160
FIELDS = {
    "takeaways": OutcomeKind.TAKEAWAY,
    "practices": OutcomeKind.PRACTICE,
    "needs": OutcomeKind.NEED,
}


class NotesForm(forms.Form):
    """Takeaways, practices and needs of a city, one a line, and what it commits itself to."""

    city = forms.ModelChoiceField(
        label=gettext_lazy("For which city"), queryset=City.objects.none(), empty_label=None
    )
    takeaways = LinesField(
        label=gettext_lazy("What we take away"),
        longest=LONGEST,
        max_length=2000,
        help_text=gettext_lazy("One per line. Example: Tenders can ask for repair"),
    )
    practices = LinesField(
        label=gettext_lazy("What works in our city"),
        longest=LONGEST,
        max_length=2000,
        help_text=gettext_lazy("One per line, for others to ask about."),
    )
    needs = LinesField(
        label=gettext_lazy("What we look for"),
        longest=LONGEST,
        max_length=2000,
        help_text=gettext_lazy("One per line. Example: Contracts that were signed"),
    )
    commitment = WordsField(
        label=gettext_lazy("What we will do"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("One commitment of your city; come back to this page for another."),
    )
    due_on = forms.DateField(label=gettext_lazy("By"), required=False, widget=day_widget())
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Who sees to it"),
        queryset=User.objects.all(),
        required=False,
        empty_label=gettext_lazy("The city's team"),
        help_text=gettext_lazy("Gets a reminder before the day, and one after it."),
    )
    with_city = forms.ModelChoiceField(
        label=gettext_lazy("Together with"),
        queryset=City.objects.all(),
        required=False,
        empty_label=gettext_lazy("no other city"),
    )

    def __init__(
        self,
        data: Any,
        *,
        cities: Sequence[City],
        others: Sequence[City],
        owners: Sequence[User],
        person: User,
    ) -> None:
        """Offer the cities this person came for, those that were there, and their colleagues."""
        super().__init__(data, initial={"owner": person.pk})
        field: Any = self.fields["city"]
        field.queryset = City.objects.filter(pk__in=[city.pk for city in cities])
        if len(cities) == 1:
            field.initial = cities[0]
            field.widget = forms.HiddenInput()
        offer(self, "owner", owners)
        offer(self, "with_city", others)

    def clean_due_on(self) -> Any:
        """See that the day is not over."""
        day = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or a later one."))
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for something to keep, and for the day of a commitment."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        promised, due_on = cleaned.get("commitment"), cleaned.get("due_on")
        if promised and not due_on and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by when: a commitment has a day."))
        if due_on and not promised and "commitment" not in self.errors:
            self.add_error("commitment", _("Say what will be done by then."))
        if promised and cleaned.get("with_city") and cleaned["with_city"] == cleaned.get("city"):
            self.add_error("with_city", _("Name another city, not the same once more."))
        if not self.errors and not any(cleaned.get(name) for name in [*FIELDS, "commitment"]):
            self.add_error(None, _("Write something in one of the boxes first."))
        return cleaned

    def lines(self) -> dict[OutcomeKind, list[str]]:
        """Return what was noted, line by line, by its kind."""
        return {kind: self.cleaned_data[name].splitlines() for name, kind in FIELDS.items()}

    def promise(self) -> Promise | None:
        """Return the commitment, if there is one."""
        said = self.cleaned_data
        if not said["commitment"]:
            return None
        # The widget of a text on one line has none, but what is pasted may.
        title = " ".join(said["commitment"].split())
        return Promise(title, said["due_on"], said.get("owner"), said.get("with_city"))
