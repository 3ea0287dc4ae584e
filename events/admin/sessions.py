"""A session with its blocks and talks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from events import services
from events.admin.deleting import KeepsHeldSessions
from events.admin.event_filter import EventFilter
from events.admin.forms import SessionForm, minutes_that_do_not_fit
from events.admin.moments import ShowsClocksOfEvent
from events.admin.public_agenda import TellsOfPublicAgendas
from events.admin.seen import SeenForm
from events.models import AgendaItem, Event, Session, SessionKind, SessionMaterial, SignUp, Talk
from events.services.group_turns import sessions_changed


class AgendaItemInline(admin.TabularInline):
    """The blocks of a session."""

    model = AgendaItem
    fields = ["position", "title", "minutes", "note"]
    extra = 1


class MaterialInline(admin.TabularInline):
    """What a session leaves."""

    model = SessionMaterial
    fields = ["title", "link", "position"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    extra = 0


class TalkInline(admin.StackedInline):
    """Who presents what."""

    model = Talk
    fields = [
        ("title", "position", "item"), ("speaker", "speaker_name"),
        ("organisation", "city", "country"), "summary",
    ]  # fmt: skip
    autocomplete_fields = ["speaker", "organisation", "city", "item"]
    extra = 0


@admin.register(AgendaItem)
class AgendaItemAdmin(admin.ModelAdmin):
    """For search alone: a block is edited with its session."""

    search_fields = ["title", "session__title"]
    list_display = ["title", "session", "minutes"]
    list_select_related = ["session"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Keep it off the index."""
        return False


class SessionPageForm(SeenForm, SessionForm):
    """A session on its own page, which others may save from the page of its event."""

    recording = forms.URLField(
        label=_("Recording"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=Session._meta.get_field("recording").help_text,
    )

    class Meta(SessionForm.Meta):
        fields = [*SessionForm.Meta.fields, "moderators", "moderators_outside", "recording"]


@admin.display(description=_("day"))
def day_date(session: Session) -> Any:
    """The day it is on."""
    return session.day.date


@admin.display(description=_("from"))
def start(session: Session) -> str:
    """When it begins, on the event's clocks."""
    return _clock(session, session.starts_at)


@admin.display(description=_("to"))
def end(session: Session) -> str:
    """When it ends, on the event's clocks."""
    return _clock(session, session.ends_at)


@admin.display(description=_("track"))
def track_name(session: Session) -> str:
    """Its track."""
    return str(session.track or "-")


@admin.display(description=_("room"))
def room_name(session: Session) -> str:
    """Its room."""
    return str(session.room or "-")


def _clock(session: Session, moment: datetime | None) -> str:
    zone = session.day.event.zone
    return f"{time_format(moment.astimezone(zone), 'TIME_FORMAT')} ({zone})" if moment else "-"


@admin.register(Session)
class SessionAdmin(ShowsClocksOfEvent, TellsOfPublicAgendas, KeepsHeldSessions):
    """A session on a page of its own, for its blocks and talks. New ones begin at the event."""

    form = SessionPageForm
    told = {one.__name__: one for one in (day_date, start, end, track_name, room_name)}
    list_display = ["title", "event", "date", "kind", "theme", "is_cancelled"]
    list_filter = ["kind", "is_cancelled", ("day__event", EventFilter)]
    list_select_related = ["day__event", "kind", "theme"]
    search_fields = ["title", "day__event__title"]
    autocomplete_fields = ["moderators"]
    inlines = [AgendaItemInline, TalkInline, MaterialInline]
    fieldsets = [
        (None, {"fields": [("day_date", "start", "end"), ("title", "kind"), "summary"]}),
        (
            _("More"),
            {
                "fields": [
                    ("part_of_day", "position", "parallel"), ("theme", "group"),
                    ("track_name", "room_name"), ("audience", "language"),
                    ("capacity", "join_link"), "moderators", "moderators_outside",
                    "takeaways", "recording", "is_cancelled",
                ]
            },
        ),
    ]  # fmt: skip

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Keep sessions of drafts out of the list and of every field that chooses a session."""
        return super().get_search_results(request, queryset.of_their_own(), search_term)

    def event_of(self, row: Session) -> Event:
        """Return the event it belongs to."""
        return row.day.event

    def sessions_in(self, rows: Any) -> QuerySet[Session]:
        """Return the sessions themselves."""
        return Session.objects.filter(pk__in=[one.pk for one in rows])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A session is added on the page of its event, which knows days and time zone."""
        return False

    @admin.display(description=_("event"), ordering="day__event")
    def event(self, session: Session) -> str:
        """The event it belongs to."""
        return str(session.day.event)

    @admin.display(description=_("date"), ordering="day__date")
    def date(self, session: Session) -> Any:
        """The day it is on."""
        return session.day.date

    def save_model(self, request: HttpRequest, obj: Session, form: Any, change: bool) -> None:
        """Let an open page of the event learn that one of its sessions changed."""
        super().save_model(request, obj, form, change)
        obj.day.event.save(update_fields=["changed_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Say when the blocks do not fill the session: a plan may be unfinished, so only say."""
        super().save_related(request, form, formsets, change)
        session = form.instance
        services.fill_session(session)
        minutes = session.agenda_items.values_list("minutes", flat=True)
        missed = minutes_that_do_not_fit(minutes, session)
        if missed:
            words = (
                _("The blocks are %(minutes)d minutes longer than the session.")
                if missed > 0
                else _("The blocks leave %(minutes)d minutes of the session open.")
            )
            self.message_user(request, words % {"minutes": abs(missed)}, messages.WARNING)
        sessions_changed([session])
        self.say_what_is_untold(request, session.day.event)


@admin.register(SignUp)
class SignUpAdmin(admin.ModelAdmin):
    """Who has a place in a session and who waits, in order; people sign up themselves."""

    list_display = ["user", "session", "status", "queued_at"]
    list_filter = ["status", ("session__day__event", EventFilter)]
    list_select_related = ["user", "session"]
    search_fields = ["user__name", "user__email", "session__title"]
    fields = readonly_fields = ["session", "user", "status", "queued_at", "cancelled_at"]
    ordering = ["session", "queued_at", "pk"]
    actions = ["give_back"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SignUp | None = None) -> bool:
        """A place is cancelled, which gives it to the next; deleted, it would be lost to all."""
        return False

    @admin.action(description=_("Cancel (the place goes to the next)"), permissions=["change"])
    def give_back(self, request: HttpRequest, queryset: QuerySet[SignUp]) -> None:
        """Give places back in people's names; whoever moves up is told."""
        for place in queryset.open().select_related("session"):
            services.leave(place)


@admin.register(SessionKind)
class SessionKindAdmin(admin.ModelAdmin):
    """What sessions are called."""

    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
