"""The review queue of programme staff: revisions, their ages, and who reviews them."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Min, Prefetch, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.admin.versions import CountsVersions
from cities.working_days import Calendars
from marketplace import clock, permissions, services
from marketplace.admin.addresses import MOST_AT_ONCE, go_on, numbers_in
from marketplace.admin.inlines import (
    AttachmentInline,
    CheckInline,
    EventInline,
    FigureInline,
    ReviewInline,
)
from marketplace.admin.letters import ShowsMails
from marketplace.admin.narrowing import (
    DecisionFilter,
    LateFilter,
    ReviewerFilter,
    RoundFilter,
    StageFilter,
    TimedFilter,
    WeekFilter,
)
from marketplace.asking import assign_bulk
from marketplace.differences import FIELDS
from marketplace.forms.assignment import ApproveForm, AssignForm
from marketplace.models import EntryKind, Review, Revision, RevisionState
from marketplace.overview import STAGES
from marketplace.workflow import Action, perform

STANDING = [
    *("entry", "number", "state", "based_on", "author"),
    *("submitted_at", "decided_at", "published_at"),
    *(
        "process",
        "round_number",
        "round",
        "due_on",
        "stage_due_on",
        "days_to_decision",
        "embargo_until",
    ),
]


@admin.register(Revision)
class RevisionAdmin(ShowsMails, CountsVersions, admin.ModelAdmin):
    """Every revision; by default those under review. Their state moves by steps alone."""

    list_display = ["title", "kind", "city", "state", "age", "due_on", "reviewers"]
    list_filter = [
        *(StageFilter, RoundFilter, LateFilter, ReviewerFilter, "entry__kind"),
        *("decided_at", WeekFilter, DecisionFilter, TimedFilter, "themes"),
    ]
    list_select_related = ["entry__city", "process"]
    list_per_page = 50
    search_fields = ["title", "summary", "entry__slug", "entry__city__name"]
    ordering = ["submitted_at", "pk"]
    actions = ["ask_a_reviewer", "ask_anybody_free", "begin_next_round", "approve", "lift"]
    # Read anew for each list: the working days of every edition.
    calendars = None
    inlines = [FigureInline, AttachmentInline, ReviewInline, CheckInline, EventInline]
    autocomplete_fields = ["partners"]
    filter_horizontal = ["themes", "technologies", "standards", "fundings", "goals"]
    # An address typed without "https://" is meant to have it.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=gettext_lazy("kind"), ordering="entry__kind")
    def kind(self, revision):
        """Return the kind of entry."""
        return revision.entry.get_kind_display()

    @admin.display(description=gettext_lazy("city"), ordering="entry__city__name")
    def city(self, revision):
        """Return the city, or the note on the owner."""
        return revision.entry.city or revision.entry.owner_note

    @admin.display(description=gettext_lazy("waiting for"), ordering="submitted_at")
    def age(self, revision):
        """Return the working days it has taken so far, pauses left out, while on its way."""
        if revision.submitted_at is None or revision.state not in STAGES:
            return None
        days = clock.age(revision, timezone.now(), self.calendars or Calendars())
        return ngettext("{days} working day", "{days} working days", days).format(days=days)

    @admin.display(description=gettext_lazy("on whose desk, until"), ordering="next_due")
    def reviewers(self, revision):
        """Return who has it on their desk, and the earliest due date."""
        names = ", ".join(str(review.reviewer) for review in revision.owed_reviews)
        if not names:
            return None
        due = date_format(revision.next_due, "SHORT_DATE_FORMAT") if revision.next_due else "–"
        return f"{names}, {due}"

    def get_queryset(self, request):
        """Fetch with each revision who is at it and until when."""
        owed = Review.objects.visible_to(request.user).open().select_related("reviewer")
        in_time = Q(reviews__state__in=services.OPEN_REVIEW, state=RevisionState.IN_REVIEW)
        return (
            Revision.objects.visible_to(request.user)
            .annotate(next_due=Min("reviews__due_on", filter=in_time))
            .prefetch_related(Prefetch("reviews", owed, to_attr="owed_reviews"))
        )

    def get_list_display(self, request):
        """Show how long decisions took where the list is narrowed to those that are timed."""
        took = ["days_to_decision"] if TimedFilter.parameter_name in request.GET else []
        return [*self.list_display, *took]

    def get_ordering(self, request):
        """Put what took longest last there, and what waits longest first elsewhere."""
        is_timed = TimedFilter.parameter_name in request.GET
        return ["days_to_decision", "pk"] if is_timed else self.ordering

    def get_fields(self, request, obj=None):
        """Show where it stands, then the words that its kind of entry has."""
        words = FIELDS[EntryKind(obj.entry.kind)] if obj else []
        return [*STANDING, *self.mail_fields(request, obj), *words, "source", "demonstration"]

    def get_inlines(self, request, obj):
        """Leave out what a review says to whom it is about, and to whoever may not judge it."""
        if obj is None or not permissions.has_conflict(request.user, obj):
            return self.inlines
        return [each for each in self.inlines if each not in {CheckInline, EventInline}]

    def get_readonly_fields(self, request, obj=None):
        """Leave alone what steps alone change."""
        return [*STANDING, "mails_about"]

    def changelist_view(self, request, extra_context=None):
        """Call the list what staff call it."""
        self.calendars = Calendars()
        title = {"title": _("Review queue")}
        return super().changelist_view(request, title | (extra_context or {}))

    def has_add_permission(self, request):
        """A revision begins on the entry's own page."""
        return False

    def has_change_permission(self, request, obj=None):
        """Let drafts be written where there is no city, and steps be taken from the list."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or permissions.may_edit_revision(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        """Revisions are history."""
        return False

    # ── steps ────────────────────────────────────────────────────────────────────────────────────
    def get_urls(self):
        """Add the two pages that ask before a step is taken."""
        ask, approve = self.ask_page, self.approve_page
        return [
            path("ask/", self.admin_site.admin_view(ask), name="marketplace_revision_ask"),
            path(
                "approve/", self.admin_site.admin_view(approve), name="marketplace_revision_approve"
            ),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Ask a reviewer…"), permissions=["change"])
    def ask_a_reviewer(self, request, queryset):
        """Go on to the page where the reviewer is chosen."""
        return go_on("admin:marketplace_revision_ask", queryset)

    @admin.action(description=gettext_lazy("Ask whoever is free"), permissions=["change"])
    def ask_anybody_free(self, request, queryset):
        """Share the work out: each to the reviewer without conflict who suits it best."""
        chosen = queryset.select_related("entry__city", "process").prefetch_related("themes")
        asked = assign_bulk(chosen[:MOST_AT_ONCE], actor=request.user)
        for each in asked:
            if each.refusal:
                self.message_user(request, f"{each.revision}: {each.refusal}", messages.ERROR)
        self._say_how_many(request, sum(not each.refusal for each in asked))

    @admin.action(description=gettext_lazy("Begin the next round"), permissions=["change"])
    def begin_next_round(self, request, queryset):
        """Go on to the next round of a review, whatever is missing in this one."""
        self._take_steps(
            request,
            queryset.select_related("entry__city")[:MOST_AT_ONCE],
            lambda each: perform(Action.NEXT_ROUND, each, actor=request.user),
        )

    @admin.action(description=gettext_lazy("Lift the embargo"), permissions=["change"])
    def lift(self, request, queryset):
        """Publish now what is approved and held back."""
        self._take_steps(
            request,
            queryset.select_related("entry__city")[:MOST_AT_ONCE],
            lambda each: perform(Action.LIFT, each, actor=request.user),
        )

    @admin.action(description=gettext_lazy("Approve…"), permissions=["change"])
    def approve(self, request, queryset):
        """Go on to the page that asks whether this is meant."""
        return go_on("admin:marketplace_revision_approve", queryset)

    def ask_page(self, request):
        """Choose who shall review what was ticked, conflicts shown."""
        revisions = self._chosen(request)
        form = AssignForm(request.POST or None, revisions=revisions, known_to=request.user)
        if form.is_valid():
            reviewer = form.cleaned_data["reviewer"]
            self._take_steps(
                request,
                revisions,
                lambda each: perform(Action.ASSIGN, each, actor=request.user, reviewer=reviewer),
            )
            return HttpResponseRedirect(reverse("admin:marketplace_revision_changelist"))
        return self._ask(request, _("Ask a reviewer"), revisions, form)

    def approve_page(self, request):
        """Ask before several revisions are approved at once."""
        revisions = self._chosen(request)
        data = request.POST if request.method == "POST" else None
        form = ApproveForm(data, number=len(revisions))
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("note", "embargo_until")}
            self._take_steps(
                request,
                revisions,
                lambda each: perform(Action.APPROVE, each, actor=request.user, **given),
            )
            return HttpResponseRedirect(reverse("admin:marketplace_revision_changelist"))
        return self._ask(request, _("Approve"), revisions, form)

    def _ask(self, request, title, revisions, form):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "revisions": revisions,
            "form": form,
        }
        return TemplateResponse(request, "admin/marketplace/revision/step.html", context)

    def _chosen(self, request):
        """Return the revisions the address names."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk__in=numbers_in(request)[:MOST_AT_ONCE])
        return list(found.select_related("entry__city").prefetch_related("reviews"))

    def _take_steps(self, request, revisions, step):
        """Take one step with each; say how many were taken, and for each other one why not."""
        taken = 0
        for revision in revisions:
            try:
                step(revision)
            except services.Refused as refusal:
                self.message_user(request, f"{revision}: {refusal}", messages.ERROR)
            except PermissionDenied:
                words = _("you may not take this step, being in a conflict of interest.")
                self.message_user(request, f"{revision}: {words}", messages.ERROR)
            else:
                taken += 1
        self._say_how_many(request, taken)

    def _say_how_many(self, request, taken):
        if taken:
            words = ngettext("Done for {count} revision.", "Done for {count} revisions.", taken)
            self.message_user(request, words.format(count=taken), messages.SUCCESS)
