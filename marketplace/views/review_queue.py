"""The review desk: the queue of open reviews, narrowed by what the address says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import ListView

from cities.editing import kept
from cities.permissions import signed_in
from marketplace import permissions
from marketplace.forms.queue import Queue
from marketplace.models import EntryKind, Review, ReviewState

LAST_GIVEN = 5


@dataclass(frozen=True)
class Row:
    """An open review as the queue shows it: in words, since fifty of them stand on a page."""

    url: str
    title: str
    about: str
    due: str
    is_late: bool
    state: str
    label: str


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class ReviewDesk(kept.KeepsInputMixin, ListView):
    """Open reviews by due date, narrowed by what the address says."""

    template_name = "review/desk.html"
    context_object_name = "reviews"
    paginate_by = 50

    def get_queryset(self) -> Any:
        """Return the narrowed queue; only reviewers and staff have one."""
        user = signed_in(self.request)
        if not permissions.may_use_review_desk(user):
            raise PermissionDenied
        self.queue = Queue(user, self.request.GET)
        return self.queue.reviews()

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
            Review.objects.visible_to(user)
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
        query, today = self.request.GET.urlencode(), timezone.localdate()
        names_reviewers = self.queue.scope == "all"
        context["rows"] = [
            _row(review, query, today, names_reviewer=names_reviewers)
            for review in context["reviews"]
        ]
        return context


def _row(review: Review, query: str, today: date, *, names_reviewer: bool) -> Row:
    revision, entry = review.revision, review.revision.entry
    about = [str(EntryKind(entry.kind).label), str(entry.city or "")]
    if revision.number > 1:
        about.append(_("revision {number}").format(number=revision.number))
    about += [str(theme) for theme in revision.themes.all()]
    words = ", ".join(word for word in about if word)
    if names_reviewer:
        words = f"{words}. {_('Reviewer: {person}').format(person=review.reviewer)}"
    url = review.get_absolute_url()
    return Row(
        url=f"{url}?{query}" if query else url,
        title=revision.title,
        about=words,
        due=_("Due on {day}").format(day=date_format(review.due_on)),
        is_late=review.due_on < today,
        state=review.state,
        label=str(ReviewState(review.state).label),
    )
