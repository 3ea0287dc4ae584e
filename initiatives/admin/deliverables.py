"""Outlines of deliverables, which staff write, and what cities handed in, which stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from initiatives.deliverable import chapters, kinds
from initiatives.models import (
    DeliverableSnapshot,
    DocumentChapter,
    DocumentTemplate,
    LateHandIn,
)

# Importing them registers the kinds.
assert chapters.__all__  # noqa: S101


class DocumentChapterForm(forms.ModelForm):
    """A chapter; its kind is one of those that the portal can fill."""

    kind = forms.ChoiceField(label=_("what it holds"))

    class Meta:
        model = DocumentChapter
        fields = ["position", "kind", "heading", "intro", "phases", "is_internal"]
        widgets = {"intro": forms.Textarea(attrs={"rows": 3, "cols": 40})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds that are known, and the one that stands there."""
        super().__init__(*args, **kwargs)
        now = self.instance.kind
        known = kinds.choices()
        if now and kinds.find(now) is None:
            known = [*known, (now, now)]
        self.fields["kind"].choices = known


class DocumentChapterInline(admin.TabularInline):
    """The chapters in their order."""

    model = DocumentChapter
    form = DocumentChapterForm
    extra = 0


@admin.register(DocumentTemplate)
class DocumentTemplateAdmin(admin.ModelAdmin):
    """What the cities of an edition hand in, chapter by chapter."""

    list_display = ["name", "edition", "language", "due_at", "chapter_count"]
    list_filter = ["edition"]
    list_select_related = ["edition"]
    search_fields = ["name"]
    fields = ["edition", "name", "language", "position", "due_at", "source", "demonstration"]
    inlines = [DocumentChapterInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentTemplate]:
        """Count chapters in the same query."""
        return super().get_queryset(request).annotate(chapters_n=Count("chapters"))

    @admin.display(description=_("chapters"), ordering="chapters_n")
    def chapter_count(self, template: Any) -> int:
        """How many chapters."""
        return template.chapters_n


class _LookedAt:
    """What cities hand in: looked at, never changed."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cities hand in, on their page."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what was handed in."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes what was handed in."""
        return False


@admin.register(LateHandIn)
class LateHandInAdmin(_LookedAt, admin.ModelAdmin):
    """What came after a deadline: staff move it, or a superuser hands in for the city."""

    list_display = ["roadmap", "template", "written_by", "written_at"]
    list_filter = ["roadmap__participation__edition", "written_at"]
    list_select_related = ["roadmap", "template__edition", "written_by"]
    search_fields = ["roadmap__title", "roadmap__participation__city__name"]
    fields = ["roadmap", "template", "note", "publish", "written_by", "written_at"]
    readonly_fields = fields


@admin.register(DeliverableSnapshot)
class DeliverableSnapshotAdmin(_LookedAt, admin.ModelAdmin):
    """What was handed in: looked at, never changed."""

    list_display = ["roadmap", "number", "handed_in_at", "handed_in_by", "is_public"]
    list_filter = ["roadmap__participation__edition", "handed_in_at"]
    list_select_related = ["roadmap", "handed_in_by", "publication"]
    search_fields = ["roadmap__title", "roadmap__participation__city__name"]
    fields = [
        "roadmap", "number", "template", "language", "handed_in_by", "handed_in_at", "note",
        "sha256", "on_the_site",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("shown to the public"), boolean=True)
    def is_public(self, snapshot: DeliverableSnapshot) -> bool:
        """Whether the public may read it."""
        return hasattr(snapshot, "publication")

    @admin.display(description=_("on the site"))
    def on_the_site(self, snapshot: DeliverableSnapshot) -> str:
        """A link to its page."""
        return format_html('<a href="{}">{}</a>', snapshot.get_absolute_url(), _("See the page"))
