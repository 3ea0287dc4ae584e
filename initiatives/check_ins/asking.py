"""Asking the officers of a roadmap, once a year after its edition, with one link per answer.

A link works without signing in and for two months. The database keeps its digest only, and the
kept text of the mail has no link: it is worked out when the mail leaves.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import mails
from cities.mails import one_click
from cities.models import City, CityMembership, Mail, User
from initiatives.check_ins.answering import items_of, last_confirmed
from initiatives.models import CheckIn, CheckInAnswer, CheckInLink, Horizon, Roadmap, RoadmapStatus
from initiatives.series import cities_of

LEAST_BETWEEN = timedelta(days=300)
LINK_DAYS = 60
# Stands in the kept text where the links will begin.
LINK_HERE = "[your own link]"
KIND = "initiatives_check_in"
PURPOSE = "initiatives.check_in"


def speaks_for_a_city(user: User) -> bool:
    """Say whether somebody may ever get such a mail."""
    return CityMembership.objects.running().filter(user=user, role__may_submit=True).exists()


mails.register(
    KIND,
    label=gettext_lazy("How your ambitions stand"),
    about=gettext_lazy("Once a year after the programme, with a link for each answer."),
    concerns=speaks_for_a_city,
    # Its links are its own, and are put in when it leaves.
    may_wait=False,
)


def due_roadmaps(today: date) -> QuerySet[Roadmap]:
    """Return the public roadmaps of editions that have ended, not asked about this year or lately.

    Invented ones are left alone, and so are those without ambitions for the years ahead.
    """
    lately = CheckIn.objects.filter(asked_at__gt=timezone.now() - LEAST_BETWEEN)
    this_year = CheckIn.objects.filter(year=today.year)
    return (
        Roadmap.objects.filter(
            status=RoadmapStatus.PUBLISHED,
            participation__edition__ends_on__lt=today,
            demonstration=False,
            ambitions__horizon=Horizon.THREE_YEARS,
        )
        .exclude(pk__in=(lately | this_year).order_by().values("roadmap"))
        .select_related("participation__city", "participation__consortium")
        .distinct()
        .order_by("pk")
    )


def people_of(roadmap: Roadmap) -> list[User]:
    """Return who may speak in the name of the roadmap's city, or of its consortium's cities."""
    participation = roadmap.participation
    cities = cities_of(roadmap) or list(City.objects.filter(participations=participation))
    team = CityMembership.objects.running().filter(city__in=cities, role__may_submit=True)
    people = User.objects.filter(pk__in=team.order_by().values("user"), is_active=True)
    return list(people.order_by("pk"))


def may_answer(user: User, roadmap: Roadmap) -> bool:
    """Say whether somebody may answer for a roadmap."""
    return user in people_of(roadmap)


@transaction.atomic
def ask(roadmap: Roadmap, year: int) -> CheckIn:
    """Ask everybody who speaks for a roadmap, once in a year however often this is called.

    One of which everything is done or stopped is asked no more: its check-in is kept, unsent.
    """
    check_in, is_new = CheckIn.objects.get_or_create(roadmap=roadmap, year=year)
    items = items_of(roadmap)
    waiting = [item for item in items if item.is_open]
    if not is_new or not waiting:
        return check_in
    for person in people_of(roadmap):
        CheckInLink.objects.create(
            check_in=check_in,
            person=person,
            digest=one_click.digest(_token(check_in, person)),
            expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        )
        mails.write(
            KIND,
            key=f"check-in:{check_in.pk}",
            to=person,
            template="emails/check_in.txt",
            link=reverse("initiatives:check-in", args=[roadmap.pk]),
            about=f"initiatives.roadmap:{roadmap.pk}",
            roadmap=roadmap,
            ambitions=[item for item in waiting if not item.is_step],
            answers=CheckInAnswer,
            answer_link=LINK_HERE,
            last=last_confirmed(items),
            days=LINK_DAYS,
        )
    return check_in


def find_link(token: str) -> CheckInLink | None:
    """Return the link that a token belongs to, whether it can still be used or not."""
    links = CheckInLink.objects.select_related(
        "person",
        "check_in__roadmap__participation__city",
        "check_in__roadmap__participation__consortium",
    )
    return links.filter(digest=one_click.digest(token)).first()


def refusal(link: CheckInLink) -> str:
    """Say why a link does nothing any more; "" while it works."""
    roadmap = link.check_in.roadmap
    if link.expires_at <= timezone.now():
        return _("This link has expired. Sign in to answer.")
    if roadmap.status != RoadmapStatus.PUBLISHED:
        return _("This roadmap is not public any more.")
    if not may_answer(link.person, roadmap):
        return _("You no longer speak for this city.")
    return ""


def text_with_link(mail: Mail) -> str:
    """Return the text of a question as it leaves: with its person's links."""
    return one_click.text_with_link(
        mail,
        CheckIn.objects.all(),
        _token,
        mark=LINK_HERE,
        page="initiatives:check-in-link",
    )


mails.complete_when_sent(KIND, text_with_link)


def _token(check_in: CheckIn, person: User) -> str:
    return one_click.token(PURPOSE, check_in.pk, check_in.roadmap_id, check_in.year, person.pk)
