"""Reviews, what reviewers look at, and who cannot judge whom."""

from django.contrib import admin
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.admin.inlines import CriterionInline, ScoreInline
from marketplace.admin.instead import AsksSomebodyElse
from marketplace.admin.rounds import RoundInline
from marketplace.models import (
    ConflictOfInterest,
    Review,
    ReviewerProfile,
    ReviewProcess,
    ReviewState,
    Revision,
    Rubric,
)


class LateFilter(admin.SimpleListFilter):
    """Whether a review is overdue."""

    title = _("due date")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        """Offer what is late, what is open, and what was given back and nobody took over."""
        return [
            ("yes", _("Late")),
            ("open", _("Still to be given")),
            ("back", _("Given back, and nobody asked instead")),
        ]

    def queryset(self, request, queryset):
        """Narrow the list."""
        if self.value() == "yes":
            return queryset.open().filter(due_on__lt=timezone.localdate())
        if self.value() == "back":
            waiting = Revision.objects.waiting_for_a_reviewer().order_by().values("pk")
            return queryset.filter(
                state=ReviewState.DECLINED,
                revision__in=waiting,
                round_number=F("revision__round_number"),
            )
        return queryset.open() if self.value() == "open" else queryset


@admin.register(Review)
class ReviewAdmin(AsksSomebodyElse):
    """Who reviews what, until when. Staff move the due date or ask somebody else.

    The words are the reviewer's.
    """

    list_display = ["revision", "city", "reviewer", "state", "asked_at", "due_on", "given_at"]
    list_filter = [
        *(LateFilter, "state", "revision__entry__kind"),
        *(("reviewer", admin.RelatedOnlyFieldListFilter), "given_at"),
    ]
    list_select_related = ["revision__entry__city", "reviewer"]
    list_per_page = 50
    date_hierarchy = "due_on"
    search_fields = ["revision__title", "reviewer__name", "revision__entry__city__name"]
    fields = [
        *("revision", "round_number", "round", "reviewer", "asked_for", "state"),
        *("asked_at", "due_on", "given_at"),
        *("recommendation", "to_city", "private_note", "decline_reason"),
    ]
    readonly_fields = [name for name in fields if name != "due_on"]
    inlines = [ScoreInline]

    @admin.display(description=_("city"), ordering="revision__entry__city__name")
    def city(self, review):
        """Return the city whose entry it is."""
        return review.revision.entry.city

    def get_queryset(self, request):
        """Keep what this person may know of: nothing on their own city's entries."""
        return Review.objects.visible_to(request.user)

    def has_add_permission(self, request):
        """Reviewers are asked from the list of revisions."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Reviews are history."""
        return False


@admin.register(Rubric)
class RubricAdmin(admin.ModelAdmin):
    """What reviewers look at."""

    list_display = ["name", "kind", "edition", "for_rounds"]
    list_select_related = ["edition"]
    list_filter = ["kind"]
    search_fields = ["name"]
    inlines = [CriterionInline]


@admin.register(ReviewProcess)
class ReviewProcessAdmin(admin.ModelAdmin):
    """The stages of a review, for a kind of entry, in an edition or by default."""

    list_display = [
        *("name", "kind", "edition", "assignment", "reviewers", "days_to_review", "days_in_all"),
    ]
    list_select_related = ["edition"]
    list_filter = ["kind", "edition"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "edition", "days_in_all", "escalate_after_days"]}),
        (
            _("Automatic checks"),
            {"fields": ["runs_checks", "asks_outside", "minutes_for_checks"]},
        ),
        (
            _("Assignment"),
            {"fields": ["has_review", "assignment", "reviewers", "same_country_conflict"]},
        ),
        (
            _("Review"),
            {
                "fields": [
                    *("days_to_assign", "days_to_review", "remind_days_before"),
                    "reassign_after_days",
                ]
            },
        ),
        (
            _("Decision and publication"),
            {"fields": ["decided_by", "days_to_decide", "embargo_until"]},
        ),
    ]

    inlines = [RoundInline]

    def get_readonly_fields(self, request, obj=None):
        """Let kind and edition be chosen once: reviews run by them."""
        return ["kind", "edition"] if obj else []

    def has_delete_permission(self, request, obj=None):
        """Leave what revisions were reviewed by."""
        used = obj is not None and obj.revisions.exists()
        return not used and super().has_delete_permission(request, obj)


@admin.register(ReviewerProfile)
class ReviewerProfileAdmin(admin.ModelAdmin):
    """What reviewers know and read, how much they take, and when they are away."""

    list_display = ["user", "languages", "capacity", "away_from", "away_until"]
    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]
    autocomplete_fields = ["user"]
    filter_horizontal = ["themes"]


@admin.register(ConflictOfInterest)
class ConflictOfInterestAdmin(admin.ModelAdmin):
    """Who said that they cannot judge a city's entries."""

    list_display = ["user", "city", "reason", "declared_at"]
    list_select_related = ["user", "city"]
    search_fields = ["user__name", "city__name"]
    autocomplete_fields = ["user", "city"]
