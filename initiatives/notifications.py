"""Who is told what about a roadmap, by mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import User
from initiatives.models import SectionComment

MENTIONED = "initiatives_mentioned"
mails.register(
    MENTIONED,
    label=_("Comments that name you"),
    about=_("Somebody writes a comment beside a section of a roadmap and names you."),
)


def tell_mentioned(
    comment: SectionComment, people: Iterable[User], *, link: str, section: str
) -> None:
    """Write to everybody whom a comment names, once."""
    for person in people:
        if person.pk != comment.author_id:
            mails.write(
                MENTIONED,
                key=f"section-comment:{comment.pk}",
                to=person,
                template="emails/section_mentioned.txt",
                link=link,
                comment=comment,
                section=section,
            )
