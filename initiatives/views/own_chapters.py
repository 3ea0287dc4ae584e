"""Chapters that a city adds to its deliverable."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.forms.deliverables import OwnChapterForm
from initiatives.models import OwnChapter
from initiatives.views.access import WritesRoadmap
from initiatives.views.form_pages import FormPage


class _ChapterPage(FormPage, WritesRoadmap):
    """What adding and editing share."""

    form_name = "own-chapter"

    def chapter(self) -> OwnChapter:
        """Return the row the form is about."""
        raise NotImplementedError

    def parts(self, data: QueryDict | None) -> dict[str, Any]:
        """Return the form."""
        return {"form": OwnChapterForm(data, instance=self.chapter(), roadmap=self.roadmap)}

    def save(self, parts: dict[str, Any]) -> str:
        """Save the chapter."""
        parts["form"].save()
        messages.success(self.request, _("The chapter is saved."))
        return self.desk_url()

    def desk_url(self) -> str:
        """Return where the deliverable is made."""
        return reverse("initiatives:deliverable-desk", args=[self.roadmap.pk])

    def page_context(self) -> dict[str, Any]:
        """Say what the page is."""
        return {
            "title": _("A chapter of your own"),
            "kicker": self.roadmap.title,
            "lead": _("It stands in your deliverable, in all formats."),
            "back_url": self.desk_url(),
            "submit_label": _("Save the chapter"),
            "crumbs": [
                self.roadmap.title, self.roadmap.get_absolute_url(),
                _("Deliverable"), self.desk_url(), _("A chapter of your own"),
            ],
        }  # fmt: skip


class AddChapter(_ChapterPage):
    """Write a new chapter."""

    creates = True

    def target(self) -> str:
        """Keep drafts of each roadmap apart."""
        return f"{self.roadmap.pk}-new"

    def chapter(self) -> OwnChapter:
        """Return a new row."""
        return OwnChapter(roadmap=self.roadmap)


class EditChapter(_ChapterPage):
    """Write on a chapter."""

    def target(self) -> str:
        """Return the chapter's key."""
        return str(self.kwargs["chapter"])

    def chapter(self) -> OwnChapter:
        """Return the row."""
        return get_object_or_404(self.roadmap.own_chapters, pk=self.kwargs["chapter"])

    def page_context(self) -> dict[str, Any]:
        """Offer to delete it."""
        url = reverse(
            "initiatives:own-chapter-delete", args=[self.roadmap.pk, self.kwargs["chapter"]]
        )
        return {
            **super().page_context(),
            "delete_url": url,
            "delete_label": _("Delete this chapter"),
        }


class DeleteChapter(WritesRoadmap):
    """Delete a chapter, after asking."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask."""
        chapter = get_object_or_404(self.roadmap.own_chapters, pk=kwargs["chapter"])
        desk = reverse("initiatives:deliverable-desk", args=[self.roadmap.pk])
        context = {
            "title": _("Delete “%s”?") % chapter.heading,
            "text": _(
                "The chapter leaves your deliverable. What was handed in stays, and for 30 days it "
                "can be brought back under “Recently taken away”."
            ),
            "submit_label": _("Delete the chapter"),
            "cancel_url": desk,
        }
        return render(request, "initiatives/confirm.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Delete it."""
        get_object_or_404(self.roadmap.own_chapters, pk=kwargs["chapter"]).delete()
        messages.success(request, _("The chapter is deleted."))
        return HttpResponseRedirect(reverse("initiatives:deliverable-desk", args=[self.roadmap.pk]))


add_chapter = AddChapter.as_view()
edit_chapter = EditChapter.as_view()
delete_chapter = DeleteChapter.as_view()
