"""Addresses of this app, each written whole ("events/…")."""

from datetime import date

from django.urls import path, register_converter

from events.views import calendars, events, groups, registration, sessions


class DayConverter:
    """A calendar day in an address, such as 2021-02-17."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """Return the day; an impossible one is no address of ours."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """Return the day as it stands in an address."""
        return str(value)


register_converter(DayConverter, "day")

app_name = "events"
urlpatterns = [
    path("events/", events.event_list, name="event-list"),
    path("events/groups/", groups.group_list, name="group-list"),
    path("events/groups/<slug:slug>/", groups.group_detail, name="group-detail"),
    path("events/<slug:slug>.ics", calendars.event_calendar, name="event-calendar"),
    path("events/<slug:slug>/", events.event_detail, name="event-detail"),
    path("events/<slug:slug>/register/", registration.register, name="register"),
    path("events/<slug:slug>/<day:day>.ics", calendars.day_calendar, name="day-calendar"),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>.ics",
        calendars.session_calendar,
        name="session-calendar",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/",
        sessions.session_detail,
        name="session-detail",
    ),
]
