"""Where polls and their questions are written."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from cities.editing.kept import KeepsInputMixin
from events import permissions
from events.forms.polls import PollForm, QuestionForm
from events.models import Poll, PollQuestion, Session
from events.services import polls
from events.views.feedback import session_of
from events.views.polls import poll_for
from initiatives.views.form_pages import FormPage


def polls_url(session: Session) -> str:
    """Return the address of the list of a session's polls."""
    day = session.day
    where = {"slug": day.event.slug, "day": day.date.isoformat(), "session": session.slug}
    return reverse("events:polls", kwargs=where)


def _crumbs(session: Session, *more: str) -> list[str]:
    event = session.day.event
    return [
        *(_("Events"), reverse("events:event-list"), event.title, event.get_absolute_url()),
        *(session.title, session.get_absolute_url(), _("Polls"), polls_url(session), *more),
    ]


class PollNew(FormPage, KeepsInputMixin, View):
    """A new poll of a session: its title; questions follow on its page."""

    form_name = "poll"
    creates = True
    session: Session

    def dispatch(
        self, request: HttpRequest, slug: str, day: date, session: str
    ) -> HttpResponseBase:
        """Let those through who run polls in this session."""
        if request.user.is_authenticated:
            self.session = session_of(request, slug, day, session)
            if not permissions.runs_polls(request.user, self.session):
                raise Http404
        return super().dispatch(request)

    def target(self) -> str:
        """Return the session."""
        return str(self.session.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": PollForm(data, instance=Poll(session=self.session))}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it, and lead to where questions are added."""
        said = parts["form"].cleaned_data
        made = polls.prepare(self.session, title=said["title"], asks_names=said["asks_names"])
        messages.success(self.request, _("The poll has its code. Add the questions."))
        return made.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        title = _("A new poll")
        return {
            "title": title,
            "kicker": self.session.title,
            "lead": _("The room answers with a code, without accounts, and sees the results."),
            "back_url": polls_url(self.session),
            "submit_label": _("Go on to the questions"),
            "crumbs": _crumbs(self.session, title),
        }


class WritesInPoll(FormPage, KeepsInputMixin, View):
    """A form within a poll, for those who run it."""

    poll: Poll

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find what the form is about."""
        if request.user.is_authenticated:
            self.find(kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def find(self, pk: int) -> None:
        """Find the poll."""
        self.poll = poll_for(self.request, pk)

    def target(self) -> str:
        """Return the poll."""
        return str(self.poll.pk)

    def context_with(self, title: str, submit_label: str) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": title,
            "kicker": self.poll.title,
            "back_url": self.poll.get_absolute_url(),
            "submit_label": submit_label,
            "crumbs": _crumbs(
                self.poll.session, self.poll.title, self.poll.get_absolute_url(), title
            ),
        }


class PollEdit(WritesInPoll):
    """What a poll is called."""

    form_name = "poll-title"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": PollForm(data, instance=self.poll)}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep what the form is about, and nothing that a step changed meanwhile."""
        form = parts["form"]
        Poll.objects.filter(pk=self.poll.pk).update(**form.cleaned_data)
        return self.poll.get_absolute_url()

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return self.context_with(_("Title of the poll"), _("Save"))


class QuestionNew(WritesInPoll):
    """A question at the end of a poll."""

    form_name = "poll-question-new"
    creates = True

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        if transaction.get_connection().in_atomic_block and data is not None:
            self.poll = polls.hold(self.poll)
        return {"form": QuestionForm(data, instance=PollQuestion(poll=self.poll))}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        form = parts["form"]
        form.instance.position = polls.next_position(self.poll)
        form.save()
        return f"{self.poll.get_absolute_url()}#q{form.instance.pk}"

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return self.context_with(_("A new question"), _("Add the question"))


class QuestionEdit(WritesInPoll):
    """A question that nobody was asked yet."""

    form_name = "poll-question"
    question: PollQuestion

    def find(self, pk: int) -> None:
        """Find the question, and its poll among those this person runs."""
        known = Poll.objects.visible_to(self.request.user)
        self.question = get_object_or_404(PollQuestion, pk=pk, poll__in=known)
        self.poll = poll_for(self.request, self.question.poll_id)

    def target(self) -> str:
        """Return the question."""
        return str(self.question.pk)

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form on the question as it is now; sent, it is held until it is saved."""
        if transaction.get_connection().in_atomic_block and data is not None:
            polls.hold(self.poll)
        return {"form": QuestionForm(data, instance=PollQuestion.objects.get(pk=self.question.pk))}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep it."""
        parts["form"].save()
        return f"{self.poll.get_absolute_url()}#q{self.question.pk}"

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return self.context_with(_("Question"), _("Save"))


poll_new, poll_edit = PollNew.as_view(), PollEdit.as_view()
question_new, question_edit = QuestionNew.as_view(), QuestionEdit.as_view()
