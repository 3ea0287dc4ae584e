"""Polls of sessions: staff find all of them here, write questions, and go to where they are run."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from events.forms.polls import QuestionForm
from events.models import Poll, PollQuestion
from events.services import polls


class QuestionInline(admin.StackedInline):
    """The questions, in order. One that was asked stays as people read it."""

    model = PollQuestion
    form = QuestionForm
    fields = ["position", *QuestionForm.Meta.fields]
    extra = 0


@admin.register(Poll)
class PollAdmin(admin.ModelAdmin):
    """A poll with its questions. It is started and ended on its own page, answers stay there."""

    list_display = ["title", "session", "state", "code", "is_shared"]
    list_filter = ["state", "session__day__event"]
    list_select_related = ["session"]
    search_fields = ["title", "code", "session__title"]
    autocomplete_fields = ["session"]
    fields = ["session", "title", "asks_names", "is_shared", "state", "code", "run"]
    readonly_fields = ["state", "code", "run"]
    inlines = [QuestionInline]

    @admin.display(description=_("run it"))
    def run(self, poll: Poll) -> str:
        """Where it is started, and its questions opened and closed."""
        if poll.pk is None:
            return "–"
        return format_html('<a href="{}">{}</a>', poll.get_absolute_url(), _("Open its page"))

    def save_model(self, request: HttpRequest, obj: Poll, form: Any, change: bool) -> None:
        """Give a new poll its code; of another, write what the form is about alone."""
        if not change:
            obj.code = polls.new_code()
            obj.save()
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)
