"""Photographs on the page of an event: each is drawn anew and described."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cities import uploads
from cities.models import User
from cities.uploads import Upload
from events.models import MOST_PHOTOS, EventPhoto, Session


class PhotoForm(forms.ModelForm):
    """A new photograph with its file, or the words of one that is there."""

    upload = forms.FileField(
        label=_("file"),
        required=False,
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}),
    )
    sent_by: User
    received: Upload | None = None

    class Meta:
        model = EventPhoto
        fields = ["shows", "session", "credit", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a file where there is none."""
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].disabled = True
            self.fields["upload"].widget = forms.HiddenInput()

    def clean_upload(self) -> Any:
        """Look at the file: a picture is made anew from its points, anything else is refused."""
        file = self.cleaned_data["upload"]
        if self.instance.pk:
            return None
        if not file:
            raise ValidationError(_("Choose a photograph."))
        try:
            self.received = uploads.receive(
                file, by=self.sent_by, about=f"events.event:{self.instance.event_id}"
            )
        except uploads.UploadRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if not self.received.is_image:
            raise ValidationError(_("This is no picture; send JPEG, PNG or WebP."))
        there = EventPhoto.objects.filter(event=self.instance.event_id)
        if there.filter(sha256=self.received.sha256).exists():
            raise ValidationError(_("This photograph is there already."))
        return file

    def save(self, commit: bool = True) -> EventPhoto:
        """Keep the file, and the row that names it."""
        if self.received is not None:
            self.instance.file = uploads.keep(self.received)
            self.instance.added_by = self.sent_by
            for name, value in self.received.columns().items():
                setattr(self.instance, name, value)
        photo: EventPhoto = super().save(commit)
        return photo


class PhotoInline(admin.TabularInline):
    """The photographs of an event; its report shows them."""

    model = EventPhoto
    form = PhotoForm
    fields = ["upload", "picture", "shows", "session", "credit", "position"]
    readonly_fields = ["picture"]
    extra = 1
    max_num = MOST_PHOTOS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Offer the sessions of the event, and note who sends files."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.sent_by = request.user
        if "session" in formset.form.base_fields:
            sessions = Session.objects.filter(day__event=obj) if obj else Session.objects.none()
            formset.form.base_fields["session"].queryset = sessions.in_order()
        return formset

    @admin.display(description=_("picture"))
    def picture(self, photo: EventPhoto) -> str:
        """Lead to the picture."""
        if not photo.pk:
            return ""
        return format_html('<a href="{}">{}</a>', photo.get_absolute_url(), photo.name)
