"""What a team, its mentors and experts say to one another beside a section."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cities.models import Actor
from initiatives.models.roadmaps import Roadmap


class Audience(models.TextChoices):
    """Who reads a comment."""

    TEAM = "team", _("Our team only")
    ADVISERS = "advisers", _("Our team, its experts and mentors, and staff")


class SectionCommentQuerySet(models.QuerySet["SectionComment"]):
    """Questions about comments."""

    def visible_to(self, user: Actor, *, in_team: bool = False) -> SectionCommentQuerySet:
        """Keep what this person may know of: a team's own talk stays in the team.

        `in_team` says that a page has found this person in the team of each roadmap it keeps to.
        """
        if not user.is_authenticated:
            return self.none()
        if in_team or user.is_superuser:
            return self.all()
        team = Roadmap.objects.acted_for_by(user).order_by().values("pk")
        inside = Roadmap.objects.known_inside_to(user).order_by().values("pk")
        return self.filter(Q(roadmap__in=team) | Q(audience=Audience.ADVISERS, roadmap__in=inside))

    def open(self) -> SectionCommentQuerySet:
        """Keep those that nobody has settled or taken back."""
        return self.filter(resolved_at=None, taken_back_at=None)


class SectionComment(models.Model):
    """A remark on a section, until somebody says that it is settled.

    What its author took back, or staff hid, is kept and not shown (`sections.talk` does both).
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="comments")
    section = models.CharField(_("section"), max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="section_comments"
    )
    audience = models.CharField(
        _("who reads it"), choices=Audience, default=Audience.TEAM, max_length=10
    )
    text = models.TextField(_("comment"), max_length=4000)
    mentioned = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="mentioned_in"
    )
    created_at = models.DateTimeField(_("written at"), auto_now_add=True)
    resolved_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken back or hidden by"),
    )

    history = HistoricalRecords()

    objects = SectionCommentQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment on a section")
        verbose_name_plural = _("comments on sections")

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        """Return the address of its place on the page of its section."""
        page = reverse("initiatives:section-talk", args=[self.roadmap_id, self.section])
        return f"{page}#comment-{self.pk}"
