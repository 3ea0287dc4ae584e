"""Guests from outside: staff invite them, see who comes, and end invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.admin.event_filter import EventFilter
from events.admin.moments import OnClocksOfEvent, ShowsClocksOfEvent
from events.models import Guest, GuestPlace
from events.services import guests


class PlaceFormSet(forms.BaseInlineFormSet):
    """The sessions of a guest: at least one, all of the event they are invited to."""

    def clean(self) -> None:
        """Refuse sessions of other events, and to take away or swap a place that is taken."""
        super().clean()
        self._keep_what_is_taken()
        chosen = [
            form.cleaned_data["session"]
            for form in self.forms
            if form.cleaned_data.get("session") and not form.cleaned_data.get("DELETE")
        ]
        if not chosen and not any(self.errors):
            raise ValidationError(_("Name at least one session."))
        others = [one.title for one in chosen if one.day.event_id != self.instance.event_id]
        if others and self.instance.event_id:
            words = _("Not a session of this event: %s.")
            raise ValidationError(words % ", ".join(others))

    def _keep_what_is_taken(self) -> None:
        places = GuestPlace.objects.filter(guest=self.instance.pk, is_taken=True)
        taken = {place.pk: place.session.title for place in places.select_related("session")}
        moved = [
            taken[form.instance.pk]
            for form in self.initial_forms
            if form.instance.pk in taken
            and ("session" in form.changed_data or form in self.deleted_forms)
        ]
        if moved:
            words = _(
                "The guest comes to these sessions: %s. Withdraw the invitation, or ask them to "
                "save others by their link: the places go to the next then."
            )
            raise ValidationError(words % ", ".join(moved))


class PlaceInline(admin.TabularInline):
    """To which sessions."""

    model = GuestPlace
    formset = PlaceFormSet
    fields = ["session", "is_taken"]
    readonly_fields = ["is_taken"]
    autocomplete_fields = ["session"]
    extra = 1


@admin.register(Guest)
class GuestAdmin(ShowsClocksOfEvent):
    """An invitation goes out when it is saved; its link is in the mail alone."""

    form = OnClocksOfEvent
    list_display = ["name", "organisation", "event", "state", "invited_at", "answered_at"]
    list_filter = ["state", ("event", EventFilter)]
    list_select_related = ["event"]
    search_fields = ["name", "email", "organisation"]
    fields = [
        "event", "name", "email", "organisation", "language", "message", "answer_until", "state",
        "invited_by", "invited_at", "answered_at",
    ]  # fmt: skip
    readonly_fields = ["state", "invited_by", "invited_at", "answered_at"]
    autocomplete_fields = ["event"]
    inlines = [PlaceInline]
    actions = ["send_again", "withdraw"]

    def has_delete_permission(self, request: HttpRequest, obj: Guest | None = None) -> bool:
        """An invitation is withdrawn, which gives its places on; the clock forgets it in time."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whoever was invited to an event stays a guest of that one, at that address."""
        return [*self.readonly_fields, *(["event", "email"] if obj else [])]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the languages mails are written in."""
        if db_field.name == "language":
            return forms.ChoiceField(
                label=db_field.verbose_name, choices=settings.LANGUAGES, initial="en"
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Send the invitation once its sessions are known."""
        super().save_related(request, form, formsets, change)
        if not change:
            self._send(request, [form.instance])

    @admin.action(description=_("Send again (the link before ends)"), permissions=["change"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Guest]) -> None:
        """Mail new links."""
        self._send(request, queryset)

    @admin.action(description=_("Withdraw (the link ends)"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Guest]) -> None:
        """End invitations; places go to whoever waits."""
        for guest in queryset:
            guests.withdraw(guest)

    def _send(self, request: HttpRequest, invited: Any) -> None:
        for guest in invited:
            try:
                guests.invite(guest, by=request.user)
            except guests.GuestRefused as refusal:
                self.message_user(request, f"{guest}: {refusal}", messages.ERROR)
            else:
                words = _("%s is invited by mail.")
                self.message_user(request, words % guest, messages.SUCCESS)
