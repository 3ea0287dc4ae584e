"""The review desk: the queue of open reviews, and one review beside what it is about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import ListView, View

from cities.editing import kept
from cities.permissions import signed_in
from marketplace import checks, permissions, services, workflow
from marketplace.differences import LISTS, ROWS, compare
from marketplace.forms.queue import Queue
from marketplace.forms.review import SAVE, DecisionForm, DeclineForm, ReviewForm
from marketplace.history import full_history
from marketplace.models import Review, ReviewEvent, ReviewState, Revision, RevisionState, Score
from marketplace.workflow import Action

LAST_GIVEN = 5


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
        return super().get_context_data(
            **kwargs,
            queue=self.queue,
            groups=self.queue.groups(),
            counts=self.queue.counts(),
            given=given,
            today=timezone.localdate(),
        )


class ReviewDetail(kept.KeepsInputMixin, View):
    """One review: the revision beside an earlier one, what is known of it, and the form.

    The reviewer saves and decides; staff decide without scoring; others who may know of it read.
    """

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the review, with what was typed before an ended session."""
        self.review = _review(request, pk)
        form = self._form(kept.initial_data(request))
        return self._page(form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save or decide; whatever is refused comes back with every word that was typed."""
        self.review = _review(request, pk)
        act = request.POST.get("act", SAVE)
        form = self._form(request.POST, act=act)
        if form is None:
            own = self.review.reviewer_id == request.user.pk
            if not own and not permissions.is_programme_staff(request.user):
                raise PermissionDenied
            words = workflow.moved_on(self.review.revision, signed_in(request))
            return self._refuse(self._closed_form(request.POST, act), words)
        if not form.is_valid():
            if _wants_json(request):
                message = " ".join(
                    str(error) for errors in form.errors.values() for error in errors
                )
                return JsonResponse({"message": message}, status=400)
            return self._page(form, status=400)
        try:
            return self._save(form) if form.act == SAVE else self._decide(form)
        except services.Refused as refusal:
            return self._refuse(form, str(refusal))

    def _form(self, data: Any, act: str = SAVE) -> DecisionForm | None:
        """Return the form this person may send now, or None."""
        review, user = self.review, self.request.user
        if review.revision.state != RevisionState.IN_REVIEW:
            return None
        if review.reviewer_id == user.pk:
            is_owed = review.state in services.OPEN_REVIEW
            return self._review_form(data, act) if is_owed else None
        if permissions.is_programme_staff(user) and permissions.may_decide(user, review.revision):
            return DecisionForm(data, act=act)
        return None

    def _review_form(self, data: Any, act: str) -> ReviewForm:
        rubric = services.rubric_for(self.review.revision)
        criteria = list(rubric.criteria.all()) if rubric else []
        return ReviewForm(data, act=act, review=self.review, criteria=criteria)

    def _closed_form(self, data: Any, act: str) -> DecisionForm:
        """Return the form as it was sent, for somebody whose words came too late."""
        if self.review.reviewer_id == self.request.user.pk:
            return self._review_form(data, act)
        return DecisionForm(data, act=act)

    def _save(self, form: DecisionForm) -> HttpResponse:
        if not isinstance(form, ReviewForm):
            raise PermissionDenied
        review = services.save_review_draft(self.review, **form.written())
        said = _("Saved at {time}.").format(time=time_format(timezone.localtime(), "H:i e"))
        if _wants_json(self.request):
            return JsonResponse({"message": said, "version": review.version})
        messages.success(self.request, said)
        return redirect(self._address(review))

    def _decide(self, form: DecisionForm) -> HttpResponse:
        user = signed_in(self.request)
        following = Queue(user, self.request.GET).after(self.review)
        action = Action(form.act)
        if isinstance(form, ReviewForm):
            event = workflow.decide(action, self.review, **form.written())
        else:
            event = workflow.perform(
                action,
                self.review.revision,
                actor=user,
                note=form.cleaned_data["to_city"],
                private_note=form.cleaned_data["private_note"],
            )
        messages.success(
            self.request,
            _("{title}: {state}. The city is told.").format(
                title=event.revision.title, state=event.get_after_display()
            ),
        )
        if following:
            messages.info(self.request, _("This is the next one in your queue."))
        return redirect(
            self._address(following) if following else reverse("marketplace:review-desk")
        )

    def _refuse(self, form: DecisionForm, words: str) -> HttpResponse:
        """Show the form again with the reason; the next attempt builds on what is saved now."""
        if _wants_json(self.request):
            return JsonResponse({"message": words}, status=409)
        self.review = _review(self.request, self.review.pk)
        form.is_valid()
        form.add_error(None, words)
        if isinstance(form, ReviewForm):
            form.use_version(self.review.version)
        return self._page(form, status=409)

    def _address(self, review: Review) -> str:
        query = self.request.GET.urlencode()
        return f"{review.get_absolute_url()}?{query}" if query else review.get_absolute_url()

    def _page(self, form: DecisionForm | None, status: int = 200) -> HttpResponse:
        review, user = self.review, signed_in(self.request)
        revision = review.revision
        earlier = _earlier(revision)
        against = _chosen(earlier, self.request.GET.get("against"))
        query = self.request.GET.copy()
        for name in ("against", "view", "kept"):
            query.pop(name, None)
        following = Queue(user, self.request.GET).after(review)
        context = {
            "review": review,
            "revision": revision,
            "entry": revision.entry,
            "form": form,
            "is_own": review.reviewer_id == user.pk,
            "is_owed": review.state in services.OPEN_REVIEW
            and revision.state == RevisionState.IN_REVIEW,
            "is_late": review.due_on < timezone.localdate(),
            "differences": compare(against, revision),
            "against": against,
            "earlier": earlier,
            "is_beside": self.request.GET.get("view") == "beside" and against is not None,
            "checks": checks.report(revision),
            "others": _other_reviews(review, user),
            "history": full_history(
                ReviewEvent.objects.filter(revision__entry=revision.entry)
                .select_related("revision", "actor")
                .order_by("-at", "-pk")
            ),
            "following": following,
            "following_url": self._address(following) if following else "",
            "query": f"?{query.urlencode()}&" if query else "?",
        }
        return render(self.request, "review/detail.html", context, status=status)


class ReviewDecline(kept.KeepsInputMixin, View):
    """Giving a review back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason."""
        return self._page(_own_review(request, pk), DeclineForm(kept.initial_data(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it back, and look for somebody else."""
        review = _own_review(request, pk)
        form = DeclineForm(request.POST)
        if not form.is_valid():
            return self._page(review, form, status=400)
        try:
            services.decline(review, **form.cleaned_data)
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._page(review, form, status=409)
        messages.success(request, _("You gave this review back; somebody else will be asked."))
        return redirect("marketplace:review-desk")

    def _page(self, review: Review, form: DeclineForm, status: int = 200) -> HttpResponse:
        return render(
            self.request, "review/decline.html", {"review": review, "form": form}, status=status
        )


def _review(request: HttpRequest, pk: int) -> Review:
    """Return a review this person may know of, with what its page shows."""
    lists = [f"revision__{name}" for name in (*LISTS, *ROWS)]
    found = (
        Review.objects.visible_to(request.user)
        .select_related("revision__entry__city", "revision__author", "reviewer")
        .prefetch_related(*lists, Prefetch("scores", Score.objects.select_related("criterion")))
    )
    return get_object_or_404(found, pk=pk)


def _own_review(request: HttpRequest, pk: int) -> Review:
    review = _review(request, pk)
    if review.reviewer_id != request.user.pk:
        raise PermissionDenied
    return review


def _earlier(revision: Revision) -> list[Revision]:
    """Return earlier revisions that were submitted once, the latest first."""
    return list(
        revision.entry.revisions.filter(number__lt=revision.number, submitted_at__isnull=False)
        .select_related("entry")
        .prefetch_related(*LISTS, *ROWS)
        .order_by("-number")
    )


def _chosen(earlier: list[Revision], number: str | None) -> Revision | None:
    """Return the revision to compare with: the one asked for, or the latest."""
    asked = [each for each in earlier if str(each.number) == number]
    return next(iter(asked or earlier), None)


def _other_reviews(review: Review, user: Any) -> Any:
    return (
        Review.objects.visible_to(user)
        .filter(revision__entry=review.revision.entry, state=ReviewState.GIVEN)
        .exclude(pk=review.pk)
        .select_related("revision", "reviewer")
        .prefetch_related(Prefetch("scores", Score.objects.select_related("criterion")))
        .order_by("-given_at")
    )


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
