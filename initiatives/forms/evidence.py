"""Files of a reported value: what each shows, and which are taken away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import evidence
from initiatives.models import EvidenceFile, Measurement


class FilesForm(forms.Form):
    """A field and a box for each file that is there. New ones are chosen beside it."""

    def __init__(self, *args: Any, measurement: Measurement, **kwargs: Any) -> None:
        """Make the fields of each file."""
        super().__init__(*args, **kwargs)
        self.files_there = list(measurement.files.all())
        for file in self.files_there:
            self.fields[f"shows-{file.pk}"] = forms.CharField(
                label=_("What the picture shows") if file.is_image else _("What it shows"),
                required=False,
                max_length=300,
                initial=file.shows,
                help_text=_(
                    "For those who do not see it. Without it the public does not get the picture."
                )
                if file.is_image
                else "",
            )
            self.fields[f"away-{file.pk}"] = forms.BooleanField(
                label=gettext_lazy("Take this file away"), required=False
            )

    @cached_property
    def rows(self) -> list[tuple[EvidenceFile, list[forms.BoundField]]]:
        """Return each file with its fields."""
        return [
            (file, [self[f"shows-{file.pk}"], self[f"away-{file.pk}"]]) for file in self.files_there
        ]

    def save(self) -> None:
        """Save what each shows; take away what was ticked."""
        for file in self.files_there:
            if self.cleaned_data[f"away-{file.pk}"]:
                evidence.take_away(file)
                continue
            shows = self.cleaned_data[f"shows-{file.pk}"]
            if shows != file.shows:
                evidence.say(file, shows)
