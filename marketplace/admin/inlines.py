"""Rows shown inside other rows' pages."""

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from marketplace.checks import NAMES
from marketplace.history import HAPPENED
from marketplace.models import (
    Attachment,
    Check,
    Criterion,
    Deployment,
    FormerAddress,
    ResultFigure,
    Review,
    ReviewEvent,
    Revision,
    Score,
)


class ReadOnlyInline(admin.TabularInline):
    """History and what the machine does: to be read, never written."""

    template = "admin/marketplace/read_only_inline.html"
    extra = 0
    can_delete = False

    def get_readonly_fields(self, request, obj=None):
        """Show every field as words."""
        return self.fields

    def has_add_permission(self, request, obj=None):
        """Nobody adds these by hand."""
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody changes them."""
        return False


class EventInline(ReadOnlyInline):
    """The steps of a revision."""

    model = ReviewEvent
    fields = ["at", "what", "before", "after", "who", "note", "private_note"]
    ordering = ["-at", "-pk"]

    @admin.display(description=_("step"))
    def what(self, event):
        """Return what happened, in words."""
        return HAPPENED.get(event.action, event.action)

    @admin.display(description=_("by"))
    def who(self, event):
        """Return who took the step."""
        return event.actor or _("The portal")

    def get_queryset(self, request):
        """Fetch who took each step."""
        return super().get_queryset(request).select_related("actor", "revision__entry")


class FigureInline(ReadOnlyInline):
    """The figures of a revision, as they were reported; its team writes them in the portal."""

    model = ResultFigure
    fields = ["label", "as_reported", "unit", "before_as_reported", "as_of", "source_url", "note"]


class AttachmentInline(ReadOnlyInline):
    """The pictures and documents of a revision, each leading to its file."""

    model = Attachment
    fields = ["shown", "kind", "size", "alt", "caption", "credit"]

    @admin.display(description=_("file"))
    def shown(self, attachment):
        """Lead to the file through the portal, which asks who may see it."""
        return format_html('<a href="{}">{}</a>', attachment.get_absolute_url(), attachment.name)

    def get_queryset(self, request):
        """Fetch what the address of a file is made of."""
        return super().get_queryset(request).select_related("revision__entry")


class CheckInline(ReadOnlyInline):
    """What the automatic checks found."""

    model = Check
    fields = ["what", "state", "outcome", "message", "checked_at"]

    @admin.display(description=_("check"))
    def what(self, check):
        """Return what was checked, in words."""
        return NAMES.get(check.name, check.name)


class ReviewInline(ReadOnlyInline):
    """Who was asked to review, and where that stands."""

    model = Review
    fields = [
        "round_number",
        "reviewer",
        "state",
        "asked_at",
        "due_on",
        "given_at",
        "decline_reason",
    ]
    show_change_link = True

    def get_queryset(self, request):
        """Keep what this person may know of."""
        reviews = Review.objects.visible_to(request.user)
        return reviews.select_related("reviewer", "revision__entry").order_by("asked_at")


class ScoreInline(ReadOnlyInline):
    """The scores of a review."""

    model = Score
    fields = ["criterion", "value"]

    def get_queryset(self, request):
        """Fetch the questions."""
        return super().get_queryset(request).select_related("criterion", "review")


class RevisionInline(ReadOnlyInline):
    """The revisions of an entry."""

    model = Revision
    fields = ["number", "title", "state", "author", "submitted_at", "published_at"]
    show_change_link = True
    fk_name = "entry"
    ordering = ["-number"]

    def get_queryset(self, request):
        """Keep what this person may know of, with who wrote each."""
        known = Revision.objects.visible_to(request.user)
        return known.select_related("author", "entry").order_by(*self.ordering)


class DeploymentInline(admin.TabularInline):
    """Cities that run a solution. Steps of the ledger alone change how far they are."""

    model = Deployment
    extra = 0
    show_change_link = True
    autocomplete_fields = ["city"]
    fields = ["city", "status", "confirmation", "since", "until", "note", "source", "demonstration"]
    readonly_fields = ["status", "confirmation"]


class FormerAddressFormSet(BaseInlineFormSet):
    """Addresses typed by hand; the one an entry had until now may be among them."""

    def save_new(self, form, commit=True):
        """Add an address."""
        self._make_room(form)
        return super().save_new(form, commit)

    def save_existing(self, form, obj, commit=True):
        """Change an address."""
        self._make_room(form)
        return super().save_existing(form, obj, commit)

    def _make_room(self, form):
        """Drop the row that the entry noted a moment ago, on being renamed in the same form."""
        noted = self.instance.former_addresses.filter(slug=form.instance.slug)
        noted.exclude(pk=form.instance.pk).delete()


class FormerAddressInline(admin.TabularInline):
    """Addresses an entry had before."""

    model = FormerAddress
    formset = FormerAddressFormSet
    extra = 0
    verbose_name_plural = _("former addresses (they lead here for good)")


class CriterionInline(admin.StackedInline):
    """The questions of a rubric."""

    model = Criterion
    extra = 0
    fields = [("position", "name", "highest"), "guidance", "words"]
