"""The versions of an entry the public has seen, with what changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from marketplace.differences import LISTS, ROWS, FieldDifference, compare
from marketplace.models import Entry, Revision
from marketplace.views.entry_facts import SHOWN

MOST_VERSIONS = 20


@dataclass(frozen=True)
class ShownVersion:
    """A published revision beside the published one before it (None: it was the first)."""

    revision: Revision
    before: Revision | None
    changes: list[FieldDifference]


@require_safe
def entry_versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every published version of a live entry, the latest first, each with what changed.

    Only revisions the public saw when they were published; drafts and reviews stay unknown.
    """
    entry = get_object_or_404(
        Entry.objects.visible_to(request.user).select_related("city", "live_revision"), slug=slug
    )
    if entry.withdrawn_at is not None:
        # The entry's own page says so, and why.
        return redirect(entry)
    if entry.live_revision is None:
        raise Http404
    found = list(
        entry.revisions.filter(state__in=SHOWN)
        .select_related("entry")
        .prefetch_related(*LISTS, *ROWS)
        .order_by("-number")[: MOST_VERSIONS + 1]
    )
    versions = [
        ShownVersion(
            revision=revision,
            before=before,
            changes=[each for each in compare(before, revision) if each.is_changed]
            if before
            else [],
        )
        for revision, before in zip(found, [*found[1:], None], strict=True)
    ][:MOST_VERSIONS]
    context = {"entry": entry, "revision": entry.live_revision, "versions": versions}
    return render(request, "marketplace/entry_versions.html", context)
