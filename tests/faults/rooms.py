"""What the clerk prepares and counts of events: places, and polls."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cities.models import Mail
from events.models import Event, PollAnswer, PollQuestion
from events.services import poll_results
from tests.factories import make_lab, make_user
from tests.factories.labs import make_poll, make_question
from tests.signed_in import session_cookie


def open_room():
    """Start a poll with a question that is open; return its code."""
    question = make_question(make_poll(), open=True)
    return {"code": question.poll.code, "question": question.pk}


def count_room(question):
    """Count voices and answers in the tables, and as the screen tells them."""
    asked = PollQuestion.objects.get(pk=question)
    result = poll_results.results_of([asked])[0]
    return {
        "voices": asked.poll.voices.count(),
        "answers": PollAnswer.objects.filter(question=asked).count(),
        "told": result.answers,
        "lines": {line.text: line.number for line in result.lines},
    }


def open_lab(people, places):
    """Open the registration of an event; return where it is taken, and as whom."""
    with transaction.atomic():
        opened = timezone.now() - timedelta(days=1)
        event = make_lab(capacity=int(places), registration_opens_at=opened)
        cookies = [
            session_cookie(make_user(email=f"p{each}@example.org")) for each in range(int(people))
        ]
    return {"event": event.pk, "path": f"{event.get_absolute_url()}register/", "cookies": cookies}


def count_lab(event):
    """Return who stands where, in order of the queue, and how often who was mailed what."""
    found = Event.objects.get(pk=event).registrations.order_by("queued_at", "pk")
    return {
        "people": [
            [int(email.partition("@")[0][1:]), status]
            for email, status in found.values_list("user__email", "status")
        ],
        "mails": list(Mail.objects.values_list("address", "subject")),
    }
