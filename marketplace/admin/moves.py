"""Staff hand entries over and merge duplicates, each after a page that says what it would do."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cities.admin.operations import LookOnly
from marketplace import moves, permissions, services
from marketplace.forms.moves import MergeForm, TransferForm
from marketplace.models import Entry, Merge, Transfer

MOST_AT_ONCE = 100
LONGEST_NUMBER = 18
LIST = "admin:marketplace_entry_changelist"
WHAT = {
    "deployments": gettext_lazy("rows of the ledger of reuse"),
    "shortlisted": gettext_lazy("places on shortlists"),
    "told_by": gettext_lazy("searches that told of it"),
    "needs": gettext_lazy("needs that name it"),
    "former_addresses": gettext_lazy("former addresses"),
    "merged_entries": gettext_lazy("entries merged into it before"),
}


class MovesEntries(admin.ModelAdmin):
    """The two acts of the list of entries, with their pages."""

    actions = ["hand_over", "merge_duplicates"]

    def get_urls(self):
        """Add the pages that ask before an act."""
        view = self.admin_site.admin_view
        return [
            path("hand-over/", view(self.hand_over_page), name="marketplace_entry_hand_over"),
            path("merge/", view(self.merge_page), name="marketplace_entry_merge"),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Hand over to a city…"), permissions=["change"])
    def hand_over(self, request, queryset):
        """Go on to the page where the city is chosen."""
        return _go_on("admin:marketplace_entry_hand_over", queryset)

    @admin.action(description=gettext_lazy("Merge two duplicates…"), permissions=["change"])
    def merge_duplicates(self, request, queryset):
        """Go on to the page that says what would move."""
        if queryset.count() != 2:
            self.message_user(request, _("Tick two entries."), messages.ERROR)
            return None
        return _go_on("admin:marketplace_entry_merge", queryset)

    def hand_over_page(self, request):
        """Choose the city and say why; each entry goes or says why not."""
        entries = self._chosen(request)
        if self._refuse_in_conflict(request, entries):
            return HttpResponseRedirect(reverse(LIST))
        form = TransferForm(request.POST if request.method == "POST" else None)
        if entries and form.is_valid():
            done = 0
            for entry in entries:
                try:
                    moves.move_now(
                        entry,
                        form.cleaned_data["to_city"],
                        actor=request.user,
                        reason=form.cleaned_data["note"],
                    )
                    done += 1
                except services.Refused as refusal:
                    self.message_user(request, f"{entry}: {refusal}", messages.ERROR)
            if done:
                words = ngettext("{count} entry handed over.", "{count} entries handed over.", done)
                self.message_user(request, words.format(count=done), messages.SUCCESS)
            return HttpResponseRedirect(reverse(LIST))
        return self._ask(request, _("Hand over to a city"), entries, form)

    def merge_page(self, request):
        """Show what would move either way; merge when that was asked for."""
        entries = self._chosen(request)
        if len(entries) != 2:
            self.message_user(request, _("Tick two entries."), messages.ERROR)
            return HttpResponseRedirect(reverse(LIST))
        if self._refuse_in_conflict(request, entries):
            return HttpResponseRedirect(reverse(LIST))
        form = MergeForm(request.POST if request.method == "POST" else None, entries=entries)
        if form.is_valid():
            kept = form.cleaned_data["kept"]
            merged = next(entry for entry in entries if entry != kept)
            try:
                moves.merge(kept, merged, actor=request.user, reason=form.cleaned_data["reason"])
            except services.Refused as refusal:
                form.add_error(None, str(refusal))
            except PermissionDenied:
                form.add_error(None, _("You are in a conflict of interest; ask a colleague."))
            else:
                words = _("“{merged}” went into “{kept}”; its address leads there.")
                self.message_user(request, words.format(merged=merged, kept=kept), messages.SUCCESS)
                return HttpResponseRedirect(reverse(LIST))
        first, second = entries
        previews = [_shown(moves.preview(first, second)), _shown(moves.preview(second, first))]
        return self._ask(request, _("Merge two duplicates"), entries, form, previews=previews)

    def _ask(self, request, title, entries, form, **more):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "entries": entries,
            "form": form,
            **more,
        }
        return TemplateResponse(request, "admin/marketplace/entry/move.html", context)

    def _refuse_in_conflict(self, request, entries):
        """Say over which of them somebody may not judge: the pages tell what is under review."""
        refused = [each for each in entries if permissions.has_conflict_over(request.user, each)]
        for entry in refused:
            words = _("You are in a conflict of interest; ask a colleague.")
            self.message_user(request, f"{entry}: {words}", messages.ERROR)
        return bool(refused)

    def _chosen(self, request):
        """Return the entries the address names."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked = request.GET.get("ids", "").split(",")
        numbers = [part for part in asked if part.isdecimal() and len(part) <= LONGEST_NUMBER]
        found = Entry.objects.visible_to(request.user).filter(pk__in=numbers[:MOST_AT_ONCE])
        return list(found.select_related("city", "live_revision").order_by("pk"))


@admin.register(Transfer)
class TransferAdmin(LookOnly):
    """Which entry went, or shall go, from which city to which."""

    list_display = ["entry", "from_city", "to_city", "state", "asked_by", "asked_at", "answered_at"]
    list_filter = ["state"]
    list_select_related = ["entry__live_revision", "from_city", "to_city", "asked_by"]
    search_fields = ["entry__slug", "from_city__name", "to_city__name"]
    date_hierarchy = "asked_at"


@admin.register(Merge)
class MergeAdmin(LookOnly):
    """Which entry went into which, who merged them and why."""

    list_display = ["merged", "kept", "reason", "done_by", "done_at"]
    list_select_related = ["merged__live_revision", "kept__live_revision", "done_by"]
    search_fields = ["merged__slug", "kept__slug", "reason"]
    date_hierarchy = "done_at"


def _shown(preview):
    """Return what a merge would do, for the page: what moves and what stands on both sides."""
    moved = [(WHAT[name], number) for name, number in preview.moved.items() if number]
    # Rows of the ledger are told city by city.
    both = [
        (WHAT[name], number)
        for name, number in preview.on_both.items()
        if number and name != "deployments"
    ]
    return {"preview": preview, "moved": moved, "on_both": both}


def _go_on(name, queryset):
    ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return HttpResponseRedirect(f"{reverse(name)}?ids={ids}")
