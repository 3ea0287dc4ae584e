"""One review beside what it is about: reading, scoring, giving, deciding."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept
from cities.models import User
from cities.permissions import signed_in
from marketplace import checks, doubles, guards, permissions, services, workflow
from marketplace.differences import LISTS, ROWS, compare
from marketplace.forms.queue import Queue
from marketplace.forms.review import GIVE, SAVE, DecisionForm, ReviewForm
from marketplace.history import full_history
from marketplace.models import (
    AskedFor,
    EntryKind,
    Review,
    ReviewEvent,
    Revision,
    RevisionState,
    Score,
)
from marketplace.views import review_page
from marketplace.workflow import Action


class ReviewDetail(kept.KeepsInputMixin, View):
    """One review: the revision beside an earlier one, what is known of it, and the form.

    The reviewer saves and decides; staff decide without scoring; others who may know of it read.
    """

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the review, with what was typed before an ended session."""
        self.review = review_of(request, pk)
        form = self._form(kept.initial_data(request))
        return self._page(form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save or decide; whatever is refused comes back with every word that was typed."""
        self.review = review_of(request, pk)
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
            if form.act == SAVE:
                return self._save(form)
            return self._give(form) if form.act == GIVE else self._decide(form)
        except services.Refused as refusal:
            return self._refuse(form, str(refusal))
        except PermissionDenied:
            words = _("You may not take this step. What you wrote is still here.")
            return self._refuse(form, words, status=403)

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
        rubric = services.rubric_of(self.review)
        criteria = list(rubric.criteria.all()) if rubric else []
        return ReviewForm(
            data,
            act=act,
            review=self.review,
            criteria=criteria,
            hindrance=self._why_others_decide(),
        )

    def _why_others_decide(self) -> str:
        """Say why this reviewer gives the review without a decision; nothing when they decide."""
        review, user = self.review, signed_in(self.request)
        if review.asked_for == AskedFor.OPINION:
            return _("You are asked for a second opinion; others decide.")
        if review.revision.state != RevisionState.IN_REVIEW:
            return ""
        return guards.hindrance(Action.APPROVE, review.revision, user)

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

    def _give(self, form: DecisionForm) -> HttpResponse:
        """Give the review with a recommendation; others decide."""
        if not isinstance(form, ReviewForm):
            raise PermissionDenied
        following = Queue(signed_in(self.request), self.request.GET).after(self.review)
        recommended = form.cleaned_data["recommendation"]
        services.give_review(self.review, recommendation=recommended, **form.written())
        messages.success(self.request, _("Your review is given; thank you."))
        return redirect(
            self._address(following) if following else reverse("marketplace:review-desk")
        )

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
        messages.success(self.request, _said_of(event))
        if following:
            messages.info(self.request, _("This is the next one in your queue."))
        return redirect(
            self._address(following) if following else reverse("marketplace:review-desk")
        )

    def _refuse(self, form: DecisionForm, words: str, status: int = 409) -> HttpResponse:
        """Show the form again with the reason; the next attempt builds on what is saved now."""
        if _wants_json(self.request):
            return JsonResponse({"message": words}, status=status)
        self.review = review_of(self.request, self.review.pk)
        form.is_valid()
        form.add_error(None, words)
        if isinstance(form, ReviewForm):
            form.use_version(self.review.version)
        return self._page(form, status=status)

    def _looks_for_doubles(self) -> bool:
        return self.review.revision.entry.kind == EntryKind.SOLUTION

    def _address(self, review: Review) -> str:
        query = self.request.GET.urlencode()
        return f"{review.get_absolute_url()}?{query}" if query else review.get_absolute_url()

    def _page(self, form: DecisionForm | None, status: int = 200) -> HttpResponse:
        review, user = self.review, signed_in(self.request)
        revision = review.revision
        earlier = review_page.earlier(revision)
        double = review_page.double(revision, self.request.GET.get("double", ""), user)
        against = double or review_page.chosen(earlier, self.request.GET.get("against"))
        query = self.request.GET.copy()
        for name in ("against", "double", "view", "kept"):
            query.pop(name, None)
        queue = Queue(user, self.request.GET)
        following = queue.after(review)
        context = {
            "review": review,
            "revision": revision,
            "entry": revision.entry,
            "form": form,
            "round": review_page.round_of(review),
            "may_begin_round": is_open_to(user, Action.NEXT_ROUND, revision),
            "is_own": review.reviewer_id == user.pk,
            "may_send": self._form(None) is not None,
            "is_owed": review.state in services.OPEN_REVIEW
            and revision.state == RevisionState.IN_REVIEW,
            "is_late": review.due_on < timezone.localdate(),
            "parts": review_page.with_remarks(compare(against, revision), review, user),
            "against": against,
            "earlier": earlier,
            "double": double,
            "is_beside": bool(double)
            or (self.request.GET.get("view") == "beside" and against is not None),
            "checks": checks.report(revision),
            "others": review_page.other_reviews(review, user),
            "history": full_history(
                ReviewEvent.objects.followed_by(user)
                .filter(revision__entry=revision.entry)
                .select_related("revision", "actor", "round")
                .order_by("-at", "-pk")
            ),
            "may_remark": review.reviewer_id == user.pk and form is not None,
            "doubles": doubles.published(revision) if self._looks_for_doubles() else [],
            "unpublished": doubles.under_review(revision, user)
            if self._looks_for_doubles()
            else [],
            "may_consult": workflow.may(user, Action.CONSULT, revision),
            "following": following,
            "following_url": self._address(following) if following else "",
            "left": queue.left_beside(review) if following else 0,
            "query": f"?{query.urlencode()}&" if query else "?",
        }
        return render(self.request, "review/detail.html", context, status=status)


def review_of(request: HttpRequest, pk: int) -> Review:
    """Return a review this person may know of, with what its page shows."""
    lists = [f"revision__{name}" for name in (*LISTS, *ROWS)]
    found = (
        Review.objects.visible_to(request.user)
        .select_related(
            *("revision__entry__city", "revision__author", "revision__round", "reviewer", "round")
        )
        .prefetch_related(*lists, Prefetch("scores", Score.objects.select_related("criterion")))
    )
    return get_object_or_404(found, pk=pk)


def _said_of(event: ReviewEvent) -> str:
    """Say what came of a step."""
    title = event.revision.title
    if event.action == Action.NEXT_ROUND:
        further = event.revision.round
        return _("{title}: the round “{round}” has begun.").format(title=title, round=further)
    return _("{title}: {state}. The city is told.").format(
        title=title, state=event.get_after_display()
    )


def is_open_to(user: User, action: Action, revision: Revision) -> bool:
    """Say whether somebody may take a step now, as far as the way of the revision allows it."""
    return workflow.may(user, action, revision) and not guards.hindrance(action, revision, user)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
