"""Addresses of sessions: one on a day is like no other."""

from __future__ import annotations

from django.utils.text import slugify

from events.models import Session


def free_address(session: Session) -> str:
    """Keep the address, or make one of the title; a number sets apart two of a name on one day."""
    wanted = session.slug or slugify(session.title)[:70] or "session"
    others = Session.objects.filter(day=session.day).exclude(pk=session.pk)
    taken = set(others.filter(slug__startswith=wanted).values_list("slug", flat=True))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
