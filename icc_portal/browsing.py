"""How the pages of the interface for programs are called, and what is said about them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from rest_framework.views import APIView, get_view_description, get_view_name
from rest_framework.viewsets import ViewSetMixin

_reader = MarkdownIt("commonmark", {"html": False}).disable("image")


def name_of(view: APIView) -> str:
    """Return what a page is called: "Peer groups" for a list, "Peer group" for one of them."""
    if not isinstance(view, ViewSetMixin) or not getattr(view, "basename", ""):
        return get_view_name(view)
    if getattr(view, "detail", False):
        word = view.basename
    else:
        word = reverse(f"{view.basename}-list").rstrip("/").rpartition("/")[2]
    return word.replace("-", " ").capitalize()


def description_of(view: APIView, html: bool = False) -> str | SafeString:
    """Return the words about a page: for programs as they are written, for people as HTML."""
    words = get_view_description(view, html=False)
    # The words are our own, and no HTML in them is kept.
    return mark_safe(_reader.render(words)) if html else words  # noqa: S308
