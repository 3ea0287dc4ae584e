"""Writes to the pictures and documents of a draft."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from cities import uploads
from cities.uploads import Upload
from marketplace.models import Attachment, AttachmentKind, Revision, RevisionState
from marketplace.services.refusals import Refused

MOST_ATTACHMENTS = 20


@transaction.atomic
def attach(revision: Revision, upload: Upload) -> Attachment:
    """Keep a file with a draft; one that the draft has already is returned as it is.

    Raises Refused when the revision is no draft any more, and when it has too many files.
    """
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if revision.state != RevisionState.DRAFT:
        raise Refused(_("This revision was submitted; its files no longer change."))
    there = revision.attachments.filter(sha256=upload.sha256).first()
    if there is not None:
        return there
    positions = list(revision.attachments.values_list("position", flat=True))
    if len(positions) >= MOST_ATTACHMENTS:
        raise Refused(
            _("An entry can have {number} files; remove one first.").format(number=MOST_ATTACHMENTS)
        )
    return Attachment.objects.create(
        revision=revision,
        position=max(positions, default=0) + 1,
        kind=AttachmentKind.IMAGE if upload.is_image else AttachmentKind.DOCUMENT,
        file=uploads.keep(upload),
        **upload.columns(),
    )
