"""Questions to the owner of an entry: kept first, mailed second, deleted in time."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from cities.models import Mail, User
from marketplace import notifications
from marketplace.models import ContactRequest, Entry

# Two years: what the form says.
KEPT = timedelta(days=731)


@transaction.atomic
def receive_contact(
    entry: Entry,
    *,
    key: uuid.UUID,
    sender: User | None,
    name: str,
    address: str,
    words: str,
    agreed_text: str,
) -> ContactRequest:
    """Keep what somebody wrote to an entry's owner, and write to the owner's people; return it.

    The same form sent again leads to the row it made.
    """
    request, is_new = ContactRequest.objects.get_or_create(
        key=key,
        defaults={
            "entry": entry,
            "city": entry.city,
            "sender": sender,
            "name": name,
            "address": address,
            "words": words,
            "agreed_text": agreed_text,
        },
    )
    if is_new:
        notifications.tell_of_contact(request)
    return request


@transaction.atomic
def mark_answered(request: ContactRequest, user: User) -> bool:
    """Note that somebody answered; return whether nobody had before."""
    changed = ContactRequest.objects.filter(pk=request.pk, answered_at=None).update(
        answered_at=timezone.now(), answered_by=user
    )
    return bool(changed)


@transaction.atomic
def delete_old_contacts() -> int:
    """Delete what was kept for two years, and the mails that repeat its words; return how many."""
    old = list(ContactRequest.objects.filter(sent_at__lt=timezone.now() - KEPT))
    Mail.objects.filter(key__in=[notifications.contact_key(request) for request in old]).delete()
    ContactRequest.objects.filter(pk__in=[request.pk for request in old]).delete()
    return len(old)
