"""What experts and cities send about one-to-one talks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import MeetingAsker, MeetingExpert, MeetingRound, MeetingSlot
from events.services.meeting_words import slot_words

MOST_WISHES = 6
PLACE = ("room", "link")


def _slot_choices(round: MeetingRound, slots: Iterable[MeetingSlot]) -> list[tuple[int, str]]:
    return [(slot.pk, slot_words(slot, round.event.time_zone)) for slot in slots]


class OffersForm(forms.Form):
    """The slots an expert offers, and where."""

    slots = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Slots you offer"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy(
                "A slot you chose has begun or is gone. Look at the slots again, then save."
            )
        },
    )
    room = forms.CharField(
        label=gettext_lazy("Room"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Leave it empty when you talk online."),
    )
    link = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=500, assume_scheme="https"
    )
    about = forms.CharField(
        label=gettext_lazy("What cities can ask you about"), required=False, max_length=200
    )
    most = forms.IntegerField(label=gettext_lazy("Talks at most"), min_value=0, max_value=99)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, expert: MeetingExpert, **kwargs: Any) -> None:
        """Offer the slots that have not begun; what the expert offers now stands chosen."""
        super().__init__(*args, **kwargs)
        self.expert = expert
        ahead = expert.round.slots.filter(starts_at__gt=timezone.now())
        self.slots = {slot.pk: slot for slot in ahead}
        choices = _slot_choices(expert.round, self.slots.values())
        self.fields["slots"].choices = choices  # type: ignore[attr-defined]
        self.offers = {offer.slot_id: offer for offer in expert.offers.all()}
        first = next(iter(self.offers.values()), None)
        self.initial = {
            "slots": list(self.offers),
            "room": first.room if first else "",
            "link": first.link if first else "",
            "about": expert.about,
            "most": expert.most,
            "seen": " ".join(map(str, self.offers)),
        }
        for name in PLACE:
            self.fields[name].show_hidden_initial = True

    def places(self) -> dict[MeetingSlot, tuple[str, str]]:
        """Return room and link of each offered slot.

        A slot keeps a place that was not on the page: one of its own, or one set meanwhile.
        """
        typed, shown = self._typed(), self._shown()
        held = {pk: (offer.room, offer.link) for pk, offer in self.offers.items()}
        kept = {pk: place for pk, place in held.items() if typed == shown or place != shown}
        new = tuple(self.initial[name] for name in PLACE) if typed == shown else typed
        return {self.slots[pk]: kept.get(pk, new) for pk in self.cleaned_data["slots"]}

    def typed(self) -> list[tuple[str, str]]:
        """Return what was sent in words, each with what it is called; empty ones left out."""
        round = self.expert.round
        said = {name: str(self[name].value() or "") for name in ("about", "most", *PLACE)}
        # Also those that have begun, and whatever else is wrong: it is read, not kept.
        words = {str(pk): slot for pk, slot in _slot_choices(round, round.slots.all())}
        chosen = map(str, self["slots"].value() or [])
        said["slots"] = "; ".join(words[pk] for pk in chosen if pk in words)
        return [(str(self[name].label), words) for name, words in said.items() if words]

    def keeps_others(self) -> bool:
        """Say whether a place was typed and some offered slot keeps another."""
        typed = self._typed()
        return typed != self._shown() and any(one != typed for one in self.places().values())

    def _typed(self) -> tuple[str, str]:
        return self.cleaned_data["room"], self.cleaned_data["link"]

    def _shown(self) -> tuple[str, str]:
        at = {name: self[name].html_initial_name for name in PLACE}
        room, link = (self.data.get(at[name], self.initial[name]) for name in PLACE)
        return room, link

    def seen_slots(self) -> set[int]:
        """Return the slots that stood as offered on the page; what staff added since is not one."""
        seen = set(self.cleaned_data["seen"].split())
        return {pk for pk in self.offers if str(pk) in seen}


class WishesForm(forms.Form):
    """The experts a city wants to talk with, the dearest first, each with its question."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asker: MeetingAsker, **kwargs: Any) -> None:
        """Offer the experts of the round; the city's wishes stand in their order."""
        super().__init__(*args, **kwargs)
        self.asker = asker
        experts = list(asker.round.experts.select_related("user").exclude(most=0))
        self.experts = {expert.pk: expert for expert in experts}
        choices = [("", _("Nobody")), *((one.pk, _about(one)) for one in experts)]
        wishes = list(asker.wishes.filter(is_closed=False))
        self.initial["seen"] = asker.version
        for rank in range(1, max(MOST_WISHES, len(wishes)) + 1):
            wish = wishes[rank - 1] if rank <= len(wishes) else None
            self.fields[f"expert_{rank}"] = forms.TypedChoiceField(
                label=_("Wish %d: expert") % rank,
                coerce=int,
                choices=choices,
                required=False,
                empty_value=None,
                initial=wish.expert_id if wish else "",
            )
            self.fields[f"question_{rank}"] = forms.CharField(
                label=_("Wish %d: your question") % rank,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=wish.question if wish else "",
            )
        self.ranks = max(MOST_WISHES, len(wishes))
        self.slots = {slot.pk: slot for slot in asker.round.slots.all()}
        self.fields["away"] = forms.TypedMultipleChoiceField(
            label=_("Slots in which you cannot come"),
            coerce=int,
            required=False,
            choices=_slot_choices(asker.round, self.slots.values()),
            widget=forms.CheckboxSelectMultiple,
            initial=[slot.pk for slot in asker.away.all()],
        )

    def clean(self) -> dict[str, Any]:
        """Want each expert once, with a question."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("seen") not in (None, self.asker.version):
            self.data = self.data.copy()  # type: ignore[union-attr]
            self.data[self.add_prefix("seen")] = str(self.asker.version)  # type: ignore[index]
            self.add_error(
                None,
                _(
                    "Somebody of your team saved these wishes meanwhile. Yours are still here; "
                    "saving again puts them in place."
                ),
            )
        seen: set[int] = set()
        for rank in range(1, self.ranks + 1):
            expert, question = cleaned.get(f"expert_{rank}"), cleaned.get(f"question_{rank}")
            if expert in seen:
                self.add_error(f"expert_{rank}", _("You wish for this expert already."))
            elif expert and not question and f"question_{rank}" not in self.errors:
                self.add_error(
                    f"question_{rank}", _("Write your question, so that the expert can prepare.")
                )
            elif question and not expert and f"expert_{rank}" not in self.errors:
                self.add_error(f"expert_{rank}", _("Choose whom you want to ask."))
            seen |= {expert} if expert else set()
        return cleaned

    def wishes(self) -> list[tuple[MeetingExpert, str]]:
        """Return the wishes in their order, without the gaps."""
        return [
            (self.experts[expert], self.cleaned_data[f"question_{rank}"])
            for rank in range(1, self.ranks + 1)
            if (expert := self.cleaned_data[f"expert_{rank}"])
        ]

    def away(self) -> list[MeetingSlot]:
        """Return the slots in which the city cannot come."""
        return [self.slots[pk] for pk in self.cleaned_data["away"]]


def _about(expert: MeetingExpert) -> str:
    return f"{expert.user.name}: {expert.about}" if expert.about else expert.user.name


class NotesForm(forms.Form):
    """What was said in a talk, and what was agreed."""

    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    outcome = forms.CharField(
        label=gettext_lazy("What was agreed"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    """Why a talk is called off."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (the others read it)"), required=False, max_length=300
    )
