"""Comments beside a section: who may read and write them, whom they name, when they are settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cities.models import City, CityMembership, ConsortiumMember, ExpertAssignment, User
from cities.models.gathering import read_together
from initiatives import notifications
from initiatives.models import Audience, Roadmap, SectionComment
from initiatives.sections.activity import others_typing
from initiatives.sections.mentions import Named, named_in
from initiatives.sections.places import Place


def is_in_team(user: User, roadmap: Roadmap) -> bool:
    """Say whether somebody acts for one of the roadmap's cities, in whatever role."""
    if user.is_superuser:
        return True
    return CityMembership.objects.running().filter(user=user, city__in=_cities(roadmap)).exists()


def people(roadmap: Roadmap, *, with_advisers: bool) -> QuerySet[User, User]:
    """Return those whom a comment may name: the team, and its advisers where they read it."""
    team = CityMembership.objects.running().filter(city__in=_cities(roadmap))
    asked = Q(pk__in=team.order_by().values("user"))
    if with_advisers:
        experts = ExpertAssignment.objects.running().filter(city__in=_cities(roadmap))
        asked |= Q(pk__in=experts.order_by().values("user"))
    return User.objects.filter(asked, is_active=True).order_by("name", "pk")


def open_counts(roadmap: Roadmap, user: User) -> dict[str, int]:
    """Return how many comments wait in each section that has some: one query."""
    waiting = SectionComment.objects.visible_to(user).open().filter(roadmap=roadmap)
    counted = waiting.order_by().values("section").annotate(number=Count("pk", distinct=True))
    return {row["section"]: row["number"] for row in counted}


def beside(
    roadmap: Roadmap, section: str, user: User, *, form: str, target: str
) -> tuple[list[SectionComment], list[str]]:
    """Return what stands beside a form, with one query.

    The open comments on the section that this person reads, the oldest first; and who else has
    typed in the form within the last minutes.
    """
    said = open_comments(roadmap, section, user)
    comments, drafts = read_together(said, others_typing(target, user, form))
    return comments, [str(draft.user) for draft in drafts]


def open_comments(roadmap: Roadmap, section: str, user: User) -> QuerySet[SectionComment]:
    """Return the open comments on a section that somebody reads, the oldest first."""
    waiting = SectionComment.objects.visible_to(user).open()
    own = ("section", "text", "audience", "created_at", "author__name", "author__email")
    return waiting.filter(roadmap=roadmap, section=section).select_related("author").only(*own)


@dataclass(frozen=True)
class Said:
    """A comment that was kept: who is told by mail, and whom its words name in vain."""

    comment: SectionComment
    told: list[User]
    named: Named
    not_reading: list[User]
    """People whom it names and who do not read it."""


@transaction.atomic
def say(roadmap: Roadmap, place: Place, author: User, said: dict[str, Any], *, link: str) -> Said:
    """Keep a comment and write to everybody it names, by a tick or as @name."""
    comment = SectionComment.objects.create(
        roadmap=roadmap,
        section=place.key,
        author=author,
        text=said["text"],
        audience=said["audience"],
    )
    everybody = list(people(roadmap, with_advisers=True))
    reading = {
        one.pk for one in people(roadmap, with_advisers=said["audience"] == Audience.ADVISERS)
    }
    ticked = {one.pk for one in said["mentioned"]}
    named = named_in(said["text"], everybody)
    by_name = {one.pk for one in named.people}
    mentioned = [one for one in everybody if one.pk in reading and one.pk in ticked | by_name]
    comment.mentioned.set(mentioned)
    notifications.tell_mentioned(comment, mentioned, link=link, section=place.label)
    told = [one for one in mentioned if one.pk != author.pk]
    return Said(comment, told, named, [one for one in named.people if one.pk not in reading])


def settle(comment: SectionComment, user: User, *, settled: bool) -> None:
    """Say that a comment is settled, or that it is not; who was faster stays."""
    if settled:
        SectionComment.objects.filter(pk=comment.pk, resolved_at=None).update(
            resolved_at=timezone.now(), resolved_by=user
        )
    else:
        SectionComment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)


def may_take_back(user: Any, comment: SectionComment) -> bool:
    """Say whether somebody may take a comment back, or put back what they took: its author."""
    if comment.author_id != user.pk:
        return False
    return comment.taken_back_at is None or comment.taken_back_by_id == user.pk


@transaction.atomic
def hide(comment: SectionComment, user: User, *, hidden: bool) -> bool:
    """Show a comment to nobody any more, or show it again; return whether that changed anything.

    Its words stay with their history. Whoever calls has asked whether this person may.
    """
    comment = SectionComment.objects.select_for_update().get(pk=comment.pk)
    if hidden == (comment.taken_back_at is not None):
        return False
    comment.taken_back_at = timezone.now() if hidden else None
    comment.taken_back_by = user if hidden else None
    comment.save(update_fields=["taken_back_at", "taken_back_by"])
    return True


def _cities(roadmap: Roadmap) -> QuerySet[City, Any]:
    participation = roadmap.participation
    members = ConsortiumMember.objects.running().filter(consortium=participation.consortium_id)
    return (
        City.objects.filter(
            Q(pk=participation.city_id) | Q(pk__in=members.order_by().values("city"))
        )
        .order_by()
        .values("pk")
    )
