"""Staff ask somebody else for a review that is late or was given back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from marketplace.admin.addresses import MOST_AT_ONCE, go_on, numbers_in
from marketplace.asking import ask_instead
from marketplace.forms.assignment import InsteadForm


class AsksSomebodyElse(admin.ModelAdmin):
    """Two actions on reviews: whoever suits best is asked instead, or whom staff choose."""

    actions = ["ask_somebody_else", "ask_whoever_suits"]

    def get_urls(self):
        """Add the page on which somebody is chosen."""
        page = self.admin_site.admin_view(self.instead_page)
        return [path("instead/", page, name="marketplace_review_instead"), *super().get_urls()]

    @admin.action(description=gettext_lazy("Ask somebody else…"), permissions=["change"])
    def ask_somebody_else(self, request, queryset):
        """Go on to the page where somebody is chosen."""
        return go_on("admin:marketplace_review_instead", queryset)

    @admin.action(description=gettext_lazy("Ask whoever suits best"), permissions=["change"])
    def ask_whoever_suits(self, request, queryset):
        """Share the work out: each to the reviewer without conflict who suits it best."""
        reviews = queryset.select_related("revision__entry__city", "revision__process")
        self._say(request, ask_instead(reviews[:MOST_AT_ONCE], actor=request.user))

    def instead_page(self, request):
        """Choose who shall give what was ticked, conflicts shown."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk__in=numbers_in(request)[:MOST_AT_ONCE])
        reviews = list(
            found.select_related("revision__entry__city", "revision__process", "reviewer")
            .prefetch_related("revision__reviews")
            .order_by("due_on", "pk")
        )
        form = InsteadForm(
            request.POST or None,
            revisions=[each.revision for each in reviews],
            known_to=request.user,
        )
        if form.is_valid():
            self._say(request, ask_instead(reviews, actor=request.user, **form.cleaned_data))
            return HttpResponseRedirect(reverse("admin:marketplace_review_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Ask somebody else"),
            "reviews": reviews,
            "form": form,
        }
        return TemplateResponse(request, "admin/marketplace/review/instead.html", context)

    def _say(self, request, asked):
        """Say who was asked, each by name, and for each other one why nobody was."""
        for each in asked:
            if each.refusal:
                self.message_user(request, f"{each.revision}: {each.refusal}", messages.ERROR)
        done = [str(each.reviewer) for each in asked if each.reviewer]
        if done:
            words = ngettext("Asked instead: {people}.", "Asked instead: {people}.", len(done))
            people = ", ".join(dict.fromkeys(done))
            self.message_user(request, words.format(people=people), messages.SUCCESS)
