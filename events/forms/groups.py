"""What cities write in a thematic action group: their order of priorities, and what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import VersionedForm
from cities.editing.seen import CellsForm
from cities.models import City, User
from events.models import NextStep, Outcome, OutcomeKind, Priority, ThematicActionGroup
from initiatives.forms.fields import LinkField, WordsField, long_text

OPEN, DONE, GIVEN_UP = "open", "done", "given_up"
STANDINGS = [
    (OPEN, gettext_lazy("Still to do")),
    (DONE, gettext_lazy("Done")),
    (GIVEN_UP, gettext_lazy("Given up")),
]
# What a group shares; takeaways are noted at sessions.
SHARED = [OutcomeKind.PRACTICE, OutcomeKind.NEED]


def day_widget() -> forms.DateInput:
    """Return a field in which a day is picked or typed."""
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class RankingForm(CellsForm):
    """A rank for each priority, 1 for what matters most; left empty, it is not ranked."""

    def __init__(
        self, data: Any, *, priorities: Sequence[Priority], ranks: Mapping[int, int]
    ) -> None:
        """Ask for a rank of each priority."""
        choices = [("", _("not ranked")), *((at, at) for at in range(1, len(priorities) + 1))]
        cells: dict[str, forms.Field] = {
            f"priority_{one.pk}": forms.TypedChoiceField(
                label=one.title,
                help_text=one.about,
                coerce=int,
                empty_value=None,
                required=False,
                choices=choices,
            )
            for one in priorities
        }
        saved = {f"priority_{one.pk}": ranks.get(one.pk) for one in priorities}
        super().__init__(data, cells=cells, saved=saved)

    def clean(self) -> dict[str, Any]:
        """Give each rank once."""
        cleaned = super().clean()
        given: dict[int, str] = {}
        for name in self.fields:
            rank = cleaned.get(name)
            if rank in given:
                words = _("“%(other)s” has rank %(rank)d already: give each rank once.")
                other = self.fields[given[rank]].label
                self.add_error(name, words % {"other": other, "rank": rank})
            elif rank:
                given[rank] = name
        return cleaned

    def ranks(self) -> dict[int, int]:
        """Return the rank of each priority that has one, by its key."""
        return {
            int(name.removeprefix("priority_")): rank
            for name, rank in self.cleaned_data.items()
            if rank
        }


class OutcomeForm(VersionedForm):
    """A practice that a city shares, or what it needs."""

    link = LinkField(label=gettext_lazy("Where one reads more"))
    text = WordsField(
        label=gettext_lazy("In more words"), required=False, max_length=4000, widget=long_text(5)
    )

    class Meta:
        model = Outcome
        fields = ["kind", "city", "sub_group", "title", "text", "link", "is_public"]
        help_texts = {"title": gettext_lazy("Example: Volunteers collect clean recyclables")}

    def __init__(
        self,
        *args: Any,
        cities: Sequence[City],
        group: ThematicActionGroup | None,
        kinds: Sequence[OutcomeKind] = SHARED,
        **kwargs: Any,
    ) -> None:
        """Offer what this person may write."""
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]
        only_one_of(self, "city", cities)
        sub_groups(self, group)


class StepForm(VersionedForm):
    """What will be done, by whom and by when, and how it stands."""

    text = WordsField(
        label=gettext_lazy("In more words"), required=False, max_length=4000, widget=long_text(4)
    )
    standing = forms.ChoiceField(
        label=gettext_lazy("How it stands"),
        choices=STANDINGS,
        widget=forms.RadioSelect,
        show_hidden_initial=True,
    )
    result = WordsField(
        label=gettext_lazy("What came of it"), required=False, max_length=2000, widget=long_text(3)
    )

    class Meta:
        model = NextStep
        fields = ["title", "text", "city", "owner", "with_city", "sub_group", "due_on", "result"]
        widgets = {"due_on": day_widget()}
        help_texts = {
            "title": gettext_lazy("Example: Send our tender documents to the group"),
            "owner": gettext_lazy("Gets a reminder before the day, and one after it."),
            "with_city": gettext_lazy("Another city with which it is done, if there is one."),
        }

    field_order = [
        *("title", "text", "city", "owner", "with_city", "sub_group", "due_on"),
        *("standing", "result"),
    ]

    def __init__(
        self,
        *args: Any,
        cities: Sequence[City],
        others: Sequence[City],
        owners: Sequence[User],
        group: ThematicActionGroup | None,
        **kwargs: Any,
    ) -> None:
        """Offer the cities this person writes for, and whom they can name."""
        super().__init__(*args, **kwargs)
        step = self.instance
        offer(self, "city", [*cities, *([step.city] if step.city else [])])
        offer(self, "owner", [*owners, *([step.owner] if step.owner else [])])
        offer(self, "with_city", [*others, *([step.with_city] if step.with_city else [])])
        if step.offered_at or step.pairing_id:
            # What two cities said of each other is not said of a third.
            self.fields["with_city"].disabled = True
            if "city" in self.fields:
                self.fields["city"].disabled = True
        sub_groups(self, group)
        if step.pk is None:
            del self.fields["standing"], self.fields["result"]
        else:
            self.fields["standing"].initial = standing_of(step)

    def clean(self) -> dict[str, Any]:
        """Ask who sees to it, when it is no city that this person writes for."""
        cleaned = super().clean()
        city, owner = cleaned.get("city", self.instance.city), cleaned.get("owner")
        if not city and not owner and not {"city", "owner"} & set(self.errors):
            name = "owner" if "owner" in self.fields else None
            self.add_error(name, _("Say which city or who sees to it."))
        if city and cleaned.get("with_city") == city:
            self.add_error("with_city", _("Name another city, not the same once more."))
        return cleaned

    def clean_due_on(self) -> Any:
        """See that a new day is not over."""
        day = self.cleaned_data["due_on"]
        if day != self.instance.due_on and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over: choose today or a later one."))
        return day

    def save(self, commit: bool = True) -> NextStep:
        """Save it, and since when it is done; a standing that nobody touched stays."""
        step: NextStep = super().save(commit=False)
        if "standing" in self.fields and "standing" in self.changed_data:
            standing, today = self.cleaned_data["standing"], timezone.localdate()
            step.done_on = (step.done_on or today) if standing == DONE else None
            step.given_up_on = (step.given_up_on or today) if standing == GIVEN_UP else None
        if commit:
            step.save()
        return step


def standing_of(step: NextStep) -> str:
    """Say how a step stands, as the form does."""
    if step.done_on:
        return DONE
    return GIVEN_UP if step.given_up_on else OPEN


def offer(form: forms.BaseForm, name: str, rows: Sequence[Any]) -> None:
    """Offer these rows alone, each once; without any, do not ask."""
    field: Any = form.fields[name]
    keys = {row.pk for row in rows}
    if not keys:
        del form.fields[name]
        return
    field.queryset = field.queryset.filter(pk__in=keys)


def only_one_of(form: forms.BaseForm, name: str, rows: Sequence[Any]) -> None:
    """Offer these rows; of a single one, have it chosen."""
    offer(form, name, rows)
    if len({row.pk for row in rows}) == 1 and not form.initial.get(name):
        form.initial[name] = rows[0].pk


def sub_groups(form: forms.BaseForm, group: ThematicActionGroup | None) -> None:
    """Offer the parts of a group."""
    offer(form, "sub_group", list(group.sub_groups.all()) if group else [])
