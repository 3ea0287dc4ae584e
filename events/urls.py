"""Addresses of this app, each written whole ("events/…")."""

from datetime import date

from django.urls import path, register_converter

from events.views import (
    agenda,
    attendance,
    calendars,
    collaborations,
    delegation,
    door,
    events,
    feedback,
    figures,
    group_forms,
    groups,
    guests,
    live,
    live_screen,
    meetings,
    outcomes,
    own_agenda,
    peer_groups,
    photos,
    places,
    poll_forms,
    polls,
    present,
    registration,
    report,
    sessions,
    steps,
    versions,
)


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
    path("events/figures/", figures.figures, name="figures"),
    path("events/groups/", groups.group_list, name="group-list"),
    path("events/groups/<slug:slug>/", groups.group_detail, name="group-detail"),
    path("events/groups/<slug:slug>/work/", groups.group_work, name="group-work"),
    path(
        "events/groups/<slug:slug>/ranking/<slug:city>/", group_forms.ranking, name="group-ranking"
    ),
    path("events/groups/<slug:slug>/share/", group_forms.outcome_new, name="group-share"),
    path("events/groups/<slug:slug>/steps/new/", steps.step_new, name="group-step-new"),
    path("events/steps/<int:pk>/", steps.step, name="step"),
    path("events/steps/<int:pk>/no/", collaborations.collaboration_no, name="collaboration-no"),
    path("events/outcomes/<int:pk>/", group_forms.outcome_edit, name="outcome-edit"),
    path("live/", live.live, name="live"),
    path("live/<str:code>/", live.entry, name="live-entry"),
    path("live/<str:code>/screen/", live_screen.screen, name="live-screen"),
    path("live/<str:code>/<str:token>/", live.voice, name="live-voice"),
    path("events/polls/<int:pk>/", polls.poll, name="poll"),
    path("events/polls/<int:pk>/title/", poll_forms.poll_edit, name="poll-edit"),
    path("events/polls/<int:pk>/questions/new/", poll_forms.question_new, name="poll-question-new"),
    path("events/polls/<int:pk>.csv", polls.poll_csv, name="poll-csv"),
    path("events/polls/questions/<int:pk>/", poll_forms.question_edit, name="poll-question"),
    path("events/peer-groups/<int:pk>/", peer_groups.peer_group, name="peer-group"),
    path("events/one-to-one/<int:pk>/", meetings.meeting, name="meeting"),
    path("events/one-to-one/rounds/<int:pk>/offers/", meetings.offers, name="meeting-offers"),
    path("events/one-to-one/wishes/<int:pk>/", meetings.wishes, name="meeting-wishes"),
    path("events/calendar-address/", own_agenda.calendar_address, name="calendar-address"),
    path("events/calendar/<str:token>.ics", own_agenda.calendar_of_holder, name="own-calendar"),
    path("events/certificates/<int:pk>.pdf", present.certificate, name="certificate"),
    path("events/guest/<str:token>/", guests.guest, name="guest"),
    path("events/guest-calendar/<str:token>.ics", guests.calendar, name="guest-calendar"),
    path("events/check-in/<str:code>/", door.check_in, name="check-in"),
    path("events/<slug:slug>.ics", calendars.event_calendar, name="event-calendar"),
    path("events/<slug:slug>/", events.event_detail, name="event-detail"),
    path("events/<slug:slug>/schedule.xml", calendars.schedule_xml, name="schedule-xml"),
    path("events/<slug:slug>/schedule.json", calendars.schedule_json, name="schedule-json"),
    path("events/<slug:slug>/agenda/", agenda.agenda, name="agenda"),
    path("events/<slug:slug>/agenda/mine/", own_agenda.own_agenda, name="own-agenda"),
    path("events/<slug:slug>/agenda/star/", own_agenda.star, name="star"),
    path("events/<slug:slug>/agenda/versions/", versions.version_list, name="agenda-versions"),
    path(
        "events/<slug:slug>/agenda/versions/<int:number>/",
        versions.version_detail,
        name="agenda-version",
    ),
    path("events/<slug:slug>/attendance.csv", attendance.attendance_csv, name="attendance-csv"),
    path("events/<slug:slug>/attendance/", attendance.attendance_of_event, name="attendance"),
    path("events/<slug:slug>/feedback/", feedback.feedback_of_event, name="event-feedback"),
    path("events/<slug:slug>/report/", report.report, name="report"),
    path("events/<slug:slug>/report.pdf", report.report_pdf, name="report-pdf"),
    path("events/<slug:slug>/photos/<int:pk>/", photos.photo, name="photo"),
    path("events/<slug:slug>/door/", door.door, name="door"),
    path("events/<slug:slug>/present/", present.present, name="present"),
    path("events/<slug:slug>/mine/", meetings.my_meetings, name="my-meetings"),
    path("events/<slug:slug>/register/team/", delegation.delegation, name="delegation"),
    path("events/<slug:slug>/register/", registration.register, name="register"),
    path("events/<slug:slug>/<day:day>.ics", calendars.day_calendar, name="day-calendar"),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>.ics",
        calendars.session_calendar,
        name="session-calendar",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/place/",
        places.place_in_session,
        name="place-in-session",
    ),
    path("events/<slug:slug>/<day:day>/<slug:session>/remains/", outcomes.remains, name="remains"),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/polls/",
        polls.polls_of_session,
        name="polls",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/polls/new/",
        poll_forms.poll_new,
        name="poll-new",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/feedback/",
        feedback.feedback,
        name="feedback",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/feedback/results/",
        feedback.results,
        name="feedback-results",
    ),
    path(
        "events/<slug:slug>/<day:day>/<slug:session>/",
        sessions.session_detail,
        name="session-detail",
    ),
]
