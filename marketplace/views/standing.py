"""Where a city's revision stands, what was said of it, and the city's own steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import View

from cities.editing import kept
from cities.models import User
from cities.permissions import signed_in
from marketplace import permissions, services, workflow
from marketplace.checks import report
from marketplace.differences import compare, part_names
from marketplace.forms.offer_steps import WithdrawForm
from marketplace.history import timeline
from marketplace.models import OPEN_STATES, UNDER_REVIEW, EntryKind, Remark, Revision, RevisionState
from marketplace.views.offering import own_revision, submit
from marketplace.views.progress import address, completeness
from marketplace.workflow import Action

# The way of a revision as its city sees it, and which stop each state is at.
AT = {
    RevisionState.DRAFT: 0,
    RevisionState.SUBMITTED: 1,
    RevisionState.CHECKED: 2,
    RevisionState.IN_REVIEW: 3,
    RevisionState.CHANGES_REQUESTED: 4,
    RevisionState.REJECTED: 4,
    RevisionState.APPROVED: 5,
    RevisionState.PUBLISHED: 6,
    RevisionState.SUPERSEDED: 6,
}
DECIDED = [RevisionState.CHANGES_REQUESTED, RevisionState.REJECTED]


@require_safe
def revision_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Where a revision stands: its way, findings, the reviewer's words, what is next."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    revision = own_revision(request, slug, number)
    user = signed_in(request)
    may_edit = permissions.may_edit_entry(user, revision.entry)
    actions = workflow.open_actions(revision, user)
    running = revision.entry.revisions.visible_to(user).filter(state__in=OPEN_STATES).first()
    happenings = timeline(revision)
    before = revision.based_on or _earlier(revision)
    context = {
        "revision": revision,
        "entry": revision.entry,
        "steps": steps(revision),
        "next": next_words(revision),
        "checks": report(revision),
        "words": _words_of_the_decision(revision),
        "remarks": _remarks(revision),
        "history": happenings,
        "before": before,
        "differences": [each for each in compare(before, revision) if each.is_changed]
        if before
        else [],
        "is_draft": revision.state == RevisionState.DRAFT,
        "completeness": completeness(revision) if revision.state == RevisionState.DRAFT else None,
        "may_edit": may_edit and revision.state == RevisionState.DRAFT,
        "may_submit": Action.SUBMIT in actions,
        "may_withdraw": Action.WITHDRAW in actions,
        "may_revise": may_edit and running is None,
        "running": running if running != revision else None,
        "is_live": revision.entry.live_revision_id == revision.pk
        and revision.entry.withdrawn_at is None,
        "revisions": revision.entry.revisions.visible_to(user).order_by("-number"),
        **{
            name: address(f"revision-{name}", revision)
            for name in ("edit", "check", "preview", "act", "withdraw")
        },
        "transfer": _transfer_url(revision, user),
        "is_under_review": revision.state in UNDER_REVIEW,
        "is_public": revision.entry.live_revision_id is not None
        and revision.entry.withdrawn_at is None,
        "wishes": revision.wishes.all() if revision.state in UNDER_REVIEW else [],
        "wish_url": address("revision-wish", revision)
        if may_edit and revision.state in services.CAN_WISH
        else "",
    }
    return render(request, "marketplace/revision_detail.html", context)


def revision_act(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Submit a revision, or start the next one."""
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    if request.method != "POST":
        # Whoever had to sign in on the way comes by a link; the buttons are on the page.
        return redirect("marketplace:revision-detail", slug=slug, number=number)
    revision = own_revision(request, slug, number)
    act = request.POST.get("act")
    if act == "submit":
        return submit(request, revision)
    if act == "revise":
        return _revise(request, revision)
    messages.error(request, _("Choose one of the steps on this page."))
    return redirect(revision)


class RevisionWithdraw(kept.KeepsInputMixin, View):
    """Asks before a revision is taken back, and why."""

    def get(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Ask."""
        revision = self._revision(request, slug, number)
        if revision is None:
            messages.error(request, _("This revision can no longer be withdrawn."))
            return redirect("marketplace:revision-detail", slug=slug, number=number)
        data = kept.initial_data(request)
        return self._show(request, revision, WithdrawForm(data, is_public=_is_public(revision)))

    def post(self, request: HttpRequest, slug: str, number: int) -> HttpResponse:
        """Withdraw, then show where it stands."""
        revision = own_revision(request, slug, number)
        form = WithdrawForm(request.POST, is_public=_is_public(revision))
        if not form.is_valid():
            return self._show(request, revision, form)
        try:
            workflow.perform(
                Action.WITHDRAW, revision, actor=signed_in(request), note=form.cleaned_data["note"]
            )
        except workflow.StepRefused as refusal:
            # The reason typed stays in the form, below the words why the step was not taken.
            form.add_error(None, str(refusal))
            return self._show(request, revision, form, status=409)
        messages.success(request, _("Withdrawn."))
        return redirect(revision)

    def _revision(self, request: HttpRequest, slug: str, number: int) -> Revision | None:
        revision = own_revision(request, slug, number)
        if Action.WITHDRAW in workflow.open_actions(revision, signed_in(request)):
            return revision
        if not permissions.may_withdraw(signed_in(request), revision):
            raise PermissionDenied
        return None

    def _show(
        self, request: HttpRequest, revision: Revision, form: WithdrawForm, status: int = 200
    ) -> HttpResponse:
        context = {"revision": revision, "form": form, "is_public": _is_public(revision)}
        return render(request, "marketplace/revision_withdraw.html", context, status=status)


def steps(revision: Revision) -> list[dict[str, Any]]:
    """Return the way of a revision for components/steps.html."""
    at = AT.get(RevisionState(revision.state))
    reached = dict(revision.events.order_by("-at").values_list("after", "at"))
    # A row may have been loaded long after its words were sent.
    began, sent = revision.created_at, revision.submitted_at
    when = [
        None if sent and began > sent else began,
        sent,
        reached.get(RevisionState.CHECKED),
        reached.get(RevisionState.IN_REVIEW),
        revision.decided_at,
        revision.published_at,
    ]
    labels = [
        _("Draft"),
        _("Submitted"),
        _("Checked by the portal"),
        _in_review(revision),
        revision.get_state_display() if revision.state in DECIDED else _("Decided"),
        _("Published"),
    ]
    if at is None:
        at = sum(1 for moment in when[:2] if moment)
    return [
        {
            "label": label,
            "state": "done" if place < at else "current" if place == at else "todo",
            "when": date_format(localtime(moment), "DATE_FORMAT") if moment and place <= at else "",
        }
        for place, (label, moment) in enumerate(zip(labels, when, strict=True))
    ]


def _in_review(revision: Revision) -> str:
    """Return what the review is called on its way; a further round by its name."""
    if revision.round is None:
        return _("In review")
    return _("In review: {round}").format(round=revision.round)


def next_words(revision: Revision) -> str:
    """Say what happens next, and who does it."""
    what = _("profile") if revision.entry.kind == EntryKind.CITY_PROFILE else _("solution")
    if revision.state == RevisionState.APPROVED and revision.embargo_until:
        when = date_format(localtime(revision.embargo_until), "DATETIME_FORMAT")
        return _("It is approved and will be public on {when}.").format(when=when)
    return {
        RevisionState.DRAFT: _("You write it and submit it when it is ready."),
        RevisionState.SUBMITTED: _("The portal checks it now; that takes a moment."),
        RevisionState.CHECKED: _("The programme is choosing a reviewer. You need not do anything."),
        RevisionState.IN_REVIEW: _("A reviewer is reading it. You will get mail."),
        RevisionState.CHANGES_REQUESTED: _("Read the reviewer's words below, then revise it."),
        RevisionState.APPROVED: _("It is approved and will be public in a moment."),
        RevisionState.PUBLISHED: _("Your {what} is public. Revise it whenever something changes."),
        RevisionState.REJECTED: _("It was not taken. The words below say why; you may revise it."),
        RevisionState.SUPERSEDED: _("A later revision has taken its place."),
        RevisionState.WITHDRAWN: _("It was taken back. You may start again from it."),
    }[RevisionState(revision.state)].format(what=what)


def _revise(request: HttpRequest, revision: Revision) -> HttpResponse:
    if not permissions.may_edit_entry(request.user, revision.entry):
        raise PermissionDenied(_("You may read this entry, but not change it."))
    try:
        draft = services.start_revision(revision.entry, signed_in(request))
    except services.Refused as refusal:
        messages.info(request, str(refusal))
        running = revision.entry.revisions.filter(state__in=OPEN_STATES).first()
        return redirect(running or revision)
    return redirect(address("revision-edit", draft))


def _is_public(revision: Revision) -> bool:
    return revision.state == RevisionState.PUBLISHED


def _earlier(revision: Revision) -> Revision | None:
    return (
        revision.entry.revisions.filter(number__lt=revision.number)
        .exclude(state=RevisionState.WITHDRAWN)
        .order_by("-number")
        .first()
    )


def _remarks(revision: Revision) -> list[dict[str, str]]:
    """Return what reviewers remarked on passages for the city, once it is decided."""
    names = part_names(revision)
    return [
        {"part": names.get(each.field, each.field), "passage": each.passage, "words": each.words}
        for each in Remark.objects.for_the_city(revision)
    ]


def _words_of_the_decision(revision: Revision) -> str:
    """Return what the reviewer wrote to the city with the latest decision."""
    decisions = revision.events.filter(action__in=workflow.DECISIONS).exclude(note="")
    last = decisions.order_by("-at", "-pk").first()
    return last.note if last else ""


def _transfer_url(revision: Revision, user: User) -> str:
    """Return where a solution is handed over, for those who may; "" for others."""
    entry = revision.entry
    may = entry.kind == EntryKind.SOLUTION and permissions.may_submit_entry(user, entry)
    # Nothing changes hands while it is under review.
    if not may or entry.merged_into_id or revision.state in UNDER_REVIEW:
        return ""
    return reverse("marketplace:transfer-ask", kwargs={"slug": entry.slug})
