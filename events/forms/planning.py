"""What staff send on the pages where groups and talks are planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import (
    MeetingAsker,
    MeetingExpert,
    MeetingRound,
    MeetingSlot,
    PeerGroup,
    RoundCity,
    RoundGuide,
    Session,
)
from events.services.meeting_words import slot_words

MOST_SEED = 1_000_000
NO_GROUP, NEW_GROUP = "none", "new"


class SolveForm(forms.Form):
    """With which seed to search, and whether what stands should stay as far as it can."""

    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=1,
        max_value=MOST_SEED,
        initial=1,
        help_text=gettext_lazy("The same number gives the same result; another one may differ."),
    )


class SolveTalksForm(SolveForm):
    """The same for talks: they are the best there are, whatever the seed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what the seed is for."""
        super().__init__(*args, **kwargs)
        self.fields["seed"].help_text = _(
            "Talks are the same whatever the number; it draws the plan by chance beside them."
        )


class MoveForm(forms.Form):
    """A city and the group it goes to by hand."""

    city = forms.ChoiceField(label=gettext_lazy("City"))
    to = forms.ChoiceField(label=gettext_lazy("Goes to"))

    def __init__(
        self, *args: Any, entries: Iterable[RoundCity], groups: Iterable[PeerGroup], **kwargs: Any
    ) -> None:
        """Offer the cities of the round and its groups, a new one and none."""
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.pk): entry for entry in entries}
        self.fields["city"].choices = [  # type: ignore[attr-defined]
            (pk, entry.city.name) for pk, entry in self.entries.items()
        ]
        self.numbers = [group.number for group in groups]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            *((str(group.number), group.name) for group in groups),
            (NEW_GROUP, _("A new group")),
            (NO_GROUP, _("No group")),
        ]

    def entry(self) -> RoundCity:
        """Return the city."""
        return self.entries[self.cleaned_data["city"]]

    def number(self) -> int | None:
        """Return the number of the group; None for none."""
        to = self.cleaned_data["to"]
        if to == NO_GROUP:
            return None
        return max(self.numbers, default=0) + 1 if to == NEW_GROUP else int(to)


class GroupForm(forms.ModelForm):
    """Where a group meets, who guides it, and what of it stays when it is worked out again."""

    link = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https"
    )

    class Meta:
        model = PeerGroup
        fields = ["label", "link", "guide", "is_pinned", "guide_is_pinned"]

    def __init__(self, *args: Any, guides: Iterable[RoundGuide], **kwargs: Any) -> None:
        """Take the round's mentors and experts, read once for all its groups."""
        super().__init__(*args, **kwargs)
        self.guides = {str(guide.pk): guide for guide in guides}
        self.fields["guide"] = forms.ChoiceField(
            label=_("Mentor or expert"),
            required=False,
            choices=[("", _("Nobody")), *((pk, str(one)) for pk, one in self.guides.items())],
        )
        # Without words of staff's own it is told by its number, in each reader's language.
        self.fields["label"].widget.attrs["placeholder"] = self.instance.breakout
        self.members = list(self.instance.seats.all())
        self.fields["seats"] = forms.TypedMultipleChoiceField(
            coerce=int,
            required=False,
            choices=[(seat.pk, seat.entry.city.name) for seat in self.members],
        )
        self.initial["seats"] = [seat.pk for seat in self.members if seat.is_pinned]

    def clean_guide(self) -> RoundGuide | None:
        """Return the guide."""
        return self.guides.get(self.cleaned_data["guide"])


class SlotsForm(forms.Form):
    """A session that is parted into slots."""

    session = forms.ModelChoiceField(Session.objects.none(), label=gettext_lazy("Session"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of a talk"), min_value=5, max_value=240, initial=20
    )
    pause = forms.IntegerField(
        label=gettext_lazy("Minutes between"), min_value=0, max_value=120, initial=5
    )

    def __init__(self, *args: Any, round: MeetingRound, **kwargs: Any) -> None:
        """Offer the sessions of the event whose hours are known."""
        super().__init__(*args, **kwargs)
        sessions = Session.objects.filter(
            day__event=round.event_id, starts_at__isnull=False, is_cancelled=False
        )
        self.fields["session"].queryset = sessions.in_order()  # type: ignore[attr-defined]


class ArrangeForm(forms.Form):
    """A talk that staff arrange by hand."""

    asker = forms.TypedChoiceField(label=gettext_lazy("City"), coerce=int)
    expert = forms.TypedChoiceField(label=gettext_lazy("Expert"), coerce=int)
    slot = forms.TypedChoiceField(label=gettext_lazy("Slot"), coerce=int)

    def __init__(
        self,
        *args: Any,
        askers: Iterable[MeetingAsker],
        experts: Iterable[MeetingExpert],
        slots: Iterable[MeetingSlot],
        zone: str,
        **kwargs: Any,
    ) -> None:
        """Offer who takes part, and the slots there are."""
        super().__init__(*args, **kwargs)
        choices = {
            "asker": [(one.pk, one.city.name) for one in askers],
            "expert": [(one.pk, one.user.name) for one in experts],
            "slot": [(one.pk, slot_words(one, zone)) for one in slots],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
