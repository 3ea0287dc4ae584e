"""What a reviewer does beside the review: give it back, ask for an opinion, remark on a passage."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing import kept, receipts
from cities.permissions import signed_in
from marketplace import services, workflow
from marketplace.forms.review import DeclineForm
from marketplace.forms.review_acts import MOST_QUOTED, ConsultForm, RemarkForm
from marketplace.models import Remark, Review
from marketplace.views.review import review_of
from marketplace.workflow import Action


class ReviewDecline(kept.KeepsInputMixin, View):
    """Giving a review back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the reason."""
        return self._page(own_review(request, pk), DeclineForm(kept.initial_data(request)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give it back, and look for somebody else."""
        review = own_review(request, pk)
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


class ReviewConsult(kept.KeepsInputMixin, View):
    """Asking a colleague for a second opinion; the decision stays where it is."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask whom, and what they shall look at."""
        review = self._review(request, pk)
        return self._page(review, ConsultForm(kept.initial_data(request), revision=review.revision))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask them."""
        review = self._review(request, pk)
        form = ConsultForm(request.POST, revision=review.revision)
        if not form.is_valid():
            return self._page(review, form, status=400)
        reviewer = form.cleaned_data["reviewer"]
        try:
            workflow.perform(
                Action.CONSULT,
                review.revision,
                actor=signed_in(request),
                private_note=form.cleaned_data["note"],
                reviewer=reviewer,
            )
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._page(review, form, status=409)
        said = _("{person} is asked for an opinion. You are told when it is there.")
        messages.success(request, said.format(person=reviewer))
        return redirect(review)

    def _review(self, request: HttpRequest, pk: int) -> Review:
        review = review_of(request, pk)
        if not workflow.may(signed_in(request), Action.CONSULT, review.revision):
            raise PermissionDenied
        return review

    def _page(self, review: Review, form: ConsultForm, status: int = 200) -> HttpResponse:
        context = {"review": review, "form": form}
        return render(self.request, "review/consult.html", context, status=status)


class ReviewRemark(kept.KeepsInputMixin, View):
    """A remark on a passage of what was submitted."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the passage and the remark; the address may name the part and the passage."""
        review = own_review(request, pk)
        data = kept.initial_data(request)
        asked = {
            "field": request.GET.get("part", ""),
            "passage": request.GET.get("passage", "").replace("\0", "")[:MOST_QUOTED],
        }
        return self._page(review, RemarkForm(data, initial=asked, revision=review.revision))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep it, once; then show the part it is about."""
        review = own_review(request, pk)
        form = RemarkForm(request.POST, revision=review.revision)
        if not form.is_valid():
            return self._page(review, form, status=400)

        def keep() -> str:
            made = services.remark(review, **form.cleaned_data)
            return f"{review.get_absolute_url()}#part-{made.field}"

        try:
            return redirect(receipts.once(request, keep))
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
            return self._page(review, form, status=409)

    def _page(self, review: Review, form: RemarkForm, status: int = 200) -> HttpResponse:
        key = self.request.POST.get("key") or receipts.new_key()
        context = {"review": review, "form": form, "key": key}
        return render(self.request, "review/remark.html", context, status=status)


class RemarkDelete(kept.KeepsInputMixin, View):
    """Taking a remark back before the review is given."""

    def post(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        """Delete it, and say so."""
        review = own_review(request, pk)
        found = get_object_or_404(Remark, review=review, pk=remark)
        try:
            services.take_back(found)
        except services.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The remark is deleted."))
        return redirect(review)

    def get(self, request: HttpRequest, pk: int, remark: int) -> HttpResponse:
        """Lead whoever comes by a link to the review."""
        return redirect("marketplace:review-detail", pk=pk)


def own_review(request: HttpRequest, pk: int) -> Review:
    """Return a review of this person's own; others who may read it are refused."""
    review = review_of(request, pk)
    if review.reviewer_id != request.user.pk:
        raise PermissionDenied
    return review
