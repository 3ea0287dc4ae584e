"""Initiatives: what a city undertakes, as its charter describes it."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cities.models import Actor, Goal, Organisation, Sourced, Theme
from initiatives.models.histories import HistoryWithLists
from initiatives.models.placing import MOST_LEVELS, Family
from initiatives.models.roadmaps import Roadmap, shown_to

# Words that stand for something else in /initiatives/<slug>/.
TAKEN_ADDRESSES = frozenset({"add", "check-in", "kpis", "roadmaps"})
LONGEST_SLUG = 100


class InitiativeStatus(models.TextChoices):
    """How far an initiative has come, by its own account."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Completed")
    STOPPED = "stopped", _("Stopped")


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    """Questions about initiatives."""

    def visible_to(self, user: Actor, *, inside: bool | None = None) -> InitiativeQuerySet:
        """Keep what this person may know of: public when its roadmap and it itself are.

        `inside` is for lists of one roadmap, as `shown_to` says.
        """
        return self.filter(shown_to(user, inside=inside))

    def free_slug(self, roadmap: Roadmap, name: str) -> str:
        """Return an address that none has yet: the participant's short address and the name."""
        participant = roadmap.participation.participant
        start = slugify(f"{participant.slug} {name}")[: LONGEST_SLUG - 4]
        base = start or f"initiative-{roadmap.pk}"
        known = self.filter(slug__startswith=base).values_list("slug", flat=True)
        taken = TAKEN_ADDRESSES.union(known)
        names = (base if number == 1 else f"{base}-{number}" for number in count(1))
        return next(one for one in names if one not in taken)

    def for_cards(self) -> InitiativeQuerySet:
        """Fetch with each initiative what a card shows."""
        return self.select_related(
            "roadmap__participation__city",
            "roadmap__participation__consortium",
            "roadmap__participation__edition",
        ).prefetch_related("themes")


class Initiative(Sourced):
    """An initiative of a roadmap, with its charter: overview, content, follow-up.

    Risks, budget lines and support needed are internal: `permissions.may_read_inside` guards them.

    `parent` makes a tree of up to four levels within a roadmap; `level` follows from it, and lets
    the database refuse a fifth. Whoever moves an initiative calls `services.place`.
    """

    roadmap = models.ForeignKey(Roadmap, on_delete=models.PROTECT, related_name="initiatives")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    level = models.PositiveSmallIntegerField(_("level"), default=1, editable=False)
    slug = models.SlugField(_("short address"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=200)
    summary = models.CharField(_("summary in one sentence"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), choices=InitiativeStatus, default=InitiativeStatus.PLANNED, max_length=10
    )
    is_public = models.BooleanField(_("shown to the public"), default=False)
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="initiatives", verbose_name=_("themes")
    )
    goals = models.ManyToManyField(
        Goal,
        blank=True,
        related_name="initiatives",
        verbose_name=_("Sustainable Development Goals"),
    )
    partners = models.ManyToManyField(
        Organisation, blank=True, related_name="initiatives", verbose_name=_("partners")
    )
    # The charter: overview.
    lead = models.TextField(_("lead"), blank=True)
    working_team = models.TextField(_("working team"), blank=True)
    contributors = models.TextField(_("contributors"), blank=True)
    # The charter: content (milestones, dependencies and stakeholders have rows of their own).
    goal = models.TextField(_("ultimate goal and scope"), blank=True)
    stakeholder_note = models.TextField(_("working with stakeholders"), blank=True)
    # The charter: follow-up (risks and budget lines have rows of their own).
    impact_and_timing = models.TextField(_("impact and timing"), blank=True)
    support_needed = models.TextField(_("support needed"), blank=True)
    results = models.TextField(_("results in words"), blank=True)
    results_url = models.URLField(_("where results can be seen"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    objects = InitiativeQuerySet.as_manager()
    history = HistoryWithLists(m2m_fields=["themes", "goals", "partners"])

    class Meta:
        ordering = ["roadmap", "position", "pk"]
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            models.CheckConstraint(
                name="initiative_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
            ),
            models.CheckConstraint(
                name="initiative_level_fits_parent",
                condition=Q(parent__isnull=True, level=1)
                | Q(parent__isnull=False, level__range=(2, MOST_LEVELS)),
                violation_error_message=_("A roadmap has four levels at most."),
            ),
            models.UniqueConstraint(
                fields=["roadmap", "name"],
                name="initiative_name_once_per_roadmap",
                violation_error_message=_("This roadmap has an initiative of that name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the initiative's page."""
        return reverse("initiatives:initiative-detail", kwargs={"slug": self.slug})

    def clean(self) -> None:
        """Refuse a place that would make a circle, a fifth level or leave the roadmap."""
        super().clean()
        self.level = self._level()
        refusal = Family.of(self.roadmap_id).refusal(self.pk, self.parent_id)
        if refusal:
            raise ValidationError(refusal, code="place")
        if self.pk and self.children.exclude(roadmap=self.roadmap_id).exists():
            raise ValidationError(
                _("What is part of this initiative belongs to its old roadmap."), code="place"
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the level that follows from the parent."""
        names = kwargs.get("update_fields")
        if names is None or "parent" in names:
            self.level = self._level()
            if names is not None:
                kwargs["update_fields"] = {*names, "level"}
        super().save(*args, **kwargs)

    def _level(self) -> int:
        return self.parent.level + 1 if self.parent_id and self.parent else 1
