"""Ordering documents, handing in, saying that a finding is meant so, chapters of a city's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.editing.conflicts import VersionedForm
from initiatives.forms.fields import long_text
from initiatives.models import (
    DocumentAudience,
    DocumentChapter,
    DocumentTemplate,
    OwnChapter,
    Roadmap,
)

# How a finding of the check is named.
FINDING = r"^[0-9a-f]{40}\Z"


class OutlineForm(forms.Form):
    """Which of the edition's outlines."""

    template = forms.ModelChoiceField(
        label=_("Outline"), queryset=DocumentTemplate.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, templates: list[DocumentTemplate], **kwargs: Any) -> None:
        """Offer the outlines of the edition, which were read already."""
        super().__init__(*args, **kwargs)
        keys = [one.pk for one in templates]
        self.fields["template"].queryset = DocumentTemplate.objects.filter(pk__in=keys)
        self.fields["template"].choices = [(one.pk, one.name) for one in templates]
        self.fields["template"].initial = keys[0] if keys else None


class OrderForm(OutlineForm):
    """Documents, for whom."""

    CHOICES = "template", "audience"

    audience = forms.ChoiceField(
        label=_("For whom"),
        choices=DocumentAudience.choices,
        initial=DocumentAudience.PROGRAMME,
        widget=forms.RadioSelect,
    )


class HandInForm(OutlineForm):
    """Handing in what stands there now."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the programme should know about this version."),
    )
    publish = forms.BooleanField(
        label=_("Show it to the public"),
        required=False,
        help_text=_("Without risks, budget and support needed. You can decide that later, too."),
    )


class IntendedForm(forms.Form):
    """That a finding is meant so, and why."""

    finding = forms.RegexField(FINDING, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is meant so"), max_length=300)


class OwnChapterForm(VersionedForm):
    """A chapter in the city's own words."""

    class Meta:
        model = OwnChapter
        fields = ["heading", "text", "after", "position", "is_internal"]
        widgets = {"text": long_text(12)}
        help_texts = {
            "text": _("Markdown: # heading, **bold**, - list, [words](https://…), tables with |."),
            "after": _("Empty: at the end."),
        }

    def __init__(self, *args: Any, roadmap: Roadmap, **kwargs: Any) -> None:
        """Offer the chapters of the edition's outlines."""
        super().__init__(*args, **kwargs)
        edition = roadmap.participation.edition_id
        chapters = DocumentChapter.objects.filter(template__edition=edition)
        self.fields["after"].queryset = chapters.select_related("template")
        self.fields["after"].label_from_instance = lambda one: (
            f"{one.heading} ({one.template.name})"
        )
