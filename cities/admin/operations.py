"""What the portal does behind the scenes: background work and signs of life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cities import effects
from cities.models import Effect, EffectState, Heartbeat


class ReasonForm(forms.Form):
    """Why somebody decides so; it stays with the row."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )


class LookOnly(admin.ModelAdmin):
    """Rows that the machine writes: people look, and act by the actions below alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds them by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes them; the clock tidies up."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Who may look at them may decide about those that wait for a decision."""
        return self.has_view_permission(request)


@admin.register(Effect)
class EffectAdmin(LookOnly):
    """What is done in the background, what failed and why; what was given up can be retried."""

    list_display = [
        "work", "state_shown", "attempts", "created_at", "due_at", "done_at", "what_went_wrong",
    ]  # fmt: skip
    list_filter = ["state", "kind", "queue"]
    search_fields = ["key", "kind", "last_error"]
    date_hierarchy = "created_at"
    actions = ["retry", "discard"]
    list_per_page = 50
    fields = [
        "kind", "key", "arguments", "queue", "state", "attempts", "created_at", "due_at",
        "queued_at", "lease_until", "done_at", "last_error", "note",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Effect]:
        """Leave out what this person may not know of, such as work on what their city submitted."""
        return super().get_queryset(request).exclude(effects.hidden_from(request.user))

    @admin.display(description=_("work"), ordering="kind")
    def work(self, effect: Effect) -> str:
        """What is done, in words rather than as the code names it."""
        return effect.kind.rpartition(".")[2].replace("_", " ").capitalize()

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, effect: Effect) -> str:
        """The state; what was given up stands out."""
        label = effect.get_state_display()
        if effect.state == EffectState.DEAD:
            return format_html("<strong>{}</strong>", label)
        return label

    @admin.display(description=_("last error"))
    def what_went_wrong(self, effect: Effect) -> str:
        """The beginning of the error, if there was one."""
        return effect.last_error[:120] or "–"

    @admin.action(description=_("Retry what was given up"), permissions=["operate"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Effect]) -> HttpResponse | None:
        """Try again, once a reason is given."""
        return self._decide(request, queryset, "retry", _("Retry"), effects.retry)

    @admin.action(description=_("Discard what was given up"), permissions=["operate"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Effect]) -> HttpResponse | None:
        """Give up for good, once a reason is given."""
        return self._decide(request, queryset, "discard", _("Discard"), effects.discard)

    def _decide(
        self, request: HttpRequest, queryset: QuerySet[Effect], name: str, label: Any, act: Any
    ) -> HttpResponse | None:
        form = ReasonForm(request.POST if "decide" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": label,
                "label": label,
                "opts": self.opts,
                "rows": queryset,
                "form": form,
                "action": name,
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/cities/effect/decide.html", context)
        done, others = 0, 0
        for effect in queryset:
            if act(effect, f"{request.user}: {form.cleaned_data['reason']}"):
                self.log_change(request, effect, f"{label}: {form.cleaned_data['reason']}")
                done += 1
            else:
                others += 1
        self._tell(request, done, others)
        return None

    def _tell(self, request: HttpRequest, done: int, others: int) -> None:
        if done:
            told = ngettext("%(number)d decided.", "%(number)d decided.", done)
            self.message_user(request, told % {"number": done}, messages.SUCCESS)
        if others:
            told = ngettext(
                "%(number)d was not given up, so nothing was decided about it.",
                "%(number)d were not given up, so nothing was decided about them.",
                others,
            )
            self.message_user(request, told % {"number": others}, messages.WARNING)


@admin.register(Heartbeat)
class HeartbeatAdmin(LookOnly):
    """When the clock and the worker were last seen."""

    list_display = ["name", "beaten_at"]
