"""Writing to drafts from files: what is published or under review stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import User
from marketplace.models import Entry, Revision, RevisionState
from marketplace.services.entries import start_revision
from marketplace.services.refusals import Refused


@transaction.atomic
def draft_of(entry: Entry, author: User) -> Revision:
    """Return the open draft of an entry, or a new one beside what is published.

    Raises Refused while a revision is under review.
    """
    Entry.objects.select_for_update().get(pk=entry.pk)
    draft = entry.revisions.filter(state=RevisionState.DRAFT).first()
    return draft or start_revision(entry, author)


@transaction.atomic
def write_draft(draft: Revision, values: Mapping[str, Any]) -> Revision:
    """Put values into the fields of a draft; lists are given as rows. Returns the draft as it is.

    Whoever has its form open is asked to compare, as the version counts up. Raises Refused when it
    is no draft any more.
    """
    draft = Revision.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.state != RevisionState.DRAFT:
        raise Refused(_("This draft was submitted in the meantime."))
    lists = {name for name in values if Revision._meta.get_field(name).many_to_many}
    for name in values.keys() - lists:
        setattr(draft, name, values[name])
    draft.version += 1
    draft.save()
    for name in lists:
        getattr(draft, name).set(values[name])
    return draft
