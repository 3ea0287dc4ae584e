"""The room: whoever has the code joins, answers and looks on, without an account or a cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from cities import limits
from events.forms.polls import AnswerForm, JoinForm
from events.models import Poll, PollAnswer, PollQuestion, Voice
from events.services import poll_results, voices
from events.services.polls import PollRefused

# So many wrong codes come from one network within ten minutes. Right ones cost no turn: a whole
# room comes from one network.
MOST_WRONG, PER_S = 60, 10 * 60
OF_POLL = ("session__day__event",)
View = Callable[..., HttpResponse]


def anonymous(view: View) -> View:
    """Answer whoever asks, without cookies; nobody stores the page or learns its address.

    What these forms are sent to stands in their address: a second secret adds nothing, and would
    need a cookie.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return answer


def by_code(view: Callable[[HttpRequest, Poll], HttpResponse]) -> View:
    """Find the poll of a code. Codes that are wrong count; after too many, even right ones wait."""

    @wraps(view)
    def answer(request: HttpRequest, code: str) -> HttpResponse:
        who = limits.network(limits.visitor(request))
        wait_s = limits.wait_for("live-code", who, most=MOST_WRONG)
        poll = None if wait_s else Poll.objects.with_code(code).select_related(*OF_POLL).first()
        if poll is not None:
            return view(request, poll)
        if not wait_s:
            limits.take("live-code", who, most=MOST_WRONG, seconds=PER_S)
        context = {"code": code, "is_wrong": not wait_s, "minutes": ceil(wait_s / 60)}
        return render(request, "events/live.html", context, status=429 if wait_s else 404)

    return answer


@anonymous
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The page on which a code is typed."""
    code = "".join(request.GET.get("code", "").replace("-", "").split())[:20]
    # A code leads to its page, which says whether it is right.
    if code.isalnum():
        return redirect("events:live-entry", code=code.upper())
    return render(request, "events/live.html", {"is_empty": "code" in request.GET})


@anonymous
@require_http_methods(["GET", "HEAD", "POST"])
@by_code
def entry(request: HttpRequest, poll: Poll) -> HttpResponse:
    """The way in. POST gives a voice; opening the page changes nothing."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token = voices.join(poll, request.user, name=form.cleaned_data["name"])
        except PollRefused as refusal:
            form.add_error("name" if poll.is_live and poll.asks_names else None, str(refusal))
        else:
            return redirect("events:live-voice", code=poll.code, token=token)
    return _way_in(request, poll, form)


def _way_in(request: HttpRequest, poll: Poll, form: JoinForm, typed: str = "") -> HttpResponse:
    if request.headers.get("HX-Request") and request.GET.get("seen") == poll.state:
        return HttpResponse(status=204)
    context = {
        "poll": poll,
        "event": poll.session.day.event,
        "form": form,
        "typed": typed,
    }
    return render(request, "events/live_entry.html", context)


@anonymous
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """What is asked now, and the form for the answer. POST answers; with `look`, it only looks.

    A look is sent as a form, so that what is typed and not sent yet comes back with the answer
    when the question closes meanwhile.
    """
    found = voices.find(code, token)
    if found is None:
        # The poll has ended, or was started afresh: then voices are forgotten.
        return by_code(_without_voice)(request, code)
    seen = request.POST.get("look", "")
    if seen and seen == str(found.poll.version):
        return HttpResponse(status=204)
    now = Now(request, found)
    if seen and now.is_still_open(request.POST.get("question", "")):
        # Something else of the poll changed: whoever is typing is left alone.
        return HttpResponse(status=204)
    if request.method == "POST" and not seen and now.answer():
        return redirect(request.path)
    is_part = bool(seen and request.headers.get("HX-Request"))
    return render(
        request,
        "events/_live_question.html" if is_part else "events/live_voice.html",
        now.context(),
    )


def _without_voice(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Say that the poll has ended, or offer the way in again; with what was written, if anything.

    What was ticked is not known any more by its number alone, so it is looked up.
    """
    response = _way_in(request, poll, JoinForm(), typed=_typed(request, poll))
    if request.headers.get("HX-Request"):
        # It looked for a part; this is another page.
        response["HX-Retarget"] = response["HX-Reselect"] = "#main"
    return response


def _typed(request: HttpRequest, poll: Poll) -> str:
    """Return what a form that came too late says, in words."""
    key = request.POST.get("question", "")
    question = poll.questions.filter(pk=key).first() if _is_key(key) else None
    return _in_words(request, question)


def _in_words(request: HttpRequest, question: PollQuestion | None) -> str:
    if words := request.POST.get("words", "").strip():
        return words[:500]
    keys = [key for key in request.POST.getlist("option") if _is_key(key)]
    if question is None or not keys:
        return ""
    return ", ".join(question.options.filter(pk__in=keys).values_list("text", flat=True))


def _is_key(text: str) -> bool:
    # The database knows no longer keys.
    return text.isdecimal() and len(text) < 19


class Now:
    """What a voice is asked at this moment, and what it says."""

    def __init__(self, request: HttpRequest, voice: Voice) -> None:
        """Read the question that is open, or was last, and the answer to it: three queries."""
        self.request, self.voice, self.poll = request, voice, voice.poll
        self.question = poll_results.current(poll_results.asked_of(self.poll))
        self.given = self._given(self.question)
        self.form = self._form(None)
        self.late = ""
        self.refused = ""
        sent = request.POST.get("question", "")
        if request.method == "POST" and not self.is_still_open(sent):
            self._keep_late(sent)

    def is_still_open(self, key: str) -> bool:
        """Say whether the question that a form is about is the one that is open."""
        return self.question is not None and self.question.is_open and key == str(self.question.pk)

    def answer(self) -> bool:
        """Keep what was sent; return whether it could be."""
        if self.question is None or not self.is_still_open(self.request.POST.get("question", "")):
            return False
        self.form = self._form(self.request.POST)
        if self.form is None or not self.form.is_valid():
            return False
        try:
            voices.answer(self.voice, self.question.pk, **self.form.said())
        except PollRefused as refusal:
            self.refused = str(refusal)
            self.late = _in_words(self.request, self.question)
            self.question.refresh_from_db()
            return False
        return True

    def context(self) -> dict[str, Any]:
        """Return what the page shows."""
        question = self.question
        result = None
        if question is not None and not question.is_open:
            result = poll_results.results_of([question])[0]
        return {
            "poll": self.poll,
            "event": self.poll.session.day.event,
            "question": question,
            "form": self.form if question is not None and question.is_open else None,
            "given": self.given,
            "own": self._own(),
            "result": result,
            "late": self.late,
            "refused": self.refused,
            "name": self.voice.name,
        }

    def _given(self, question: PollQuestion | None) -> PollAnswer | None:
        if question is None:
            return None
        given = self.voice.answers.filter(question=question).select_related("option")
        return given.prefetch_related("ticked").first()

    def _form(self, data: Any) -> AnswerForm | None:
        if self.question is None:
            return None
        initial: dict[str, Any] = {}
        if self.given is not None:
            option = self.given.option
            ticked = [one.pk for one in self.given.ticked.all()]
            initial = {"option": ticked or (option.pk if option else None)}
            initial["words"] = option.text if option else ""
        return AnswerForm(data, asked=self.question, initial=initial)

    def _own(self) -> str:
        """Return the answer of this voice, in words."""
        if self.given is None:
            return ""
        option = self.given.option
        return option.text if option else ", ".join(one.text for one in self.given.ticked.all())

    def _keep_late(self, key: str) -> None:
        """Remember what was typed for a question that is closed by now, unless it counts."""
        asked = self.poll.questions.filter(pk=key).first() if _is_key(key) else None
        if asked is None:
            return
        said = _in_words(self.request, asked)
        given = self._given(asked)
        counted = ""
        if given is not None:
            options = [given.option] if given.option else list(given.ticked.all())
            counted = ", ".join(option.text for option in options)
        if said and said != counted:
            self.late = said
