"""Polls from the moderator's side: prepared, run from one page, told afterwards."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views import View
from django.views.decorators.http import require_safe

from cities.editing.kept import KeepsInputMixin
from events import permissions
from events.exchange.codes import code_for
from events.models import OptionState, Poll, PollOption, PollQuestion, PollState
from events.services import poll_results, polls
from events.services.breakouts import safe_cell
from events.views.feedback import session_of
from events.views.live_screen import shown_on

OF_POLL = ("session__day__event",)
LONGEST_KEY = 18


def poll_for(request: HttpRequest, pk: int) -> Poll:
    """Return a poll for those who run it; to others there is nothing at its address."""
    known = Poll.objects.visible_to(request.user).select_related(*OF_POLL)
    return get_object_or_404(known, pk=pk)


@login_required
@require_safe
def polls_of_session(request: HttpRequest, slug: str, day: date, session: str) -> HttpResponse:
    """The polls of a session, for those who run them."""
    found = session_of(request, slug, day, session)
    if not permissions.runs_polls(request.user, found):
        raise Http404
    rows = found.polls.prefetch_related("questions").order_by("pk")
    context = {"session": found, "event": found.day.event, "polls": rows}
    return render(request, "events/polls.html", context)


class RunPoll(KeepsInputMixin, View):
    """The page from which a poll is run. Each button is a form, and takes one step."""

    poll: Poll

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find it among those this person runs."""
        if request.user.is_authenticated:
            self.poll = poll_for(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show where the poll is; to htmx, what changes by itself, where it did."""
        shown = shown_on(self.poll)
        kept_back = self._words_to_look_at(shown)
        seen = f"{shown['seen']}-{sum(one.number for one in kept_back)}"
        is_part = bool(request.headers.get("HX-Request"))
        if is_part and request.GET.get("seen") == seen:
            return HttpResponse(status=204)
        context = {**shown, "kept_back": kept_back, "seen": seen}
        if is_part:
            return render(request, "events/_poll_now.html", context)
        address = request.build_absolute_uri(reverse("events:live-entry", args=[self.poll.code]))
        context |= {
            "session": self.poll.session,
            "event": self.poll.session.day.event,
            "questions": self.poll.questions.all(),
            "address": address,
            "code": code_for(address),
        }
        return render(request, "events/poll.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a step, then show where the poll is."""
        steps: dict[str, Callable[[str], None]] = {
            "start": lambda _key: self._start(),
            "end": lambda _key: polls.end(self.poll),
            "afresh": lambda _key: self._start_afresh(),
            "share": lambda _key: polls.share(self.poll, is_shared=True),
            "unshare": lambda _key: polls.share(self.poll, is_shared=False),
            "open": lambda key: polls.open_question(self._question(key)),
            "close": lambda _key: polls.close_question(self.poll),
            "up": lambda key: polls.move(self._question(key), by=-1),
            "down": lambda key: polls.move(self._question(key), by=1),
            "remove": lambda key: polls.remove(self._question(key)),
            "let": lambda key: polls.judge(self._option(key), OptionState.SHOWN),
            "keep": lambda key: polls.judge(self._option(key), OptionState.HIDDEN),
            "unname": lambda key: polls.take_name_away(self._named(self.poll.voices.all(), key)),
        }
        name = next((name for name in steps if name in request.POST), None)
        if name is None:
            messages.error(request, _("Choose one of the steps."))
            return redirect(self.poll)
        try:
            steps[name](request.POST[name])
        except polls.PollRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(self.poll)

    def _start(self) -> None:
        self.poll = polls.start(self.poll)
        messages.success(self.request, _("The room can come in with the code."))

    def _start_afresh(self) -> None:
        if "sure" not in self.request.POST:
            raise polls.PollRefused(_("Tick that all answers may be deleted; nothing was changed."))
        polls.start_afresh(self.poll)
        messages.success(
            self.request, _("All answers are deleted. The poll is as it was prepared.")
        )

    def _words_to_look_at(self, shown: dict[str, Any]) -> list[poll_results.Line]:
        found = [line for one in shown["figures"] for line in one["result"].kept_back]
        return sorted(found, key=lambda one: one.option.state != OptionState.WAITING)

    def _question(self, key: str) -> PollQuestion:
        found: PollQuestion = self._named(self.poll.questions.select_related("poll"), key)
        return found

    def _option(self, key: str) -> PollOption:
        options = PollOption.objects.filter(question__poll=self.poll)
        found: PollOption = self._named(options.select_related("question__poll"), key)
        return found

    def _named(self, rows: Any, key: str) -> Any:
        if not key.isdecimal() or len(key) > LONGEST_KEY:
            raise Http404
        return get_object_or_404(rows, pk=key)


@login_required
@require_safe
def poll_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, a row for each option: how many, never who."""
    poll = poll_for(request, pk)
    if poll.state != PollState.ENDED:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="poll-{poll.pk}.csv"'
    # Spreadsheets take the file for UTF-8 only with this mark.
    response.write("\ufeff")
    table = csv.writer(response)
    answer = pgettext("what somebody said", "Answer")
    table.writerow(
        [_("Question"), _("Kind"), _("Answers"), answer, _("People"), _("Right"), _("Shown")]
    )
    for result in poll_results.results_of(poll_results.asked_of(poll)):
        for line in [*result.lines, *result.kept_back]:
            is_shown = line.option.state == OptionState.SHOWN
            table.writerow(map(safe_cell, [
                result.question.text, result.question.get_kind_display(), result.answers,
                line.text, line.number, _("yes") if line.option.is_right else "",
                _("yes") if is_shown else _("no"),
            ]))  # fmt: skip
    return response


poll = RunPoll.as_view()
