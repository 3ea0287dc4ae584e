"""Who is told what about a roadmap, by mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import City, CityMembership, User
from initiatives.models import Connector, DeliverableWork, SectionComment
from initiatives.permissions import may_edit
from initiatives.series import cities_of

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


def _writes_for_a_city(user: User) -> bool:
    return CityMembership.objects.running().filter(user=user, role__may_edit=True).exists()


mails.register(
    "initiatives_connector",
    label=_("Sources of your KPIs"),
    about=_("A source no longer lets the portal fetch the value of a KPI."),
    concerns=_writes_for_a_city,
)
mails.register(
    "initiatives_hand_in_failed",
    label=_("Hand-ins that failed"),
    about=_("A deliverable that you handed in was not kept, and has to be handed in again."),
    concerns=_writes_for_a_city,
)


def tell_hand_in_failed(work: DeliverableWork) -> None:
    """Tell whoever asked for a hand-in that it failed, with what they wrote."""
    mails.write(
        "initiatives_hand_in_failed",
        key=f"hand-in-failed:{work.pk}",
        to=work.asked_by,
        template="emails/hand_in_failed.txt",
        link=reverse("initiatives:deliverable-hand-in", args=[work.roadmap_id]),
        about=f"initiatives.roadmap:{work.roadmap_id}",
        work=work,
        contact=settings.PORTAL_CONTACT,
    )


def tell_denied(connector: Connector) -> None:
    """Tell who set a connector up, or else the team, that its credential is no longer taken."""
    for person in _people(connector):
        mails.write(
            "initiatives_connector",
            key=f"connector-denied:{connector.pk}:{connector.denied_since:%Y%m%d%H%M}",
            to=person,
            template="emails/connector_denied.txt",
            link=connector.get_absolute_url(),
            about=f"initiatives.connector:{connector.pk}",
            connector=connector,
        )


def _people(connector: Connector) -> list[User]:
    roadmap = connector.kpi.initiative.roadmap
    if connector.created_by is not None and may_edit(connector.created_by, roadmap):
        return [connector.created_by]
    participation = roadmap.participation
    cities = cities_of(roadmap) or list(City.objects.filter(participations=participation))
    team = CityMembership.objects.running().filter(city__in=cities, role__may_edit=True)
    return list(User.objects.filter(pk__in=team.values("user")).order_by("pk"))
