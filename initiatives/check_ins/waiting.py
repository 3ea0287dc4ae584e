"""Check-ins nobody answered yet, for the desks of those who may: also who came after the mail."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cities.desk import DeskItem
from cities.models import CityMembership, User
from initiatives.check_ins.asking import LINK_DAYS
from initiatives.models import CheckIn, CheckInLink, Roadmap, RoadmapStatus


def open_for(user: User) -> QuerySet[CheckIn]:
    """Ask for what was asked within two months of cities in whose name this person may speak."""
    speaks_for = CityMembership.objects.running().filter(user=user, role__may_submit=True)
    roadmaps = Roadmap.objects.of_cities(speaks_for.order_by().values("city"))
    # One without links was never sent: there is nothing to say any more.
    was_sent = Exists(CheckInLink.objects.filter(check_in=OuterRef("pk")).order_by())
    return (
        CheckIn.objects.filter(
            was_sent,
            roadmap__status=RoadmapStatus.PUBLISHED,
            roadmap__in=roadmaps.order_by().values("pk"),
            answered_at=None,
            asked_at__gt=timezone.now() - timedelta(days=LINK_DAYS),
        )
        .select_related("roadmap")
        .only("asked_at", "year", "roadmap__title")
        .order_by("asked_at", "pk")
    )


def as_item(check_in: CheckIn) -> DeskItem:
    """Return a check-in as a desk shows it."""
    asked = timezone.localdate(check_in.asked_at)
    return DeskItem(
        title=_("How your ambitions stand"),
        url=reverse("initiatives:check-in", args=[check_in.roadmap_id]),
        kind=_("Yearly check-in"),
        detail=_("%(roadmap)s · asked on %(day)s")
        % {"roadmap": check_in.roadmap, "day": date_format(asked, "DATE_FORMAT")},
        due_on=asked + timedelta(days=LINK_DAYS),
        action=_("Say how they stand"),
    )
