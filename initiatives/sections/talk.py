"""Comments beside a section: who may read and write them, whom they name, when they are settled."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cities.models import City, CityMembership, ConsortiumMember, ExpertAssignment, User
from initiatives import notifications
from initiatives.models import Audience, Roadmap, SectionComment
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


@transaction.atomic
def say(
    roadmap: Roadmap, place: Place, author: User, said: dict[str, Any], *, link: str
) -> SectionComment:
    """Keep a comment and write to everybody it names, by a tick or as @name."""
    comment = SectionComment.objects.create(
        roadmap=roadmap,
        section=place.key,
        author=author,
        text=said["text"],
        audience=said["audience"],
    )
    readers = people(roadmap, with_advisers=said["audience"] == Audience.ADVISERS)
    named = {one.pk for one in said["mentioned"]}
    words = said["text"].casefold()
    mentioned = [one for one in readers if one.pk in named or f"@{one.name.casefold()}" in words]
    comment.mentioned.set(mentioned)
    notifications.tell_mentioned(comment, mentioned, link=link, section=place.label)
    return comment


def settle(comment: SectionComment, user: User, *, settled: bool) -> None:
    """Say that a comment is settled, or that it is not; who was faster stays."""
    if settled:
        SectionComment.objects.filter(pk=comment.pk, resolved_at=None).update(
            resolved_at=timezone.now(), resolved_by=user
        )
    else:
        SectionComment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)


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
