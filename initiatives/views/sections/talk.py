"""The page on which a team and its advisers talk about a section."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing.kept import KeepsInputMixin
from initiatives import sections
from initiatives.forms.comments import CommentForm
from initiatives.models import Roadmap, SectionComment
from initiatives.permissions import may_edit, may_read_inside
from initiatives.sections import places, talk
from initiatives.sections.places import Place
from initiatives.views.access import roadmaps_for
from initiatives.views.form_pages import FormPage


class _InsidersGate(View):
    roadmap: Roadmap
    place: Place

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let the team, its advisers and staff through."""
        self.roadmap = get_object_or_404(roadmaps_for(request.user), pk=kwargs["pk"])
        key = kwargs["section"]
        if key not in sections.WRITTEN and not key.startswith(sections.CHARTER):
            raise Http404
        # Whether there is such an initiative is not for others to learn.
        if not may_read_inside(request.user, self.roadmap):
            raise PermissionDenied
        place = places.find(self.roadmap, key)
        if place is None:
            raise Http404
        self.place = place
        return super().dispatch(request, *args, **kwargs)


class SectionTalk(FormPage, KeepsInputMixin, _InsidersGate):
    """What is said about a section, and a box to say something."""

    form_name = "section-comment"
    template_name = "initiatives/sections/talk.html"
    creates = True

    def target(self) -> str:
        """Return the roadmap and the section."""
        return f"{self.roadmap.pk}-{self.place.key}"

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        form = CommentForm(
            data,
            team=talk.people(self.roadmap, with_advisers=False),
            everybody=talk.people(self.roadmap, with_advisers=True).exclude(pk=self.person.pk),
            is_team=talk.is_in_team(self.person, self.roadmap),
        )
        return {"form": form}

    def save(self, parts: dict[str, Any]) -> str:
        """Keep the comment and tell whom it names."""
        comment = talk.say(
            self.roadmap,
            self.place,
            self.person,
            parts["form"].cleaned_data,
            link=f"{self.request.path}",
        )
        messages.success(self.request, _("Your comment is there."))
        return f"{self.request.path}#comment-{comment.pk}"

    def page_context(self) -> dict[str, Any]:
        """Say what the page is, with what was said."""
        said = SectionComment.objects.visible_to(self.person).filter(
            roadmap=self.roadmap, section=self.place.key
        )
        tree = reverse("initiatives:roadmap-write", args=[self.roadmap.pk])
        comments = list(
            said.select_related("author", "resolved_by").prefetch_related("mentioned").distinct()
        )
        return {
            "roadmap": self.roadmap,
            "section": self.place.key,
            "title": _("Comments on “%s”") % self.place.label,
            "kicker": self.roadmap.title,
            "open": [one for one in comments if one.resolved_at is None],
            "settled": [one for one in comments if one.resolved_at is not None],
            "may_edit": may_edit(self.person, self.roadmap),
            "section_url": self.place.url,
            "crumbs": [
                self.roadmap.title, self.roadmap.get_absolute_url(), _("Sections"), tree,
                self.place.label, self.place.url, _("Comments"),
            ],
        }  # fmt: skip


class SettleComment(KeepsInputMixin, _InsidersGate):
    """Say that a comment is settled, or open it again."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead whoever had to sign in on the way back to the page with the button."""
        return HttpResponseRedirect(self._page())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the button."""
        said = SectionComment.objects.visible_to(request.user).filter(
            roadmap=self.roadmap, section=self.place.key
        )
        comment = get_object_or_404(said.distinct(), pk=kwargs["comment"])
        if request.user.is_authenticated:
            talk.settle(comment, request.user, settled=request.POST.get("open") != "1")
        return HttpResponseRedirect(self._page())

    def _page(self) -> str:
        return reverse("initiatives:section-talk", args=[self.roadmap.pk, self.place.key])


section_talk = SectionTalk.as_view()
settle_comment = SettleComment.as_view()
