from bisect import bisect_right
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import migrations
from django.db.models import F, Q

SATURDAY = 5
ONE_DAY = timedelta(days=1)
ZONE = "Europe/Brussels"
# As the columns of a process have it, where there is no row.
DAYS_IN_ALL, DAYS_TO_ASSIGN, DAYS_TO_REVIEW = 15, 2, 10


def set_clocks(apps, schema_editor):
    """Say by when what was under review before there was a clock is to be decided.

    Written with the tables as they are here, since the code that winds the clock goes on.
    """
    revisions = apps.get_model("marketplace", "Revision").objects
    without = revisions.filter(
        state__in=["submitted", "checked", "in_review"],
        submitted_at__isnull=False,
        due_on__isnull=True,
    )
    for revision in without.select_related("entry", "process__edition"):
        process = revision.process or process_of(apps, revision)
        edition = process.edition if process else None
        zone = ZoneInfo(edition.time_zone if edition else ZONE)
        day = revision.submitted_at.astimezone(zone).date()
        off = holidays_of(apps, edition)
        in_all = process.days_in_all if process else DAYS_IN_ALL
        revision.process = process
        revision.due_on = later(day, max(in_all - revision.days_before, 1), off)
        revision.stage_due_on = stage_due_on(revision, process, day, off)
        revision.save(update_fields=["process", "due_on", "stage_due_on"])


def stage_due_on(revision, process, day, off):
    """Return by when a reviewer is to be found, or the last of those who were asked is due."""
    if revision.state != "in_review":
        return later(day, process.days_to_assign if process else DAYS_TO_ASSIGN, off)
    owed = revision.reviews.filter(state__in=["asked", "started"]).order_by("-due_on").first()
    if owed is not None:
        return owed.due_on
    return later(day, process.days_to_review if process else DAYS_TO_REVIEW, off)


def process_of(apps, revision):
    """Return the process in force on the day of submission, of an edition or by default."""
    day = revision.submitted_at.date()
    running = Q(edition__starts_on__lte=day, edition__ends_on__gte=day)
    return (
        apps.get_model("marketplace", "ReviewProcess")
        .objects.select_related("edition")
        .filter(running | Q(edition=None), kind=revision.entry.kind)
        .order_by(F("edition__starts_on").desc(nulls_last=True), "pk")
        .first()
    )


def holidays_of(apps, edition):
    """Return the weekdays on which nobody works; of no edition: all there are."""
    holidays = apps.get_model("cities", "Holiday").objects.order_by()
    if edition is not None:
        holidays = holidays.filter(Q(edition=edition) | Q(edition=None))
    days = set(holidays.values_list("day", flat=True))
    return sorted(day for day in days if day.weekday() < SATURDAY)


def later(day, days, off):
    """Return the working day that comes so many working days after a day."""
    while days > 0 or not is_working(day, off):
        day += ONE_DAY
        days -= is_working(day, off)
    return day


def is_working(day, off):
    return day.weekday() < SATURDAY and bisect_right(off, day) == bisect_right(off, day - ONE_DAY)


class Migration(migrations.Migration):

    dependencies = [
        ("cities", "0004_mails_as_people_want_them"),
        ("marketplace", "0016_wishes_for_changes"),
    ]

    operations = [
        # On the way back the days stay: what reads them did without, and nobody else set them.
        migrations.RunPython(set_clocks, migrations.RunPython.noop),
    ]
