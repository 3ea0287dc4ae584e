"""Figures, pictures and documents of a revision, from its record."""

from __future__ import annotations

from cities import uploads
from cities.programme import Loading, Record
from cities.uploads import Upload
from initiatives import dates
from initiatives.dates import DateNotUnderstood
from initiatives.values import ValueRefused, read
from marketplace import values
from marketplace.models import Attachment, AttachmentKind, ResultFigure, Revision
from marketplace.programme import drawings


def load_evidence(loading: Loading, record: Record, revision: Revision) -> None:
    """Load what a revision brings as evidence; pictures and documents are drawn here and now."""
    for position, item in enumerate(record.children("figures"), start=1):
        _load_figure(loading, item, revision, position)
    pictures, documents = record.children("pictures"), record.children("documents")
    for position, item in enumerate([*pictures, *documents], start=1):
        _load_file(loading, item, revision, position)


def _load_figure(loading: Loading, item: Record, revision: Revision, position: int) -> None:
    unit = item.text("unit")
    try:
        value = values.columns(read(item.need("value"), unit=unit).best)
        before = values.before_columns(item.text("before"), unit)
    except ValueRefused as why:
        raise item.wrong("value", str(why)) from why
    as_of = item.text("as_of")
    try:
        when = values.as_of_columns(dates.parse(as_of) if as_of else None)
    except DateNotUnderstood as why:
        raise item.wrong("as_of", str(why)) from why
    loading.create(
        ResultFigure,
        item,
        revision=revision,
        position=position,
        label=item.need("label"),
        unit=unit,
        source_url=item.text("source_url"),
        note=item.text("note"),
        **value,
        **before,
        **when,
    )
    item.close()


def _load_file(loading: Loading, item: Record, revision: Revision, position: int) -> None:
    if not revision.demonstration:
        raise item.wrong("drawing", "stands in a record of facts; only invented ones are drawn.")
    upload = _drawn(item)
    loading.create(
        Attachment,
        item,
        revision=revision,
        position=position,
        kind=AttachmentKind.IMAGE if upload.is_image else AttachmentKind.DOCUMENT,
        file=uploads.keep(upload),
        alt=item.text("alt"),
        caption=item.text("caption") or item.text("title"),
        credit=item.text("credit"),
        **upload.columns(),
    )
    item.close()


def _drawn(item: Record) -> Upload:
    if name := item.text("drawing"):
        if name not in drawings.DRAWINGS:
            raise item.wrong("drawing", f"“{name}” is none of: {', '.join(drawings.DRAWINGS)}.")
        return uploads.read(drawings.picture(name))
    lines = [str(line) for line in item.items("lines")]
    return uploads.read(drawings.document(item.need("name"), item.need("title"), lines))
