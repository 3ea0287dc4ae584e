"""Rounds of peer-review groups: who takes part, and the page on which groups are planned."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.admin.event_filter import EventFilter
from events.admin.planning import RUN_ACTS, PlansRounds
from events.forms.planning import GroupForm, MoveForm
from events.models import (
    PeerRound,
    PeerSeat,
    SolverRun,
)
from events.services import peers
from events.services.breakouts import breakout_rows, safe_cell
from events.services.calendar_versions import count_groups
from events.services.group_turns import renew, turns_of
from events.services.peer_problems import Gathered, gather
from events.services.peer_words import Words

MINUTES = ("pitch_least", "pitch_most", "discussion_least", "discussion_most")
PERCENTAGES = [
    ("score", gettext_lazy("Of what could be reached")),
    ("mixed", gettext_lazy("Groups of different countries only")),
    ("shared_topic", gettext_lazy("Groups with one theme or challenge for all")),
    ("common_language", gettext_lazy("Groups with one language for all")),
    ("guided", gettext_lazy("Groups with a mentor or expert")),
]


@admin.register(PeerRound)
class PeerRoundAdmin(PlansRounds):
    """A round: its sessions, sizes and minutes; groups are planned on a page of their own."""

    list_display = ["title", "event", "state", "plan_link"]
    list_filter = ["state", ("event", EventFilter)]
    list_select_related = ["event"]
    search_fields = ["title", "event__title"]
    autocomplete_fields = ["event", "sessions"]
    fieldsets = [
        (None, {"fields": ["event", "title", "sessions"]}),
        (_("Sizes"), {"fields": [("smallest", "usual", "largest"), "partners_count_as_met"]}),
        (
            _("Minutes"),
            {"fields": [MINUTES[:2], MINUTES[2:]]},
        ),
        (
            _("Where it comes from"),
            {"classes": ["collapse"], "fields": ["source", "demonstration"]},
        ),
    ]
    plan_template = "admin/events/peerround/plan.html"
    run_field = "peer_round"
    acts = {
        **RUN_ACTS,
        "take_in": "take_in",
        "keep": "keep",
        "move": "move",
        "publish": "publish",
    }

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Work turns out anew where their minutes changed."""
        super().save_related(request, form, formsets, change)
        if change and set(MINUTES) & set(form.changed_data):
            with transaction.atomic():
                renew(peers.locked(form.instance))

    def get_urls(self) -> list[Any]:
        """Add the list of breakouts."""
        view = self.admin_site.admin_view(self.breakouts)
        return [path("breakouts/", view, name="events_peerround_breakouts"), *super().get_urls()]

    def shown(self, round: PeerRound, last: SolverRun | None) -> dict[str, Any]:
        """Return groups with their reasons, what is wrong, and what the last run says."""
        gathered = gather(round, keeps=True)
        words = Words(gathered)
        broken = defaultdict(list)
        for each in peers.conflicts_of(gathered):
            told = {"rule": each.rule, "cities": each.cities}
            broken[each.group].append(words.broken(told))
        guides = list(gathered.guides.values())
        seated = {seat.entry_id for group in gathered.groups.values() for seat in group.seats.all()}
        return {
            "groups": [
                {
                    "group": group,
                    "form": GroupForm(instance=group, guides=guides, prefix=f"g{group.pk}"),
                    "reasons": words.reasons(group) if group.seats.all() else [],
                    "broken": broken[group.number],
                }
                for group in gathered.groups.values()
            ],
            "conflicts": sum(map(len, broken.values())),
            "withdrawn": [one.city for one in gathered.withdrawn],
            "without": [one.city for one in gathered.entries.values() if one.pk not in seated],
            "cities_n": len(gathered.entries),
            "guides_n": len(guides),
            "short_of": self._short_of(round, gathered),
            "move_form": MoveForm(
                entries=gathered.entries.values(), groups=gathered.groups.values()
            ),
            **_told(last, words),
        }

    def _short_of(self, round: PeerRound, gathered: Gathered) -> int:
        timings = [turns_of(round, gathered, group) for group in gathered.groups.values()]
        return max((timing.short_of for timing in timings if timing), default=0)

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────
    def take_in(self, request: HttpRequest, round: PeerRound) -> str:
        """Add who comes to the event."""
        cities, guides = peers.take_in(round)
        told = _("%(cities)d cities and %(guides)d mentors or experts were added.")
        return told % {"cities": cities, "guides": guides}

    def keep(self, request: HttpRequest, round: PeerRound) -> str:
        """Keep pins, breakouts, links and guides as they stand on the page."""
        try:
            # Held before it is read: what is saved below is all of a group's row.
            with transaction.atomic():
                return self._keep(request, peers.locked(round))
        except IntegrityError:
            words = _("Nobody can guide two groups in one session. Nothing was saved.")
            self.message_user(request, words, messages.ERROR)
            return ""

    def _keep(self, request: HttpRequest, round: PeerRound) -> str:
        gathered = gather(round, keeps=True)
        guides = list(gathered.guides.values())
        forms = [
            GroupForm(request.POST, instance=group, guides=guides, prefix=f"g{group.pk}")
            for group in gathered.groups.values()
            # A group that was not on the page when it was sent is left alone.
            if f"g{group.pk}-there" in request.POST
        ]
        wrong = [form for form in forms if not form.is_valid()]
        for form in wrong:
            faults = " ".join(" ".join(errors) for errors in form.errors.values())
            self.message_user(request, f"{form.instance}: {faults}", messages.ERROR)
        if wrong:
            return ""
        round.groups.update(guide=None)
        for form in forms:
            form.save()
            PeerSeat.objects.filter(group=form.instance).update(is_pinned=False)
            pinned = form.cleaned_data["seats"]
            PeerSeat.objects.filter(group=form.instance, pk__in=pinned).update(is_pinned=True)
        count_groups(round)
        return _("Saved.")

    def move(self, request: HttpRequest, round: PeerRound) -> str:
        """Seat a city elsewhere by hand."""
        groups = list(round.groups.all())
        form = MoveForm(request.POST, entries=round.entries.select_related("city"), groups=groups)
        if not form.is_valid():
            raise peers.GroupsRefused(_("Choose a city, and where it goes."))
        peers.move(round, form.entry(), form.number())
        return _("%s was moved; what is wrong now stands below.") % form.entry().city

    def publish(self, request: HttpRequest, round: PeerRound) -> str:
        """Show groups to their members."""
        peers.publish(round, despite="despite" in request.POST)
        if not round.event.may_be_told:
            return _("Published. Nobody is mailed, since the event is over.")
        return _("Published. Everybody in a group is told by mail.")

    # ── what is taken along ──────────────────────────────────────────────────────────────────────
    def breakouts(self, request: HttpRequest) -> HttpResponse:
        """The list of breakouts, to print."""
        round = self.round_of(request)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Breakouts: %s") % round,
            "round": round,
            "rows": breakout_rows(round),
            "plan_url": self.plan_url(round),
        }
        return TemplateResponse(request, "admin/events/peerround/breakouts.html", context)

    def csv(self, request: HttpRequest) -> HttpResponse:
        """The list of breakouts as a table: a row for each city."""
        round = self.round_of(request)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="breakouts-{round.pk}.csv"'
        # Spreadsheets take the file for UTF-8 only with this mark.
        response.write("\ufeff")
        table = csv.writer(response)
        table.writerow(
            [_("group"), _("date"), _("session"), _("breakout"), _("link"), _("turn"), _("begins"),
             _("city"), _("country"), _("pitch"), _("discussion"), _("guide"), _("time zone")]
        )  # fmt: skip
        for row in breakout_rows(round):
            for seat, begins in row["turns"]:
                table.writerow(map(safe_cell, [
                    row["group"].number, row["date"].isoformat(), row["group"].session.title,
                    row["group"].breakout, row["group"].link, seat.position, begins,
                    seat.entry.city.name, seat.entry.city.country.code, seat.pitch,
                    seat.discussion, row["group"].guide or "", round.event.time_zone,
                ]))  # fmt: skip
        return response


def _told(last: SolverRun | None, words: Words) -> dict[str, Any]:
    """Return what the last run says, in words."""
    report = last.report if last else {}
    if not report:
        return {}
    moved = [
        {"city": words.city(each["city"]), "from": each["from"], "to": each["to"]}
        for each in report.get("moved", [])
    ]
    quality = report.get("quality")
    return {
        "refused": [words.broken(each) for each in report.get("refused", [])],
        "left_out": [words.city(key) for key in report.get("unplaced", [])],
        "change": words.change(report["change"]) if report.get("change") else "",
        "moved": moved,
        "quality": quality
        and [
            (label, quality[name], report["greedy"][name], report["chance"][name])
            for name, label in PERCENTAGES
        ],
    }
