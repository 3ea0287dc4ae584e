"""What a thematic action group could work on, and in which order each of its cities puts it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cities.models import City, Sourced
from events.models.groups import ThematicActionGroup


class Priority(Sourced):
    """Something a group could work on first."""

    group = models.ForeignKey(
        ThematicActionGroup, on_delete=models.CASCADE, related_name="priorities"
    )
    title = models.CharField(_("title"), max_length=160)
    about = models.TextField(_("what it means"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["group", "position", "title"]
        verbose_name = _("priority of a group")
        verbose_name_plural = _("priorities of groups")
        constraints = [
            models.UniqueConstraint(fields=["group", "title"], name="priority_title_once")
        ]

    def __str__(self) -> str:
        return self.title


class CityRanking(Sourced):
    """The order in which a city puts the priorities of a group; `services` saves it whole."""

    group = models.ForeignKey(
        ThematicActionGroup, on_delete=models.CASCADE, related_name="rankings"
    )
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="group_rankings")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    saved_at = models.DateTimeField(_("saved at"), auto_now=True)

    class Meta:
        ordering = ["group", "city__name"]
        verbose_name = _("ranking by a city")
        verbose_name_plural = _("rankings by cities")
        constraints = [
            models.UniqueConstraint(fields=["group", "city"], name="ranking_once_per_city")
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.group}"


class RankedPriority(models.Model):
    """One priority in a city's order: 1 is what matters most to it."""

    ranking = models.ForeignKey(CityRanking, on_delete=models.CASCADE, related_name="places")
    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="places")
    rank = models.PositiveSmallIntegerField(_("rank"), validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["ranking", "rank"]
        verbose_name = _("place in a ranking")
        verbose_name_plural = _("places in rankings")
        constraints = [
            models.UniqueConstraint(
                fields=["ranking", "priority"], name="priority_ranked_once_by_a_city"
            ),
            models.UniqueConstraint(fields=["ranking", "rank"], name="rank_given_once_by_a_city"),
            models.CheckConstraint(name="rank_counts_from_one", condition=Q(rank__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.priority}"
