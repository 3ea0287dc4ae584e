"""A milestone: one line for its date, as precisely as it is known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities.editing.conflicts import Conflict, VersionedForm
from initiatives import dates, services
from initiatives.forms.fields import PartialDateField, long_text
from initiatives.models import Initiative, Milestone


class MilestoneForm(VersionedForm):
    """A milestone. Words that are no date may be kept as they are; then only the order counts."""

    when = PartialDateField(label=gettext_lazy("When"), required=False)
    keep_words = forms.BooleanField(
        label=gettext_lazy("Keep these words: the date is not known better"),
        required=False,
        widget=forms.HiddenInput,
    )
    first_was_wrong = forms.BooleanField(
        label=gettext_lazy("The first date was a mistake: it was never planned so"),
        required=False,
        help_text=gettext_lazy(
            "Then the date above is the plan. The history keeps both. Once the roadmap has been "
            "handed in, the first plan stays."
        ),
    )
    reached_on = forms.DateField(
        label=gettext_lazy("Reached on"),
        required=False,
        help_text=gettext_lazy("Only if it has been reached and you know the day: 08/02/2021"),
    )

    class Meta:
        model = Milestone
        fields = ["title", "description", "status", "reached_on", "moved_because"]
        widgets = {
            "title": long_text(2),
            "description": long_text(3),
            "moved_because": long_text(2),
        }
        labels = {"moved_because": gettext_lazy("Why it slipped")}
        help_texts = {
            "title": gettext_lazy("What will then be there. Example: Opening of the first tiles"),
            "moved_because": gettext_lazy(
                "If you move the date: a word for those who read the plan. The first plan and all "
                "reasons stay in the history."
            ),
        }

    field_order = [
        *(
            "title",
            "when",
            "keep_words",
            "moved_because",
            "first_was_wrong",
            "status",
            "reached_on",
            "description",
        ),
    ]

    def __init__(self, *args: Any, initiative: Initiative, **kwargs: Any) -> None:
        """Show the date as it was typed."""
        super().__init__(*args, **kwargs)
        self.initiative = initiative
        self.fields["when"].initial = dates.compact(dates.read(self.instance))
        if not self.instance.plan_precision:
            # What never had a place on the calendar cannot have slipped.
            del self.fields["moved_because"]
        if not services.may_mend_plan(self.instance):
            del self.fields["first_was_wrong"]
        self.order_fields(self.field_order)

    def _clean_fields(self) -> None:
        super()._clean_fields()
        typed = self["when"].data or ""
        if "when" not in self.errors:
            return
        is_as_before = bool(typed) and typed.strip() == self.instance.date_text
        wanted = self.cleaned_data.get("keep_words") or is_as_before
        if wanted and len(typed) <= dates.LONGEST_TEXT:
            del self._errors["when"]
            self.cleaned_data["when"] = dates.in_order_only(typed.strip())
        self.fields["keep_words"].widget = forms.CheckboxInput()

    def clean(self) -> dict[str, Any]:
        """See that the dates make sense, and merge them like any other field."""
        cleaned = super().clean()
        when = cleaned.get("when") or dates.in_order_only()
        cleaned["when"] = when
        faults = services.milestone_faults(
            self.initiative.roadmap, when, cleaned.get("status") or "", cleaned.get("reached_on")
        )
        for name, words in faults.items():
            self.add_error(name, words)
        if self._current is not None:
            self._merge_dates(cleaned)
        return cleaned

    def _merge_dates(self, cleaned: dict[str, Any]) -> None:
        """Keep a date that only somebody else changed; ask when both did."""
        theirs = dates.read(self._current)
        mine = cleaned["when"]
        if self.data.get(self.add_prefix("keep-when")) == "theirs":
            cleaned["when"] = theirs
        if cleaned.get("version") == self._current.version or mine.same_as(theirs):
            return
        seen = self._current.history.filter(version=cleaned.get("version")).first()
        before = dates.read(seen) if seen else None
        if before and mine.same_as(before):
            cleaned["when"] = theirs
            # Should the form be shown again for something else, this date stands there.
            self._merged[self.add_prefix("when")] = dates.compact(theirs)
        elif not before or not theirs.same_as(before):
            label = str(self.fields["when"].label)
            self.conflicts.append(
                Conflict(self.add_prefix("when"), label, dates.told(mine), dates.told(theirs))
            )
            if not self.non_field_errors():
                self.add_error(
                    None, _("Somebody else changed the date meanwhile: choose which to keep.")
                )
            self.stand_on_now()

    def save(self, commit: bool = True) -> Milestone:
        """Save; the first dates a milestone ever had stay as its plan."""
        milestone: Milestone = super().save(commit=False)
        milestone.initiative = self.initiative
        if not milestone.pk:
            milestone.position = self.initiative.milestones.count() + 1
        when = self.cleaned_data["when"]
        if not when.same_as(dates.read(milestone)) or when.text != milestone.date_text:
            services.set_dates(milestone, when)
        if self.cleaned_data.get("first_was_wrong"):
            services.mend_plan(milestone)
        if commit:
            milestone.save()
        return milestone
