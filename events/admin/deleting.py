"""What keeps staff from deleting sessions, alone or with their day or event: they are cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import ValidationError
from django.db import router
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from events.models import Guest, Session, SignUp
from events.services.kept_sessions import held


def refuse_to_delete(sessions: QuerySet[Session]) -> None:
    """Raise ValidationError where sessions are to go on which something hangs; name both."""
    found = {session.pk: (session, words) for session, words in held(sessions)}
    for session in sessions:
        names = _protected(session)
        if names:
            words = found.get(session.pk, (session, []))[1]
            found[session.pk] = (session, [*words, *names])
    if found:
        words = _("These sessions are not deleted, since there are things of theirs: %s. "
                  "Cancel them instead.")  # fmt: skip
        raise ValidationError(words % "; ".join(_line(*one) for one in found.values()))


def _protected(session: Session) -> list[str]:
    """Name what the database keeps a session for: marks, answers, groups, what was noted…"""
    nested = NestedObjects(using=router.db_for_write(Session))
    nested.collect([session])
    return sorted({str(row._meta.verbose_name_plural) for row in nested.protected})


def _line(session: Session, words: list[str]) -> str:
    return f"“{session.title}” ({', '.join(words)})"


class DayFormSet(BaseInlineFormSet):
    """The days of an event; with a day its sessions would go."""

    def clean(self) -> None:
        """Keep days in whose sessions somebody has something."""
        super().clean()
        gone = [form.instance.pk for form in self.deleted_forms if form.instance.pk]
        if gone:
            refuse_to_delete(Session.objects.filter(day__in=gone))


class KeepsHeldSessions(admin.ModelAdmin):
    """Adds to what a page of deletion names as protected the sessions that people hold."""

    def sessions_in(self, rows: Any) -> QuerySet[Session]:
        """Return the sessions that would go with some rows."""
        raise NotImplementedError

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Name held sessions; places given back and guests who do not come hold nothing."""
        rows, counts, missing, protected = super().get_deleted_objects(objs, request)
        freely = {model._meta.verbose_name for model in (SignUp, Guest)}
        lines = [_("%s: cancel it instead") % _line(*one) for one in held(self.sessions_in(objs))]
        return rows, counts, set(missing) - freely, [*protected, *lines]
