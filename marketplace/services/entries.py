"""Writes to entries and their revisions."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cities.models import City, CityName, CityTrait, Goal, Organisation, Theme, User
from marketplace.models import (
    OPEN_STATES,
    Deployment,
    Entry,
    EntryKind,
    FormerAddress,
    Funding,
    IndexChange,
    Revision,
    RevisionState,
    Standard,
    Technology,
)
from marketplace.models.entries import RESERVED
from marketplace.services.refusals import Refused

# Where the search index takes words and filters from, besides the entry: see search/schema.py.
NAMED_IN: dict[type[Model], tuple[str, ...]] = {
    City: ("city", "deployments__city"),
    CityName: ("city__names",),
    CityTrait: ("city__traits", "deployments__city__traits"),
    Deployment: ("deployments",),
    Organisation: ("live_revision__partners",),
    Theme: ("live_revision__themes",),
    Technology: ("live_revision__technologies",),
    Goal: ("live_revision__goals",),
    Standard: ("live_revision__standards",),
    Funding: ("live_revision__fundings",),
}
NOT_COPIED = {
    *("id", "number", "state", "based_on", "author", "version", "created_at", "changed_at"),
    *("submitted_at", "decided_at", "published_at", "source", "demonstration"),
    *("process", "round", "round_number", "due_on", "stage_due_on"),
    *("days_before", "days_to_decision", "embargo_until"),
}


@transaction.atomic
def new_entry(
    kind: EntryKind | str, city: City | None, author: User, title: str, *, language: str = "en"
) -> Revision:
    """Create an entry with its first draft and an address of its own; return the draft.

    Raises Refused when the city has a profile already, or a profile is asked for without a city.
    """
    kind = EntryKind(kind)
    if kind == EntryKind.CITY_PROFILE:
        if city is None:
            raise Refused(_("A city profile needs a city."))
        # Held until the end, so that two people starting at once do not both find none.
        City.objects.select_for_update().get(pk=city.pk)
        if Entry.objects.filter(kind=kind, city=city).exists():
            raise Refused(_("This city has a profile already: go on with that one."))
    try:
        with transaction.atomic():
            entry = Entry.objects.create(kind=kind, city=city, slug=_free_slug(kind, city, title))
    except IntegrityError:
        # Somebody took the address at the same moment; by now it can be seen.
        entry = Entry.objects.create(kind=kind, city=city, slug=_free_slug(kind, city, title))
    return Revision.objects.create(
        entry=entry, number=1, author=author, title=title[:160], language=language
    )


@transaction.atomic
def start_revision(entry: Entry, author: User) -> Revision:
    """Start a draft from the latest revision of an entry, all it says and shows copied; return it.

    Raises Refused while another revision is open: an entry has one at most.
    """
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if entry.merged_into_id:
        raise Refused(_("This entry went into another one, which is the one to revise."))
    latest = entry.revisions.order_by("-number").first()
    running = entry.revisions.filter(state__in=OPEN_STATES).first()
    if running is not None:
        raise Refused(
            _("Revision {number} is open ({state}); there can be one at a time.").format(
                number=running.number, state=running.get_state_display()
            )
        )
    if latest is None:
        return Revision.objects.create(entry=entry, number=1, author=author)
    copied = {
        field.attname: getattr(latest, field.attname)
        for field in Revision._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    revision = Revision.objects.create(
        **copied, number=latest.number + 1, based_on=latest, author=author
    )
    for field in Revision._meta.many_to_many:
        getattr(revision, field.name).set(getattr(latest, field.name).all())
    for rows in (latest.figures.all(), latest.attachments.all()):
        for row in rows:
            row.pk, row.revision = None, revision
            row._state.adding = True
            row.save()
    return revision


def note_change(entry: Entry) -> IndexChange:
    """Note that what the public sees of an entry changed; every search index follows these rows."""
    return IndexChange.objects.create(entry=entry)


def note_changes_with(row: Model) -> None:
    """Note that the live entries changed whose words or filters come from this row, if any do."""
    uses = NAMED_IN.get(type(row))
    if uses is None:
        return
    fits = Q()
    for path in uses:
        fits |= Q(**{path: row})
    entries = Entry.objects.live().filter(fits).order_by().values_list("pk", flat=True).distinct()
    IndexChange.objects.bulk_create([IndexChange(entry_id=entry) for entry in entries])


@transaction.atomic
def make_live(revision: Revision) -> None:
    """Show a published revision of its entry to the public, and note the change.

    Nothing else sets `live_revision`. Raises Refused for a revision that is not published.
    """
    if revision.state != RevisionState.PUBLISHED:
        raise Refused(
            _("Only a published revision can be shown; this one is “{state}”.").format(
                state=revision.get_state_display()
            )
        )
    entry = revision.entry
    entry.live_revision = revision
    entry.first_published_at = entry.first_published_at or revision.published_at
    entry.withdrawn_at, entry.withdrawal_reason = None, ""
    changed = ("live_revision", "first_published_at", "withdrawn_at", "withdrawal_reason")
    entry.save(update_fields=changed)
    note_change(entry)


@transaction.atomic
def take_from_public(entry: Entry, reason: str) -> None:
    """Withdraw an entry: its page says so from now on, with the reason.

    Raises Refused for an entry that the public never saw.
    """
    if entry.first_published_at is None:
        raise Refused(_("This entry was never published; withdraw its revision instead."))
    entry.withdrawn_at = timezone.now()
    entry.withdrawal_reason = reason[:300]
    entry.save(update_fields=["withdrawn_at", "withdrawal_reason"])
    note_change(entry)


def _free_slug(kind: EntryKind, city: City | None, title: str) -> str:
    wanted = city.slug if city and kind == EntryKind.CITY_PROFILE else slugify(title)
    # A title in Greek or Bulgarian leaves nothing behind in an address of plain letters.
    wanted = wanted[:100].strip("-") or f"solution-{city.slug if city else 'shared'}"[:100]
    taken = RESERVED | {
        *Entry.objects.filter(slug__startswith=wanted).values_list("slug", flat=True),
        *FormerAddress.objects.filter(slug__startswith=wanted).values_list("slug", flat=True),
    }
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
