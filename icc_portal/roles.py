"""The two groups the portal cannot do without, kept in step after every migration."""

from typing import Any

from django.contrib.auth.models import Group, Permission

STAFF = "Programme staff"
REVIEWERS = "Reviewers"
OURS = ["cities", "initiatives", "events", "marketplace"]
# What staff look at but must not write: history and what the machine does. Drafts are private, and
# so is what somebody looks for.
READ_ONLY = {
    *("effect", "mail", "mailaddress", "refusedaddress", "heartbeat", "contactrequest"),
    "auditentry",
    *("reviewevent", "check", "score", "indexchange"),
    *("tableimport", "tablerow", "transfer", "merge"),
    *("deliverablesnapshot", "snapshotpublication", "deliverableorder", "deliverablefile"),
    *("deliverablecheck", "intendedfinding", "ownchapter"),
    *("solverrun", "presence"),
    *("checkin", "checkinlink", "standing"),
    *("deploymentstep", "procurementevent", "freshnessquestion", "freshnesslink"),
}
PRIVATE = {
    "formdraft",
    "keptinput",
    "receipt",
    "mailpreference",
    "shortlistitem",
    "savedsearch",
    "sessionfeedback",
    "pollanswer",
    "voice",
    "toldentry",
    "roadmapsheet",
}


def ensure_groups(**_kwargs: Any) -> None:
    """Create the groups and give them their permissions; leave others that staff made alone."""
    permissions = Permission.objects.filter(content_type__app_label__in=OURS)
    staff, _created = Group.objects.get_or_create(name=STAFF)
    for permission in permissions.select_related("content_type"):
        model = permission.content_type.model
        writes = not permission.codename.startswith("view_")
        is_history = model.startswith("historical")
        if model in PRIVATE or (writes and (model in READ_ONLY or is_history)):
            continue
        if permission.codename == "review_entry":
            continue
        staff.permissions.add(permission)
    reviewers, _created = Group.objects.get_or_create(name=REVIEWERS)
    reviewers.permissions.add(*permissions.filter(codename="review_entry"))
