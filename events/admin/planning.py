"""What the pages have in common on which rounds of groups and of talks are planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.forms.planning import SolveForm
from events.models import MeetingRound, PeerRound, SolverRun
from events.services import runs
from events.services.meetings import MeetingRefused
from events.services.peers import GroupsRefused

LONGEST_NUMBER = 18
Round = PeerRound | MeetingRound
REFUSALS = (GroupsRefused, MeetingRefused, runs.RunRefused)


class PlansRounds(admin.ModelAdmin):
    """A page for each round: how it stands, what can be done next, and the run that is on its way.

    The address names the round (`?round=3`); POST names the act.
    """

    plan_template: str
    run_field: str
    solve_form: type[SolveForm] = SolveForm
    acts: dict[str, str] = {}

    def get_urls(self) -> list[Any]:
        """Add the page, and what can be taken along from it."""
        view, name = self.admin_site.admin_view, self._name
        return [
            path("plan/", view(self.plan_page), name=f"{name}_plan"),
            path("plan.csv", view(self.csv), name=f"{name}_csv"),
            *super().get_urls(),
        ]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def plan_url(self, round: Round) -> str:
        """Return the address of a round's page."""
        return f"{reverse(f'admin:{self._name}_plan')}?round={round.pk}"

    @admin.display(description=gettext_lazy("plan"))
    def plan_link(self, round: Round) -> str:
        """Lead to the page where it is planned."""
        return format_html('<a href="{}">{}</a>', self.plan_url(round), _("Plan"))

    def round_of(self, request: HttpRequest) -> Any:
        """Return the round that the address names, to who may change it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        number = request.GET.get("round", "")
        if not number.isdecimal() or len(number) > LONGEST_NUMBER:
            raise Http404
        found = self.get_queryset(request).select_related("event").filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def plan_page(self, request: HttpRequest) -> HttpResponse:
        """Show a round; POST does one act and shows it again."""
        round = self.round_of(request)
        if request.method == "POST":
            act: Callable[..., str] | None = getattr(
                self, self.acts.get(request.POST.get("act", ""), ""), None
            )
            try:
                done = act(request, round) if act else ""
            except REFUSALS as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                if done:
                    self.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(self.plan_url(round))
        last = self._last(round)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(round),
            "round": round,
            "run": last,
            "may_retry": last is not None and runs.may_retry(last),
            "may_use": last is not None and runs.fits(last),
            "solve_form": self.solve_form(initial={"seed": last.seed if last else 1}),
            **self.shown(round, last),
        }
        return TemplateResponse(request, self.plan_template, context)

    def shown(self, round: Any, last: SolverRun | None) -> dict[str, Any]:
        """Return what the template needs beside what all rounds have."""
        raise NotImplementedError

    def csv(self, request: HttpRequest) -> HttpResponse:
        """Return the plan as a table."""
        raise NotImplementedError

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────
    def solve(self, request: HttpRequest, round: Round) -> str:
        """Work it out, from nothing or with least change."""
        form = self.solve_form(request.POST)
        if not form.is_valid():
            self.message_user(request, _("Write a number from 1 on as the seed."), messages.ERROR)
            return ""
        keeps = request.POST["act"] == "again"
        runs.start(round, by=request.user, keeps=keeps, seed=form.cleaned_data["seed"])
        return _("It is being worked out. This page shows how far it is.")

    def cancel_run(self, request: HttpRequest, round: Round) -> str:
        """Stop the run that is on its way."""
        run = self._last(round)
        return _("It is cancelled.") if run and runs.cancel(run) else _("It had ended already.")

    def retry_run(self, request: HttpRequest, round: Round) -> str:
        """Try a run again that failed or lost its worker."""
        run = self._last(round)
        return _("It is tried again.") if run and runs.retry(run) else ""

    def use_run(self, request: HttpRequest, round: Round) -> str:
        """Put the plan of the last run to use."""
        run = self._last(round)
        if run:
            runs.use(run)
        if not round.event.may_be_told:
            return _("The plan is in use. Nobody is mailed while the event is hidden or over.")
        if not round.is_published:
            return _("The plan is in use. Nobody is told before it is published.")
        return _("The plan is in use. Those whom it changes something for are told.")

    def _last(self, round: Round) -> SolverRun | None:
        runs_of = SolverRun.objects.filter(**{self.run_field: round})
        return runs_of.select_related("asked_by").first()


RUN_ACTS = {
    "solve": "solve",
    "again": "solve",
    "cancel_run": "cancel_run",
    "retry_run": "retry_run",
    "use_run": "use_run",
}
