"""The agenda as it was published, version by version, and the plan that staff change meanwhile."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.models.events import Event
from events.models.sessions import Session


class PlanDraft(models.Model):
    """Staff plan beside what the world sees: `copy` is a draft event with the same plan.

    What is changed there comes to the event when it is published (`services.plan_drafts`).
    """

    # An event with an open draft is not deleted: the draft is published or thrown away first.
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="plan_draft")
    copy = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="draft_of")
    begun_at = models.DateTimeField(_("begun at"), default=timezone.now, editable=False)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # What the copy said at first: the difference to what it says now is what staff planned.
    base = models.JSONField(default=dict, editable=False)
    # Rows of the copy by the rows of the event they were made from: {"rooms": {"12": 3}, …}.
    made_from = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("draft of an agenda")
        verbose_name_plural = _("drafts of agendas")
        constraints = [
            models.CheckConstraint(
                name="plan_draft_is_another_event", condition=~models.Q(event=models.F("copy"))
            )
        ]

    def __str__(self) -> str:
        return gettext("Draft of the agenda (publish it or throw it away first): %s") % self.event


class DraftedSession(models.Model):
    """A session of the event and its copy; without one, staff took it out of the plan."""

    draft = models.ForeignKey(PlanDraft, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="drafted")
    copy = models.OneToOneField(
        Session, on_delete=models.SET_NULL, null=True, related_name="drafted_from"
    )
    # The values of its fields when the draft was begun.
    base = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("session of a draft")
        verbose_name_plural = _("sessions of drafts")
        constraints = [
            models.UniqueConstraint(fields=["draft", "session"], name="drafted_session_once")
        ]

    def __str__(self) -> str:
        return str(self.session)


class AgendaVersion(models.Model):
    """The agenda of an event as the world saw it. Names of people stay on the pages of sessions."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    published_at = models.DateTimeField(_("published at"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(_("what is new, in a few words"), max_length=300, blank=True)
    plan = models.JSONField(default=dict, editable=False)
    # Since when those concerned know of it; empty while that is still to be told.
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["event", "-number"]
        verbose_name = _("version of an agenda")
        verbose_name_plural = _("versions of agendas")
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="agenda_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.event}, {self.number}"

    def get_absolute_url(self) -> str:
        """Return the address at which this version can be read."""
        kwargs = {"slug": self.event.slug, "number": self.number}
        return reverse("events:agenda-version", kwargs=kwargs)
