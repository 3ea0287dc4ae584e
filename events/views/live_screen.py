"""The results as they come in, for the screen of a room and for whoever looks on."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from cities.pictures import Bar, horizontal_bars
from events.exchange.codes import code_for
from events.models import Poll, PollKind, PollState
from events.services import poll_results
from events.services.poll_results import Result
from events.views.live import OF_POLL, anonymous, by_code

MOST_BARS = 12
# How often the page asks again, where scripts do not and its reader wishes it: in seconds.
AGAIN_S = 10


def figure_of(result: Result) -> dict[str, Any]:
    """Return what was said to a question as a picture and its table."""
    caption = result.question.text
    told = [
        (_line_words(result, one.text, is_right=one.option.is_right), one) for one in result.lines
    ]
    bars = [
        Bar(words, one.number, note=f"{one.number} ({_('%d%%') % one.percent})")
        for words, one in told[:MOST_BARS]
    ]
    numeric = {"numeric": True}
    return {
        "result": result,
        "picture": horizontal_bars(f"poll-{result.question.pk}", caption, bars),
        "caption": caption,
        "columns": [
            pgettext("what somebody said", "Answer"),
            {"label": _("People"), **numeric},
            {"label": _("Share"), **numeric},
        ],
        "rows": [
            [
                words,
                {"text": str(one.number), **numeric},
                {"text": _("%d%%") % one.percent, **numeric},
            ]
            for words, one in told
        ],
        "mean": number_format(result.mean, 1) if result.mean is not None else "",
    }


def _line_words(result: Result, text: str, *, is_right: bool) -> str:
    """Name an option; the right one of a quiz says so once nobody can answer any more."""
    if result.question.kind == PollKind.QUIZ and is_right and result.question.shows_results:
        return _("✓ %s (right)") % text
    return text


def shown_on(poll: Poll) -> dict[str, Any]:
    """Return what the room sees: the question that is on; at the end all of them."""
    asked = poll_results.asked_of(poll)
    if poll.state != PollState.ENDED:
        now = poll_results.current(asked)
        asked = [now] if now else []
    results = poll_results.results_of(asked)
    ranked = poll_results.ranking(poll)[: poll_results.MOST_RANKED]
    joined = poll.voices.count()
    told = [
        f"{one.state}:{one.question.state}" if one.question.shows_results
        else f"{one.question.pk}:{one.answers}"
        for one in results
    ]  # fmt: skip
    said = "|".join([str(poll.version), str(joined), *told])
    return {
        "poll": poll,
        "figures": [
            figure_of(one) if one.question.shows_results else {"result": one, "picture": None}
            for one in results
        ],
        "ranking": ranked,
        "joined": joined,
        "seen": sha256(said.encode()).hexdigest()[:16],
    }


@anonymous
@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The screen. While the poll is live for whoever has the code; for those who run it, always."""
    own = Poll.objects.visible_to(request.user).with_code(code)
    poll = own.select_related(*OF_POLL).first() if request.user.is_authenticated else None
    if poll is not None:
        return _show(request, poll)
    return by_code(_for_the_room)(request, code)


def _for_the_room(request: HttpRequest, poll: Poll) -> HttpResponse:
    if poll.is_live:
        return _show(request, poll)
    # Its entrance says whether it has not begun or is over.
    entry = reverse("events:live-entry", args=[poll.code])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": entry})
    return redirect(entry)


def _show(request: HttpRequest, poll: Poll) -> HttpResponse:
    shown = shown_on(poll)
    is_part = bool(request.headers.get("HX-Request"))
    if is_part and request.GET.get("seen") == shown["seen"]:
        return HttpResponse(status=204)
    if is_part:
        return render(request, "events/_live_screen.html", shown)
    address = request.build_absolute_uri(reverse("events:live-entry", args=[poll.code]))
    context = {
        **shown,
        "event": poll.session.day.event,
        "address": address.split("://")[-1].rstrip("/"),
        "code": code_for(address),
        "again_s": AGAIN_S if "again" in request.GET else None,
    }
    return render(request, "events/live_screen.html", context)
