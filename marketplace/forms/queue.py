"""How the review queue is narrowed; its state stands in the address."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from marketplace.models import EntryKind, Review
from marketplace.models.conflicts import Conflicts
from marketplace.permissions import is_programme_staff, is_reviewer

# Of each review in the queue.
SHOWN = (
    *("pk", "state", "due_on", "reviewer__name", "reviewer__email", "revision_id"),
    *("revision__number", "revision__title", "revision__entry__kind"),
    "revision__entry__city__name",
)


class Queue:
    """Open reviews, the earliest due first: a person's own, or for staff everybody's."""

    def __init__(self, user: User, asked: QueryDict) -> None:
        """Take who looks, and the address's query; what it does not know is left out."""
        self.may_see_all = is_programme_staff(user)
        self.own_too = is_reviewer(user)
        wants_all = asked.get("scope") == "all" or not self.own_too
        self.scope = "all" if self.may_see_all and wants_all else "mine"
        self.kinds = [kind for kind in asked.getlist("kind") if kind in EntryKind.values]
        self.themes = [slug for slug in asked.getlist("theme") if slug]
        self.late = asked.get("late") == "yes"
        # What the filters' form carries along, and where the chips lead when all are taken away.
        self.kept = [{"name": "scope", "value": self.scope}] if self.may_see_all else []
        if self.late:
            self.kept.append({"name": "late", "value": "yes"})
        self.clear_url = f"?scope={self.scope}" if self.may_see_all else "?"
        # Read once: every count and the list itself ask for it.
        self.conflicts = Conflicts.of(user)
        visible = Review.objects.visible_to(user, self.conflicts).open()
        self.base = visible if self.scope == "all" else visible.filter(reviewer=user)

    def rows(self) -> QuerySet[Any, Any]:
        """Return the narrowed queue as plain rows of what it shows: fifty stand on a page."""
        return self.reviews().values_list(*SHOWN)

    def reviews(self) -> QuerySet[Review]:
        """Return the narrowed queue, the earliest due first."""
        narrowed = self.base
        if self.kinds:
            narrowed = narrowed.filter(revision__entry__kind__in=self.kinds)
        if self.themes:
            narrowed = narrowed.filter(revision__themes__slug__in=self.themes).distinct()
        if self.late:
            narrowed = narrowed.filter(due_on__lt=timezone.localdate())
        return narrowed.order_by("due_on", "pk")

    def after(self, review: Review) -> Review | None:
        """Return the next one in the queue, or the first of what is left; None when empty."""
        left = self.reviews().exclude(pk=review.pk)
        later = Q(due_on__gt=review.due_on) | Q(due_on=review.due_on, pk__gt=review.pk)
        return left.filter(later).first() or left.first()

    def left_beside(self, review: Review) -> int:
        """Return how many wait in the queue besides this one."""
        return self.reviews().exclude(pk=review.pk).order_by().count()

    @property
    def is_narrowed(self) -> bool:
        """Whether some of what is open is left out."""
        return bool(self.kinds or self.themes or self.late)

    def counts(self) -> dict[str, int]:
        """Return how many are open, and how many of them late."""
        rows = self._by_kind.values()
        return {"open": sum(both[0] for both in rows), "late": sum(both[1] for both in rows)}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[int, int]]:
        """How many are open and how many of them late, for each kind of entry."""
        late = Q(due_on__lt=timezone.localdate())
        rows = self.base.order_by().values_list("revision__entry__kind")
        counted = rows.annotate(number=Count("pk"), overdue=Count("pk", filter=late))
        return {kind: (number, overdue) for kind, number, overdue in counted}

    def groups(self) -> list[dict[str, Any]]:
        """Return the filters with counts, as components/facets.html takes them."""
        kinds = {kind: number for kind, (number, _late) in self._by_kind.items()}
        themes = (
            self.base.filter(revision__themes__isnull=False)
            .order_by("revision__themes__short_name")
            .values_list("revision__themes__slug", "revision__themes__short_name")
            .annotate(Count("pk"))
        )
        names = dict(EntryKind.choices)
        return [
            {
                "name": "kind",
                "label": _("Kind"),
                "options": [
                    _option(kind, names[kind], count, self.kinds) for kind, count in kinds.items()
                ],
            },
            {
                "name": "theme",
                "label": _("Theme"),
                "options": [
                    _option(slug, name, count, self.themes) for slug, name, count in themes
                ],
            },
        ]


def _option(value: str, label: Any, count: int, chosen: list[str]) -> dict[str, Any]:
    return {"value": value, "label": label, "count": count, "selected": value in chosen}
