"""The page on which a team and its advisers talk about a section."""

from __future__ import annotations

from collections.abc import Iterator
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
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from cities.editing.kept import KeepsInputMixin
from cities.models import User
from cities.permissions import signed_in
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
        said = talk.say(
            self.roadmap,
            self.place,
            self.person,
            parts["form"].cleaned_data,
            link=f"{self.request.path}",
        )
        messages.success(self.request, _told(said))
        for words in _named_in_vain(said):
            messages.warning(self.request, words)
        return f"{self.request.path}#comment-{said.comment.pk}"

    def page_context(self) -> dict[str, Any]:
        """Say what the page is, with what was said."""
        said = SectionComment.objects.visible_to(self.person).filter(
            roadmap=self.roadmap, section=self.place.key
        )
        tree = reverse("initiatives:roadmap-write", args=[self.roadmap.pk])
        comments = list(
            said.select_related("author", "resolved_by", "taken_back_by")
            .prefetch_related("mentioned")
            .distinct()
        )
        shown = [one for one in comments if one.taken_back_at is None]
        return {
            "roadmap": self.roadmap,
            "section": self.place.key,
            "title": _("Comments on “%s”") % self.place.label,
            "kicker": self.roadmap.title,
            "open": [one for one in shown if one.resolved_at is None],
            "settled": [one for one in shown if one.resolved_at is not None],
            "taken_back": [
                (one, talk.may_take_back(self.person, one))
                for one in comments
                if one.taken_back_at is not None
            ],
            "person": self.person,
            "may_edit": may_edit(self.person, self.roadmap),
            "section_url": self.place.url,
            "crumbs": [
                self.roadmap.title, self.roadmap.get_absolute_url(), _("Sections"), tree,
                self.place.label, self.place.url, _("Comments"),
            ],
        }  # fmt: skip


def _told(said: talk.Said) -> str:
    """Say that a comment is there, and who is told of it."""
    if not said.told:
        return _("Your comment is there.")
    names = ", ".join(str(one) for one in said.told)
    return _("Your comment is there. Told by mail: %s.") % names


def _named_in_vain(said: talk.Said) -> Iterator[str]:
    """Say whom a comment names without anybody being told, and why."""
    for word in dict.fromkeys(said.named.nobody):
        yield _("“@%s” is nobody who could read this: nobody was told.") % word
    for words, people in said.named.several.items():
        names = ", ".join(str(one) for one in people)
        yield _(
            "“@%(words)s” may be %(names)s: nobody was told. Write the whole name, or tick it."
        ) % {"words": words, "names": names}
    for person in said.not_reading:
        yield _("%s is an adviser and does not read this comment, so was not told.") % person


class _CommentAct(KeepsInputMixin, _InsidersGate):
    """An act on a comment that this person may know of, from a button beside it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Lead whoever had to sign in on the way back to the page with the button."""
        return self._answer(request)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Take the button."""
        said = SectionComment.objects.visible_to(request.user).filter(
            roadmap=self.roadmap, section=self.place.key
        )
        comment = get_object_or_404(said.distinct(), pk=kwargs["comment"])
        self.act(request, comment, signed_in(request))
        return self._answer(request)

    def act(self, request: HttpRequest, comment: SectionComment, person: User) -> None:
        """Do it."""
        raise NotImplementedError

    def _answer(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self._page())

    def _page(self) -> str:
        # The button also stands beside the form of the section.
        if self.request.POST.get("from") == "form":
            return f"{self._form_page()}#comments"
        return reverse("initiatives:section-talk", args=[self.roadmap.pk, self.place.key])

    def _form_page(self) -> str:
        """Return where the form is, with whose part is written there."""
        asked, host = self.request.POST.get("next", ""), self.request.get_host()
        is_ours = url_has_allowed_host_and_scheme(asked, {host}, self.request.is_secure())
        return asked if is_ours else self.place.url


class SettleComment(_CommentAct):
    """Say that a comment is settled, or open it again; htmx asks for the list alone."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Tell whoever is signed out beside the form; what was typed there stays."""
        if request.htmx and not request.user.is_authenticated:  # type: ignore[attr-defined]
            return self._beside(request, is_signed_out=True)
        return super().dispatch(request, *args, **kwargs)

    def act(self, request: HttpRequest, comment: SectionComment, person: User) -> None:
        """Settle or open it."""
        talk.settle(comment, person, settled=request.POST.get("open") != "1")

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if not request.htmx:  # type: ignore[attr-defined]
            return super()._answer(request)
        comments = talk.open_comments(self.roadmap, self.place.key, signed_in(request))
        told = {"roadmap": self.roadmap, "section": self.place.key, "next": self._form_page()}
        return self._beside(request, comments=list(comments), is_swapped=True, **told)

    def _beside(self, request: HttpRequest, **told: Any) -> HttpResponse:
        return render(request, "initiatives/sections/_beside.html", told)


class TakeCommentBack(_CommentAct):
    """Take one's own comment back, or put it back."""

    def act(self, request: HttpRequest, comment: SectionComment, person: User) -> None:
        """Hide it, or show it again."""
        if not talk.may_take_back(person, comment):
            raise PermissionDenied
        hidden = request.POST.get("back") != "1"
        if talk.hide(comment, person, hidden=hidden):
            words = (
                _("Your comment is taken back.") if hidden else _("Your comment is there again.")
            )
            messages.success(request, words)


section_talk = SectionTalk.as_view()
settle_comment = SettleComment.as_view()
take_comment_back = TakeCommentBack.as_view()
