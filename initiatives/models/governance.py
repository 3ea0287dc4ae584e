"""Who steers a roadmap: bodies and roles, one above the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from initiatives.models.roadmaps import Roadmap


class GovernanceBody(models.Model):
    """A body or role that steers the roadmap; `above` makes the picture."""

    roadmap = models.ForeignKey(Roadmap, on_delete=models.CASCADE, related_name="governance_bodies")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=160)
    role = models.TextField(_("role"), blank=True)
    rhythm = models.CharField(_("how often it meets"), max_length=120, blank=True)
    above = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="below",
        verbose_name=_("reports to"),
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ["roadmap", "position"]
        verbose_name = _("governance body")
        verbose_name_plural = _("governance bodies")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class BodyTree:
    """A governance body with those that stand below it."""

    body: GovernanceBody
    below: list[BodyTree]

    def flat(self) -> Iterator[GovernanceBody]:
        """Yield the body, then those below it, each before its own."""
        yield self.body
        for tree in self.below:
            yield from tree.flat()


def as_trees(bodies: Iterable[GovernanceBody]) -> list[BodyTree]:
    """Return bodies as trees; those that stand above one another in a circle are there too."""
    rows = list(bodies)
    keys = {body.pk for body in rows}
    below: dict[int | None, list[GovernanceBody]] = defaultdict(list)
    for body in rows:
        below[body.above_id if body.above_id in keys else None].append(body)
    placed: set[int] = set()

    def tree(body: GovernanceBody) -> BodyTree:
        placed.add(body.pk)
        return BodyTree(body, [tree(one) for one in below[body.pk] if one.pk not in placed])

    trees = [tree(body) for body in below[None]]
    return trees + [tree(body) for body in rows if body.pk not in placed]
