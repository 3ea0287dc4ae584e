"""The page of one entry: a solution or the profile of a city."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cities import panels
from cities.models import Actor
from cities.prepared import Prepared
from marketplace import freshness, permissions
from marketplace.evidence import strength
from marketplace.models import (
    AttachmentKind,
    Deployment,
    Entry,
    EntryKind,
    FormerAddress,
    ResultFigure,
    Revision,
)
from marketplace.models.entries import EntryQuerySet
from marketplace.search import answers
from marketplace.views import running
from marketplace.views.entry_facts import facts_of
from marketplace.views.figures import shown
from marketplace.views.remembered import remembered_for_visitors
from marketplace.views.selection import Selection, query_of
from marketplace.views.shortlist import kept_entries

# What goes on inside a script element must not end it.
UNSAFE_IN_SCRIPT = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def _asked(user: Actor, slug: str) -> EntryQuerySet:
    """Ask for an entry with its words, and whether there is more to be fetched for it."""
    revision = OuterRef("live_revision")
    return (
        freshness.with_links(Entry.objects.visible_to(user))
        .annotate(
            has_figures=Exists(ResultFigure.objects.filter(revision=revision)),
            has_deployments=Exists(Deployment.objects.filter(entry=OuterRef("pk"))),
        )
        .select_related("city", "live_revision")
        .filter(slug=slug)
        .order_by()
    )


_for_visitors = Prepared(partial(_asked, AnonymousUser()), str)


@require_safe
@remembered_for_visitors
def entry_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of an entry; 301 from a former address, 410 when it was withdrawn."""
    user = request.user
    found = _asked(user, slug) if user.is_authenticated else _for_visitors(slug.replace("\0", ""))
    entry = next(iter(found), None)
    if entry is None or entry.withdrawn_at:
        return gone_or_moved(request, slug)
    if entry.live_revision is None:
        # Its owners find it where it is written; there is nothing public yet.
        latest = entry.revisions.visible_to(request.user).order_by("-number").first()
        if latest is None:
            raise Http404
        return redirect(latest)
    context = page_context(entry, entry.live_revision, request.user)
    if entry.kind == EntryKind.SOLUTION and running.may_say(request.user):
        context["reuse_url"] = reverse("marketplace:reuse-choose", kwargs={"slug": entry.slug})
        context["demand_url"] = f"{reverse('marketplace:demand-state')}?entry={entry.slug}"
    if permissions.may_edit_entry(request.user, entry):
        context["own_url"] = entry.live_revision.get_absolute_url()
        context["still_true_url"] = reverse("marketplace:still-true", kwargs={"slug": entry.slug})
    context["stale"] = freshness.stale_since(entry)
    context["choice"] = _choice(request, entry)
    return render(request, template_of(entry), context)


def _choice(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """Return what a reader can do with an entry: put it on a shortlist, compare it with others."""
    selection = Selection.of(request)
    own = kept_entries(request.user, [entry])
    chosen = query_of(dict.fromkeys([*selection.slugs, entry.slug]))
    is_alone = set(selection.slugs) <= {entry.slug}
    others = reverse("marketplace:entry-list" if is_alone else "marketplace:compare")
    return {
        "shortlist_url": f"{reverse('marketplace:shortlist')}?{chosen}",
        # Alone, it is taken to the list, where others are chosen.
        "compare_url": f"{others}?{chosen}",
        "is_chosen": entry.slug in selection.slugs,
        "is_kept": None if own is None else entry.pk in own,
        "here": request.get_full_path(),
    }


def template_of(entry: Entry) -> str:
    """Name the template of an entry's page."""
    return f"marketplace/{entry.kind}_detail.html"


def page_context(entry: Entry, revision: Revision, user: Actor) -> dict[str, Any]:
    """Return what an entry's page shows of a revision: the live one, or a draft for its preview."""
    facts = facts_of(entry, revision, user, answers.similar(entry))
    is_profile = entry.kind == EntryKind.CITY_PROFILE
    # A profile tells no results. Most entries have none, and who fetched this one may know.
    has_figures = not is_profile and getattr(entry, "has_figures", True)
    figures = list(revision.figures.all()) if has_figures else []
    attachments = facts.attachments
    revision.entry = entry
    return {
        "entry": entry,
        "revision": revision,
        "city": entry.city,
        "labels": facts.labels,
        "figures": [shown(figure) for figure in figures],
        "pictures": [one for one in attachments if one.kind == AttachmentKind.IMAGE],
        "documents": [one for one in attachments if one.kind == AttachmentKind.DOCUMENT],
        "evidence": None if is_profile else strength(revision, figures, attachments),
        "versions": facts.versions,
        **running.context(entry),
        "sources": facts.sources,
        "similar": facts.similar,
        "initiatives": facts.initiatives,
        "related": panels.related(panels.Subject(entry.city, facts.themes), user),
        "solutions": _solutions_of(entry, user) if is_profile else [],
        "structured": _structured(entry, revision),
    }


def gone_or_moved(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer for an address that shows no entry: 410 with why, 301 to its new one, or 404."""
    entry = Entry.objects.filter(slug=slug).select_related("city", "merged_into").first()
    if entry is None:
        former = FormerAddress.objects.filter(slug=slug).select_related("entry").first()
        if former is None or former.entry.first_published_at is None:
            raise Http404
        return HttpResponsePermanentRedirect(former.entry.get_absolute_url())
    if entry.merged_into is not None:
        return HttpResponsePermanentRedirect(entry.merged_into.get_absolute_url())
    # Whatever was never public stays unknown.
    if entry.withdrawn_at is None or entry.first_published_at is None:
        raise Http404
    who = entry.city or entry.owner_note or _("Its owner")
    text = _("{who} withdrew this entry from the marketplace on {day}.").format(
        who=who, day=date_format(localdate(entry.withdrawn_at))
    )
    if entry.withdrawal_reason:
        text = f"{text} {_('Reason given:')} {entry.withdrawal_reason}"
    answer = {"title": _("This entry was withdrawn"), "text": text}
    return render(request, "410.html", answer, status=410)


def _solutions_of(entry: Entry, user: Actor) -> list[Entry]:
    known = Entry.objects.live().visible_to(user).solutions().filter(city=entry.city_id)
    return list(known.select_related("live_revision"))


def _structured(entry: Entry, revision: Revision) -> SafeString:
    """Describe the entry to search engines, as JSON-LD in the words of schema.org."""
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication" if revision.repository_url else "CreativeWork",
        "name": revision.title,
        "description": revision.summary,
        "inLanguage": revision.language,
        "url": f"{settings.BASE_URL}{entry.get_absolute_url()}",
    }
    if entry.city:
        said["creator"] = {
            "@type": "GovernmentOrganization",
            "name": entry.city.name,
            "url": f"{settings.BASE_URL}{entry.city.get_absolute_url()}",
        }
    if revision.published_at:
        said["datePublished"] = revision.published_at.date().isoformat()
    if revision.licence:
        said["license"] = revision.licence
    if revision.repository_url:
        said["applicationCategory"] = "GovernmentApplication"
    words = json.dumps(said, ensure_ascii=False).translate(UNSAFE_IN_SCRIPT)
    # The three letters that could end a script element were replaced above.
    return mark_safe(words)  # noqa: S308
