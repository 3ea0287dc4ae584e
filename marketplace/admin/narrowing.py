"""How staff narrow the review queue: where a revision stands, what is late, who has it, when."""

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace import clock, overview, permissions
from marketplace.admin.addresses import is_number
from marketplace.models import UNDER_REVIEW, Review, ReviewRound, RevisionState

GROUPS = {
    "waiting": lambda revisions: revisions.waiting_for_a_reviewer(),
    "decision": lambda revisions: revisions.waiting_for_a_decision(),
    "late": lambda revisions: revisions.overdue(timezone.localdate()),
    overview.BACK: lambda revisions: revisions.with_the_city(),
    overview.ON_THE_WAY: lambda revisions: revisions.on_the_way(),
    "embargo": lambda revisions: revisions.embargoed(),
}


class StageFilter(admin.SimpleListFilter):
    """Where a revision stands; what is under review is shown first."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Offer the groups staff ask for, then each state."""
        return [
            ("waiting", _("Waiting for a reviewer")),
            ("decision", _("Waiting for a decision by staff")),
            ("late", _("Later than promised")),
            (overview.BACK, _("Changes requested, not submitted again")),
            (overview.ON_THE_WAY, _("Under review or with the city")),
            ("embargo", _("Held back by an embargo")),
            ("all", _("All")),
            *RevisionState.choices,
        ]

    def choices(self, changelist):
        """Call the default what it is."""
        shown = list(super().choices(changelist))
        shown[0]["display"] = _("Under review")
        return shown

    def queryset(self, request, queryset):
        """Narrow the list."""
        value = self.value()
        if value is None:
            return queryset.filter(state__in=UNDER_REVIEW)
        if value in GROUPS:
            return GROUPS[value](queryset)
        return queryset if value == "all" else queryset.filter(state=value)


class RoundFilter(admin.SimpleListFilter):
    """Which further round of its review a revision is in."""

    title = gettext_lazy("round of review")
    parameter_name = "round"

    def lookups(self, request, model_admin):
        """Offer the rounds there are; without any, there is no such filter."""
        rounds = ReviewRound.objects.select_related("process").order_by("process", "position")
        return [(each.pk, f"{each} ({each.process})") for each in rounds]

    def queryset(self, request, queryset):
        """Narrow the list."""
        asked = self.value() or ""
        return queryset.filter(round=asked) if is_number(asked) else queryset


class LateFilter(admin.SimpleListFilter):
    """Whether a decision is overdue, in whatever state it is."""

    title = gettext_lazy("promised day")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        """Offer what is late."""
        return [("yes", _("Later than promised"))]

    def queryset(self, request, queryset):
        """Narrow the list."""
        return queryset.overdue(timezone.localdate()) if self.value() == "yes" else queryset


class WeekFilter(admin.SimpleListFilter):
    """The week in which it was decided."""

    title = gettext_lazy("week of the decision")
    parameter_name = "week"

    def lookups(self, request, model_admin):
        """Offer the weeks that the overview shows, the latest first."""
        mondays = reversed(overview.weeks(timezone.localdate()))
        every = (overview.ALL_WEEKS, _("The last twelve weeks"))
        return [every, *((f"{day}", date_format(day)) for day in mondays)]

    def queryset(self, request, queryset):
        """Narrow the list; what is no week that is offered narrows nothing."""
        known = {f"{day}": day for day in overview.weeks(timezone.localdate())}
        if self.value() == overview.ALL_WEEKS:
            return overview.decided_in(queryset, min(known.values()), overview.WEEKS)
        monday = known.get(self.value())
        return overview.decided_in(queryset, monday) if monday else queryset


class DecisionFilter(admin.SimpleListFilter):
    """How it was decided."""

    title = gettext_lazy("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        """Offer the three ways to decide."""
        return [*overview.DECIDED.items()]

    def queryset(self, request, queryset):
        """Narrow the list."""
        known = self.value() in overview.DECIDED
        return overview.decided_by(queryset, self.value()) if known else queryset


class TimedFilter(admin.SimpleListFilter):
    """Whether the median time to a decision counts it."""

    title = gettext_lazy("time to the decision")
    parameter_name = "timed"

    def lookups(self, request, model_admin):
        """Offer what is counted."""
        return [(overview.TIMED, _("Counted in the median of a year"))]

    def queryset(self, request, queryset):
        """Narrow the list."""
        return clock.timed(queryset) if self.value() == overview.TIMED else queryset


class ReviewerFilter(admin.SimpleListFilter):
    """Who has it on their desk."""

    title = gettext_lazy("reviewer")
    parameter_name = "reviewer"

    def lookups(self, request, model_admin):
        """Offer everybody who reviews."""
        return [(person.pk, str(person)) for person in permissions.reviewers()]

    def queryset(self, request, queryset):
        """Narrow the list."""
        if not is_number(self.value() or ""):
            return queryset
        # Who has it on the desk, may not be learnt of an own submission either.
        known = Review.objects.visible_to(request.user).open()
        owed = known.filter(reviewer=self.value()).order_by()
        return queryset.filter(pk__in=owed.values("revision"))
