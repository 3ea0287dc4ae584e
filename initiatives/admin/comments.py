"""Comments beside sections and charters: read, hidden, and shown again by staff."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin

from initiatives.models import SectionComment
from initiatives.sections import talk


@admin.register(SectionComment)
class SectionCommentAdmin(SimpleHistoryAdmin):
    """What staff read along with; a team's own talk is for superusers alone."""

    list_display = ["__str__", "author", "roadmap", "section", "created_at", "is_hidden"]
    list_filter = [("taken_back_at", admin.EmptyFieldListFilter), "created_at", "audience"]
    list_select_related = ["author", "roadmap"]
    search_fields = ["text", "author__name", "roadmap__title"]
    fields = [
        *("roadmap", "section", "author", "audience", "text", "created_at"),
        *("resolved_at", "resolved_by", "taken_back_at", "taken_back_by", "on_the_site"),
    ]
    readonly_fields = fields
    actions = ["hide", "show"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SectionComment]:
        """Keep what this person may know of."""
        known = SectionComment.objects.visible_to(request.user).order_by().values("pk")
        return super().get_queryset(request).filter(pk__in=known)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Keep the history of what this person may not know of."""
        self._refuse_unknown(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Keep an earlier state of what this person may not know of."""
        self._refuse_unknown(request, object_id)
        return super().history_form_view(request, object_id, version_id, extra_context)

    def _refuse_unknown(self, request: HttpRequest, object_id: str) -> None:
        # The library's pages of the history ask no queryset where the row is not found.
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People write on their pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes another person's words."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was said stays, hidden or not."""
        return False

    @admin.display(description=_("hidden"), boolean=True)
    def is_hidden(self, comment: SectionComment) -> bool:
        """Whether it was taken back or hidden."""
        return comment.taken_back_at is not None

    @admin.display(description=_("on the site"))
    def on_the_site(self, comment: SectionComment) -> str:
        """A link to its page."""
        return format_html('<a href="{}">{}</a>', comment.get_absolute_url(), _("See the page"))

    @admin.action(description=_("Hide what was ticked"), permissions=["view"])
    def hide(self, request: HttpRequest, queryset: QuerySet[SectionComment]) -> None:
        """Show them to nobody any more; their words and their history stay."""
        self._say(request, sum(talk.hide(one, request.user, hidden=True) for one in queryset))

    @admin.action(description=_("Show what was ticked again"), permissions=["view"])
    def show(self, request: HttpRequest, queryset: QuerySet[SectionComment]) -> None:
        """Show them again, whoever took them back."""
        self._say(request, sum(talk.hide(one, request.user, hidden=False) for one in queryset))

    def _say(self, request: HttpRequest, number: int) -> None:
        words = ngettext("%d comment was changed.", "%d comments were changed.", number)
        self.message_user(request, words % number)
