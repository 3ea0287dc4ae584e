"""The pages of polls: the room's, the screen, and those from which they are run."""

from tests.journeys.acts import open_everything, pressing
from tests.journeys.kinds import STAFF, Kind

POLLS = [
    Kind("live", "/live/"),
    Kind("live-nothing-typed", "/live/?code="),
    Kind("live-wrong", "/live/BCDFGH/", status=404),
    Kind("live-entry", "/live/{poll_live_code}/"),
    Kind("live-entry-waits", "/live/{poll_prepared_code}/"),
    Kind("live-entry-ended", "/live/{poll_ended_code}/"),
    Kind("live-name-taken", "/live/{poll_live_code}/",
         act=pressing("Take part", **{"Name for the ranking": "ada"})),
    Kind("live-first-question-to-come", "/live/{poll_waiting_code}/{poll_waiting_voice}/"),
    Kind("live-question", "/live/{poll_asking_code}/{poll_new_voice}/"),
    Kind("live-answered", "/live/{poll_asking_code}/{poll_voice}/"),
    Kind("live-answer-refused", "/live/{poll_asking_code}/{poll_new_voice}/",
         act=pressing("Send my answer")),
    Kind("live-closed", "/live/{poll_closed_code}/{poll_closed_voice}/"),
    Kind("live-screen", "/live/{poll_asking_code}/screen/"),
    Kind("live-screen-words", "/live/{poll_live_code}/screen/"),
    Kind("live-screen-quiz", "/live/{poll_closed_code}/screen/"),
    Kind("polls", "/events/lab-of-today/{lab_day}/opening/polls/", STAFF),
    Kind("polls-none", "/events/lab-of-today/{lab_day}/workshop/polls/", STAFF),
    Kind("poll-new", "/events/lab-of-today/{lab_day}/workshop/polls/new/", STAFF),
    Kind("poll-prepared", "/events/polls/{poll_prepared}/", STAFF),
    Kind("poll-live", "/events/polls/{poll_live}/", STAFF, act=open_everything),
    Kind("poll-ended", "/events/polls/{poll_ended}/", STAFF),
    Kind("poll-question-new", "/events/polls/{poll_prepared}/questions/new/", STAFF),
    Kind("poll-question-refused", "/events/polls/{poll_prepared}/questions/new/", STAFF,
         act=pressing("Add the question")),
    Kind("poll-question", "/events/polls/questions/{poll_question}/", STAFF),
    Kind("poll-title", "/events/polls/{poll_prepared}/title/", STAFF),
    Kind("admin-polls", "/admin/events/poll/", STAFF),
    Kind("admin-poll", "/admin/events/poll/{poll_prepared}/change/", STAFF),
]  # fmt: skip
