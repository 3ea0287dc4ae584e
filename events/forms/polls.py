"""Polls as moderators prepare them, and what the room sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import (
    LONGEST_OPTION,
    LONGEST_WORDS,
    Poll,
    PollKind,
    PollQuestion,
    PollState,
    QuestionState,
)
from events.services import polls

FEWEST, MOST = 2, 12
MARKS = range(1, 6)
RIGHT = "*"


class PollForm(forms.ModelForm):
    """What a poll is called."""

    class Meta:
        model = Poll
        fields = ["title", "asks_names"]


class QuestionForm(forms.ModelForm):
    """A question with its choices, one a line. One that was asked stays as people read it."""

    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        strip=False,
        max_length=MOST * (LONGEST_OPTION + 4),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "One per line, up to 12. In a quiz, a star before the right one: *Rouen. For a scale, "
            "two lines if you like: what 1 and what 5 mean. None for answers in own words."
        ),
    )

    class Meta:
        model = PollQuestion
        fields = ["text", "kind", "choices", "is_hidden_while_open", "is_moderated"]
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the choices a question has."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["choices"] = self._written()
        self.right: int | None = None

    def _written(self) -> str:
        """Return the choices as somebody would type them."""
        options = list(self.instance.options.order_by("position", "pk"))
        if self.instance.kind == PollKind.WORDS:
            return ""
        if self.instance.kind == PollKind.SCALE:
            ends = [one.text.partition(" – ")[2] for one in (options[:1] + options[-1:])]
            return "\n".join(ends) if all(ends) else ""
        return "\n".join(f"{RIGHT if one.is_right else ''}{one.text}" for one in options)

    def clean(self) -> dict[str, Any]:
        """See that the choices are those of its kind, and that nobody was asked yet."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.has_changed() and self.instance.state != QuestionState.WAITING:
            raise ValidationError(_("The room was asked this already: it stays as people read it."))
        poll = self.instance.poll if self.instance.poll_id else None
        if self.has_changed() and poll is not None and poll.state == PollState.ENDED:
            raise ValidationError(_("This poll has ended."))
        if not {"kind", "choices"} <= cleaned.keys():
            return cleaned
        try:
            self.texts = self._texts(cleaned["kind"], cleaned["choices"])
        except ValidationError as wrong:
            self.add_error("choices", wrong)
        return cleaned

    def _texts(self, kind: str, typed: str) -> list[str]:
        lines = [line for part in typed.splitlines() if (line := part.strip())]
        if kind == PollKind.WORDS:
            if lines:
                raise ValidationError(_("For answers in own words, leave the choices empty."))
            return []
        if kind == PollKind.SCALE:
            return _marks(lines)
        starred = [at for at, line in enumerate(lines) if line.startswith(RIGHT)]
        texts = [" ".join(line.lstrip(RIGHT).split()) for line in lines]
        _see_that_they_are_choices(texts)
        if kind == PollKind.QUIZ:
            if len(starred) != 1:
                raise ValidationError(_("Put a star before the one choice that is right."))
            self.right = starred[0]
        return texts

    def _save_m2m(self) -> None:
        """Keep the choices once the question itself is kept, also from a page with many."""
        super()._save_m2m()
        if self.has_changed():
            polls.set_options(self.instance, self.texts, right=self.right)


def _marks(lines: list[str]) -> list[str]:
    """Return the five marks of a scale, the first and last in words where they are given."""
    if len(lines) not in (0, 2):
        raise ValidationError(_("For a scale, write two lines, for 1 and for 5, or none."))
    marks = [str(mark) for mark in MARKS]
    if lines:
        marks[0], marks[-1] = f"{marks[0]} – {lines[0]}", f"{marks[-1]} – {lines[1]}"
    _see_that_they_fit(marks)
    return marks


def _see_that_they_are_choices(texts: list[str]) -> None:
    if not FEWEST <= len(texts) <= MOST:
        raise ValidationError(
            _("Write from %(fewest)d to %(most)d choices, one per line.")
            % {"fewest": FEWEST, "most": MOST}
        )
    keys = [polls.key_of(text) for text in texts]
    if not all(keys):
        raise ValidationError(_("Every choice needs words."))
    twice = next((text for at, text in enumerate(texts) if keys[at] in keys[:at]), None)
    if twice is not None:
        raise ValidationError(_("“%s” stands there twice.") % twice)
    _see_that_they_fit(texts)


def _see_that_they_fit(texts: list[str]) -> None:
    for text in texts:
        if len(text) > LONGEST_OPTION:
            raise ValidationError(
                _("A choice has at most %(most)d signs: “%(start)s…”")
                % {"most": LONGEST_OPTION, "start": text[:40]}
            )


class JoinForm(forms.Form):
    """How somebody comes in: with a name, where there is a ranking and they want to be in it."""

    name = forms.CharField(
        label=gettext_lazy("Name for the ranking"),
        required=False,
        max_length=30,
        help_text=gettext_lazy(
            "If you want to be ranked: the whole room sees it, so make one up. Without one you "
            "take part all the same."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """Take runs of spaces as one."""
        return " ".join(self.cleaned_data["name"].split())


class AnswerForm(forms.Form):
    """An answer to the question that is open."""

    question = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, asked: PollQuestion, **kwargs: Any) -> None:
        """Offer what the question offers."""
        super().__init__(data, **kwargs)
        self.initial["question"] = asked.pk
        label = asked.text
        if asked.kind == PollKind.WORDS:
            self.fields["words"] = forms.CharField(
                label=label,
                max_length=LONGEST_WORDS,
                help_text=_("A few words. Leave out names."),
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"required": _("Write an answer first.")},
            )
            return
        several = asked.kind == PollKind.SEVERAL
        field: Any = forms.TypedMultipleChoiceField if several else forms.TypedChoiceField
        self.fields["option"] = field(
            label=label,
            coerce=int,
            choices=[(one.pk, one.text) for one in asked.options.all()],
            widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
            help_text=_("Tick as many as you like.") if several else "",
            error_messages={"required": _("Choose an answer first.")},
        )

    def said(self) -> dict[str, Any]:
        """Return the answer as `services.voices.answer` takes it."""
        cleaned = self.cleaned_data
        if "words" in cleaned:
            return {"words": cleaned["words"]}
        options = cleaned["option"]
        return {"options": options if isinstance(options, list) else [options]}
