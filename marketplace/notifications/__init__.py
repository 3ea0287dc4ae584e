"""Who is told what, by mail. Each is written with the change that causes it."""

from marketplace.notifications import hidden, kinds
from marketplace.notifications.owners import (
    contact_key,
    tell_asked_to_take,
    tell_city,
    tell_of_contact,
    tell_transfer_answered,
)
from marketplace.notifications.people import about, people_of, programme_staff
from marketplace.notifications.reviews import (
    escalate,
    remind,
    tell_given_back,
    tell_nobody_is_free,
    tell_of_opinion,
    tell_of_wish,
    tell_opinion_is_declined,
    tell_overdue,
    tell_replaced,
    tell_review_is_over,
    tell_reviewer,
    tell_reviews_are_in,
    tell_round_is_over,
    tell_waits_for_staff,
)
from marketplace.notifications.searches import tell_of_new

__all__ = [
    "about",
    "contact_key",
    "escalate",
    "hidden",
    "kinds",
    "people_of",
    "programme_staff",
    "remind",
    "tell_asked_to_take",
    "tell_city",
    "tell_given_back",
    "tell_nobody_is_free",
    "tell_of_contact",
    "tell_of_new",
    "tell_of_opinion",
    "tell_of_wish",
    "tell_opinion_is_declined",
    "tell_overdue",
    "tell_replaced",
    "tell_review_is_over",
    "tell_reviewer",
    "tell_reviews_are_in",
    "tell_round_is_over",
    "tell_transfer_answered",
    "tell_waits_for_staff",
]
