"""What people thought of a session: said by those who were there, read by those who run it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from cities.editing.kept import KeepsInputMixin, initial_data
from cities.permissions import signed_in
from cities.pictures import Bar, horizontal_bars
from events import permissions
from events.forms.feedback import RATINGS, FeedbackForm
from events.models import Session, SessionFeedback
from events.services import feedback as answers
from events.views.attendance import event_for_staff

RATING_WORDS = {str(mark): words for mark, words in RATINGS}


def session_of(request: HttpRequest, slug: str, day: date, session: str) -> Session:
    """Return a session that somebody may know of."""
    sessions = Session.objects.visible_to(request.user).select_related("day__event")
    return get_object_or_404(sessions, day__event__slug=slug, day__date=day, slug=session)


class Feedback(KeepsInputMixin, View):
    """The form for what somebody thought; sent again, it stands in place of what they said."""

    def get(self, request: HttpRequest, **where: Any) -> HttpResponse:
        """Show the form with what they said before."""
        session = session_of(request, **where)
        own = SessionFeedback.objects.visible_to(request.user).filter(session=session).first()
        names = ("rating", "useful", "better")
        said = {name: getattr(own, name) for name in names} if own else {}
        return self._show(request, session, FeedbackForm(initial_data(request), initial=said))

    def post(self, request: HttpRequest, **where: Any) -> HttpResponse:
        """Keep it."""
        session = session_of(request, **where)
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            return self._show(request, session, form)
        try:
            is_new = answers.give(session, signed_in(request), **form.cleaned_data)
        except answers.FeedbackRefused as refusal:
            form.add_error(None, str(refusal))
            return self._show(request, session, form)
        messages.success(
            request, _("Thank you for your answer.") if is_new else _("Your answer is changed.")
        )
        return redirect(session)

    def _show(self, request: HttpRequest, session: Session, form: FeedbackForm) -> HttpResponse:
        user = signed_in(request)
        own = SessionFeedback.objects.visible_to(user).filter(session=session).first()
        may_give = permissions.may_give_feedback(user, session)
        if not may_give and own is None and not form.is_bound:
            raise Http404
        context = {
            "session": session,
            "event": session.day.event,
            "form": form,
            "own": own,
            "may_give": may_give,
            "is_open": permissions.feedback_is_open(session),
            "is_over": permissions.feedback_is_over(session.day.event),
            "rated": RATING_WORDS.get(str(form["rating"].value()), ""),
        }
        return render(request, "events/feedback.html", context)


@login_required
@require_safe
def results(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """What people thought of a session, to staff and its moderators, once its time is over."""
    found = session_of(request, slug, day, session)
    if not permissions.reads_feedback(request.user, found):
        raise Http404
    told = answers.results_of(found)
    context = {
        "session": found,
        "event": found.day.event,
        "results": told,
        "least": answers.LEAST_ANSWERS,
        "mean": number_format(told.mean, 1) if told.mean is not None else "",
        "figure": _figure(told) if told.are_told else None,
    }
    return render(request, "events/feedback_results.html", context)


def _figure(told: answers.Results) -> dict[str, Any]:
    caption = _("Answers by rating")
    words = {mark: str(label) for mark, label in RATINGS}
    counts = [(words[mark], number) for mark, number in told.counts.items()]
    return {
        "picture": horizontal_bars("ratings", caption, [Bar(*one) for one in counts]),
        "caption": caption,
        "columns": [_("Rating"), {"label": _("Answers"), "numeric": True}],
        "rows": [[word, {"text": str(number), "numeric": True}] for word, number in counts],
    }


@login_required
@require_safe
def feedback_of_event(request: HttpRequest, slug: str) -> HttpResponse:
    """Every session of an event with its answers, for staff."""
    event = event_for_staff(request, slug)
    rows = [
        [
            {"text": one.title, "url": _results_of(one)},
            {"text": str(number) if number is not None else "–", "numeric": True},
            {"text": number_format(mean, 1) if mean is not None else "–", "numeric": True},
        ]
        for one, number, mean in answers.means_of(event)
    ]
    number = {"label": _("Answers"), "numeric": True}
    mean = {"label": _("Mean of 1 to 5"), "numeric": True}
    context = {
        "event": event,
        "columns": [_("Session"), number, mean],
        "rows": rows,
        "least": answers.LEAST_ANSWERS,
        "is_over": permissions.feedback_is_over(event),
    }
    return render(request, "events/event_feedback.html", context)


def _results_of(session: Session) -> str:
    where = {
        "slug": session.day.event.slug,
        "day": session.day.date.isoformat(),
        "session": session.slug,
    }
    return reverse("events:feedback-results", kwargs=where)


feedback = Feedback.as_view()
