"""Invented questions about entries, and invented mail, so that desks and inboxes are not empty."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from cities.models import Mail, MailState
from cities.programme import Loading, Record, person
from marketplace import notifications
from marketplace.forms.contact import AGREED
from marketplace.models import ContactRequest, Entry

FILE = "demonstration/letters.yaml"
# How long after a mail was written it left.
LEFT_AFTER = timedelta(seconds=4)


def load_letters(loading: Loading) -> None:
    """Load what people asked about entries, and what the portal wrote to invented persons."""
    for record in loading.files.records(FILE, key="key", part="questions"):
        _load_question(loading, record)
        record.close()
    for record in loading.files.records(FILE, key="key", part="mails"):
        _load_mail(loading, record)
        record.close()


def _load_question(loading: Loading, record: Record) -> None:
    entry = loading.find(Entry, record, "entry")
    sent, answered = loading.ago(record, "days_ago"), loading.ago(record, "answered_days_ago")
    by = person(loading, record, "answered_by") if answered else None
    row, is_new = loading.put(
        ContactRequest,
        record,
        {"key": UUID(record.need("key"))},
        entry=entry,
        city=entry.city,
        name=record.text("name"),
        address=record.text("address"),
        words=record.text("words"),
        agreed_text=str(AGREED),
        demonstration=True,
        first={"answered_at": answered, "answered_by": by},
    )
    if is_new:
        ContactRequest.objects.filter(pk=row.pk).update(sent_at=sent)


def _load_mail(loading: Loading, record: Record) -> None:
    """Load a mail as one that left long ago, or never will: no worker touches it."""
    to = person(loading, record, "to")
    state = MailState(record.text("state", MailState.SENT))
    written = loading.ago(record, "days_ago") or loading.now
    read = loading.ago(record, "read_days_ago")
    entry = loading.find_or_none(Entry, record, "entry")
    key = f"demonstration:{record.need('key')}"
    row, is_new = loading.put(
        Mail,
        record,
        {"key": key},
        kind=record.need("kind"),
        recipient=to,
        address=to.email,
        subject=record.text("subject"),
        text=record.text("text") + "\n",
        link=record.text("link"),
        about=notifications.about(entry) if entry else "",
        message_id=f"<{key}@portal.invalid>",
        first={
            "state": state,
            "read_at": read,
            "sent_at": written + LEFT_AFTER if state == MailState.SENT else None,
        },
    )
    if is_new:
        Mail.objects.filter(pk=row.pk).update(created_at=written)
