"""The review desk: the queue of open reviews, narrowed by what the address says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import ListView

from cities.editing import kept
from cities.permissions import signed_in
from cities.templatetags.drawing import draw
from marketplace import permissions
from marketplace.forms.queue import Queue
from marketplace.models import EntryKind, Review, ReviewState, Revision

LAST_GIVEN = 5


@dataclass(frozen=True)
class Row:
    """An open review as the queue shows it: in words, since fifty of them stand on a page."""

    url: str
    title: str
    about: str
    due: str
    status: SafeString


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ReviewDesk(kept.KeepsInputMixin, ListView):
    """Open reviews by due date, narrowed by what the address says."""

    template_name = "review/desk.html"
    context_object_name = "found"
    paginate_by = 50

    def get_queryset(self) -> Any:
        """Return the narrowed queue; only reviewers and staff have one."""
        user = signed_in(self.request)
        if not permissions.may_use_review_desk(user):
            raise PermissionDenied
        self.queue = Queue(user, self.request.GET)
        return self.queue.rows()

    def get_paginator(self, *args: Any, **kwargs: Any) -> Paginator:
        """Count once: without filters the queue is as long as what is open."""
        pages = super().get_paginator(*args, **kwargs)
        if not self.queue.is_narrowed:
            pages.count = self.queue.counts()["open"]
        return pages

    def get_template_names(self) -> list[str]:
        """Answer htmx with the results alone."""
        return (
            ["review/_queue.html"]
            if self.request.headers.get("HX-Request")
            else [self.template_name]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add filters, counts, and what this person gave lately."""
        user = signed_in(self.request)
        given = (
            Review.objects.visible_to(user, self.queue.conflicts)
            .filter(reviewer=user, state=ReviewState.GIVEN)
            .select_related("revision__entry__city")
            .order_by("-given_at")[:LAST_GIVEN]
        )
        context = super().get_context_data(
            **kwargs,
            queue=self.queue,
            groups=self.queue.groups(),
            counts=self.queue.counts(),
            given=given,
        )
        context["rows"] = _rows(
            context["found"],
            self.request.GET.urlencode(),
            names_reviewers=self.queue.scope == "all",
        )
        return context


def _rows(found: Iterable[Any], query: str, *, names_reviewers: bool) -> list[Row]:
    """Put reviews of the queue (forms.queue.SHOWN) into words."""
    reviews, today = list(found), timezone.localdate()
    themes = _themes([review[5] for review in reviews])
    # One address is worked out, the others differ in their number.
    before, after = reverse("marketplace:review-detail", kwargs={"pk": 0}).split("0")
    rows = []
    for pk, state, due_on, name, email, revision, number, title, kind, city in reviews:
        about = [str(EntryKind(kind).label), city or ""]
        if number > 1:
            about.append(_("revision {number}").format(number=number))
        words = ", ".join(filter(None, [*about, *themes[revision]]))
        if names_reviewers:
            words = f"{words}. {_('Reviewer: {person}').format(person=name or email)}"
        rows.append(
            Row(
                url=f"{before}{pk}{after}?{query}" if query else f"{before}{pk}{after}",
                title=title,
                about=words,
                due=_("Due on {day}").format(day=date_format(due_on)),
                status=_late() if due_on < today else _status(state),
            )
        )
    return rows


def _themes(revisions: list[int]) -> dict[int, list[str]]:
    """Read the names of the themes of revisions, in the order of themes."""
    rows = Revision.themes.through.objects.filter(revision__in=revisions)
    order = ("theme__kind__position", "theme__position", "theme__name")
    found: dict[int, list[str]] = defaultdict(list)
    for revision, name in rows.order_by(*order).values_list("revision_id", "theme__short_name"):
        found[revision].append(name)
    return found


def _late() -> SafeString:
    return draw("status.html", tone="danger", label=_("Late"))


def _status(state: str) -> SafeString:
    return draw("status.html", state=state, label=str(ReviewState(state).label))
