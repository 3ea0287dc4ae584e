"""How the review queue is narrowed; its state stands in the address."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.models import User
from marketplace.models import EntryKind, Review, Revision
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
        chosen = self._of_kinds() & self._of_themes() & self._is_late()
        return self.base.filter(chosen).order_by("due_on", "pk")

    def _of_kinds(self) -> Q:
        return Q(revision__entry__kind__in=self.kinds) if self.kinds else Q()

    def _of_themes(self) -> Q:
        # Not by a join: whatever has two of the themes is one row.
        about = Revision.themes.through.objects.filter(theme__slug__in=self.themes).order_by()
        return Q(revision__in=about.values("revision")) if self.themes else Q()

    def _is_late(self) -> Q:
        return Q(due_on__lt=timezone.localdate()) if self.late else Q()

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
        return {"open": sum(each[0] for each in rows), "late": sum(each[1] for each in rows)}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[int, int, int]]:
        """How many are open, late, and within the other filters, for each kind of entry."""
        late = Q(due_on__lt=timezone.localdate())
        rows = self.base.order_by().values_list("revision__entry__kind")
        counted = rows.annotate(
            number=Count("pk"),
            overdue=Count("pk", filter=late),
            within=Count("pk", filter=self._of_themes() & self._is_late()),
        )
        return {kind: (number, overdue, within) for kind, number, overdue, within in counted}

    def groups(self) -> list[dict[str, Any]]:
        """Return the filters, as components/facets.html takes them.

        Each counts within the others, so that its other values can be added.
        """
        kinds = {kind: within for kind, (_open, _late, within) in self._by_kind.items()}
        themes = (
            self.base.filter(revision__themes__isnull=False)
            .order_by("revision__themes__short_name")
            .values_list("revision__themes__slug", "revision__themes__short_name")
            .annotate(within=Count("pk", filter=self._of_kinds() & self._is_late()))
        )
        names = dict(EntryKind.choices)
        return [
            {
                "name": "kind",
                "label": _("Kind"),
                "options": [
                    _option(kind, names[kind], count, self.kinds)
                    for kind, count in kinds.items()
                    if count or kind in self.kinds
                ],
            },
            {
                "name": "theme",
                "label": _("Theme"),
                "options": [
                    _option(slug, name, count, self.themes)
                    for slug, name, count in themes
                    if count or slug in self.themes
                ],
            },
        ]


def _option(value: str, label: Any, count: int, chosen: list[str]) -> dict[str, Any]:
    return {"value": value, "label": label, "count": count, "selected": value in chosen}
