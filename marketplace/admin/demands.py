"""Demands, needs and joint procurements: staff gather, split, and lead on the buying."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace import demand as demands
from marketplace.admin.inlines import ReadOnlyInline
from marketplace.models import (
    Demand,
    DemandThreshold,
    JointProcurement,
    Need,
    Participant,
    ProcurementDocument,
    ProcurementEvent,
    ProcurementTask,
)

REFUSED = (demands.DemandRefused, PermissionDenied)


class NeedInline(ReadOnlyInline):
    """Who is in a demand."""

    model = Need
    fields = ["city", "title", "budget", "currency", "budget_year", "wanted_from", "wanted_until"]

    def get_queryset(self, request):
        """Leave out who left."""
        return super().get_queryset(request).active().select_related("city")


@admin.register(Demand)
class DemandAdmin(admin.ModelAdmin):
    """What cities want; merged by an action here, split in the list of needs."""

    list_display = ["title", "cities", "procurement_state", "merged_into", "created_at"]
    list_filter = ["demonstration", ("merged_into", admin.EmptyFieldListFilter)]
    list_per_page = 50
    search_fields = ["title", "slug", "needs__title", "needs__city__name"]
    fields = ["title", "slug", "merged_into", "source", "demonstration"]
    readonly_fields = ["merged_into"]
    inlines = [NeedInline]
    actions = ["merge", "open_procurement"]

    def get_queryset(self, request):
        """Count the cities of each."""
        active = Q(needs__left_at__isnull=True)
        return (
            super()
            .get_queryset(request)
            .select_related("procurement", "merged_into")
            .annotate(number=Count("needs__city", filter=active, distinct=True))
        )

    @admin.display(description=gettext_lazy("cities"), ordering="number")
    def cities(self, demand):
        """Return how many cities want it."""
        return demand.number

    @admin.display(description=gettext_lazy("bought together"))
    def procurement_state(self, demand):
        """Return where its joint procurement stands."""
        procurement = getattr(demand, "procurement", None)
        return procurement.get_state_display() if procurement else None

    def has_add_permission(self, request):
        """Demands begin with the need of a city."""
        return False

    def has_delete_permission(self, request, obj=None):
        """Demands are merged, so that their address still leads somewhere."""
        return False

    @admin.action(
        description=gettext_lazy("Merge into the one most cities want"), permissions=["change"]
    )
    def merge(self, request, queryset):
        """Merge what was ticked into the largest of them, or the one with a procurement."""
        ticked = sorted(
            queryset, key=lambda one: (hasattr(one, "procurement"), one.number, -one.pk)
        )
        if len(ticked) < 2:
            self.message_user(request, _("Tick two demands or more."), messages.WARNING)
            return
        into = ticked.pop()
        try:
            demands.merge(ticked, into=into, actor=request.user)
        except REFUSED as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        self.message_user(request, _("Merged into “{title}”.").format(title=into.title))

    @admin.action(description=gettext_lazy("Open a joint procurement"), permissions=["change"])
    def open_procurement(self, request, queryset):
        """Open the record, where a demand is beyond the threshold; every city is asked by mail."""
        for demand in queryset:
            try:
                demands.open_procurement(demand, actor=request.user)
            except REFUSED as refusal:
                self.message_user(request, f"{demand}: {refusal}", messages.ERROR)
            else:
                text = _("{demand}: opened, its cities are asked.").format(demand=demand)
                self.message_user(request, text)


@admin.register(Need)
class NeedAdmin(admin.ModelAdmin):
    """What cities stated; staff mend words and move needs into a demand of their own."""

    list_display = ["title", "city", "demand", "budget", "currency", "budget_year", "urgency"]
    list_filter = ["urgency", "budget_year", ("left_at", admin.EmptyFieldListFilter), "themes"]
    list_select_related = ["city", "demand"]
    list_per_page = 50
    search_fields = ["title", "words", "city__name", "demand__title"]
    filter_horizontal = ["themes"]
    readonly_fields = ["demand", "city", "author", "left_at"]
    autocomplete_fields = ["entry"]
    fields = [
        *("city", "demand", "entry", "title", "words", "themes", "budget", "currency"),
        *("budget_band", "budget_year", "wanted_from", "wanted_until", "urgency", "is_named"),
        *("author", "left_at", "source", "demonstration"),
    ]
    actions = ["split"]

    def has_add_permission(self, request):
        """Cities state their needs on their own form."""
        return False

    @admin.action(description=gettext_lazy("Move to a demand of their own"), permissions=["change"])
    def split(self, request, queryset):
        """Split what was ticked from its demand."""
        try:
            new = demands.split(queryset.select_related("city"), actor=request.user)
        except REFUSED as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return
        self.message_user(request, _("Moved to “{title}”.").format(title=new.title))


@admin.register(DemandThreshold)
class DemandThresholdAdmin(admin.ModelAdmin):
    """From which size on cities can buy together."""

    list_display = ["__str__", "cities", "amount", "currency"]
    list_select_related = ["edition"]


class ParticipantInline(ReadOnlyInline):
    """Who was asked, and what they said."""

    model = Participant
    fields = ["city", "consent", "note", "answered_by", "answered_at"]

    def get_queryset(self, request):
        """Fetch cities and people."""
        return super().get_queryset(request).select_related("city", "answered_by")


class TaskInline(admin.TabularInline):
    """What is to be done, with its days."""

    model = ProcurementTask
    extra = 0
    fields = ["position", "name", "starts_on", "due_on", "done_on"]


class DocumentInline(admin.TabularInline):
    """Where documents can be read."""

    model = ProcurementDocument
    extra = 0
    # An address typed without "https://" is meant to have it.
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class ProcurementEventInline(ReadOnlyInline):
    """The steps so far."""

    model = ProcurementEvent
    fields = ["at", "before", "after", "actor", "note"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        """Fetch who took each."""
        return super().get_queryset(request).select_related("actor")


@admin.register(JointProcurement)
class JointProcurementAdmin(admin.ModelAdmin):
    """Buying together. The state moves by the actions of the list alone."""

    list_display = ["demand", "state", "lead_buyer", "agreed", "opened_at"]
    list_filter = ["state", "demonstration"]
    list_select_related = ["demand", "lead_buyer"]
    search_fields = ["demand__title", "lead_buyer__name", "participants__city__name"]
    autocomplete_fields = ["lead_buyer"]
    readonly_fields = ["demand", "state", "opened_by", "opened_at"]
    fields = [
        *("demand", "state", "lead_buyer", "summary", "outcome", "opened_by", "opened_at"),
        *("source", "demonstration"),
    ]
    inlines = [ParticipantInline, TaskInline, DocumentInline, ProcurementEventInline]

    def get_queryset(self, request):
        """Count who takes part."""
        agreed = Q(participants__consent="agreed")
        return super().get_queryset(request).annotate(number=Count("participants", filter=agreed))

    @admin.display(description=gettext_lazy("take part"), ordering="number")
    def agreed(self, procurement):
        """Return how many cities take part."""
        return procurement.number

    def has_add_permission(self, request):
        """It is opened from a demand that is large enough."""
        return False

    def has_delete_permission(self, request, obj=None):
        """It is given up, with the reason."""
        return False

    def get_actions(self, request):
        """Offer each step."""
        found = super().get_actions(request)
        if self.has_change_permission(request):
            for step in demands.BuyingStep:
                found[step.value] = (partial(_take, step), step.value, step.label)
        return found


def _take(step, model_admin, request, queryset):
    """Take one step with everything ticked; say which could not."""
    for procurement in queryset:
        try:
            demands.perform(step, procurement, actor=request.user)
        except REFUSED as refusal:
            model_admin.message_user(request, f"{procurement}: {refusal}", messages.ERROR)
        else:
            model_admin.message_user(request, f"{procurement}: {step.label}.")
