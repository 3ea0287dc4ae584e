"""The kinds of mail the marketplace writes, and which of them staff read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cities import mails
from cities.models import User
from cities.permissions import is_programme_staff
from marketplace.permissions import is_reviewer


def _reviews_or_staff(user: User) -> bool:
    return is_reviewer(user) or is_programme_staff(user)


mails.register(
    "marketplace_decided",
    label=_("Decisions about your entries"),
    about=_("What a review of your city's profile or solution came to, and why."),
    may_be_off=False,
)
mails.register(
    "marketplace_contact",
    label=_("Questions about your entries"),
    about=_("Somebody wrote to your city about something it offers."),
)
mails.register(
    "marketplace_assigned",
    label=_("Reviews you are asked for"),
    about=_("An entry waits for your review, and until when."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_reminder",
    label=_("Reminders of your reviews"),
    about=_("The due date of a review you were asked for is near."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_no_reviewer",
    label=_("Entries without a reviewer"),
    about=_("No reviewer without a conflict of interest was found for an entry."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_overdue",
    label=_("Reviews that are late"),
    about=_("Once a day, which reviews are late."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_reassigned",
    label=_("Reviews that are needed no more"),
    about=_("Somebody else was asked for it, it was decided, or its city took the entry back."),
    concerns=is_reviewer,
)
mails.register(
    "marketplace_opinion",
    label=_("Second opinions"),
    about=_("A second opinion on an entry you review is there, or was not given."),
    concerns=_reviews_or_staff,
)
mails.register(
    "marketplace_waiting",
    label=_("Entries that wait for staff"),
    about=_("An entry waits for you to ask a reviewer, or to decide."),
    concerns=is_programme_staff,
)
mails.register(
    "marketplace_escalated",
    label=_("Reviews that wait too long"),
    about=_("Something under review is late by more than the process allows."),
    concerns=is_programme_staff,
)
mails.register(
    "saved_search",
    label=_("Saved searches"),
    about=_("Something new in the marketplace fits a search that you saved."),
)
mails.register(
    "marketplace_transfer",
    label=_("Entries that change hands"),
    about=_("A city wants to hand an entry over to yours, or yours was answered."),
    may_be_off=False,
)
mails.register(
    "marketplace_wish",
    label=_("Wishes of cities about what is reviewed"),
    about=_("A city wants to change what you are reviewing, or what waits for a reviewer."),
    concerns=_reviews_or_staff,
)

# What was sent is part of an entry's history; what a stranger asked a city is the city's alone.
mails.open_to_staff("marketplace.entry", without=["marketplace_contact"])
