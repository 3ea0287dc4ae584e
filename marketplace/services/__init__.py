"""Writes that touch several rows. Permission is the caller's matter, conflicts are refused here."""

from marketplace.services.attachments import MOST_ATTACHMENTS, attach
from marketplace.services.choosing import candidates, choose_reviewer, open_reviews
from marketplace.services.contacts import (
    delete_old_contacts,
    mark_answered,
    receive_contact,
)
from marketplace.services.drafts import draft_of, write_draft
from marketplace.services.endings import close_reviews, end_round
from marketplace.services.entries import (
    make_live,
    new_entry,
    note_change,
    note_changes_with,
    start_revision,
    take_from_public,
)
from marketplace.services.figures import MOST_FIGURES, write_figure
from marketplace.services.processes import (
    calendars_for,
    keep_known,
    process_for,
    rubric_for,
    rubric_of,
)
from marketplace.services.refusals import Refused
from marketplace.services.remarks import remark, take_back
from marketplace.services.reviews import (
    assign,
    decline,
    give_back_in_conflict,
    give_review,
    go_on_from_the_round,
    refuse_conflict,
    refuse_open_questions,
    replace,
    save_review_draft,
    wait_for_the_decision,
    write_review,
)
from marketplace.services.rounds import (
    OPEN_REVIEW,
    agrees_to_go_on,
    asked_already,
    days_in_round,
    is_round_in,
    last_given,
    may_be_asked,
    name_of_round,
    next_round,
    number_of_rounds,
    reviewers_in_round,
    reviews_of_the_round,
    still_to_ask,
)
from marketplace.services.searches import (
    save_search,
    save_search_for_address,
    searches_due,
    stop_search,
    tell_of_new,
)
from marketplace.services.shortlists import drop_from_shortlist, keep_on_shortlist
from marketplace.services.wishes import CAN_WISH, wish_for_change

__all__ = [
    "CAN_WISH",
    "MOST_ATTACHMENTS",
    "MOST_FIGURES",
    "OPEN_REVIEW",
    "Refused",
    "agrees_to_go_on",
    "asked_already",
    "assign",
    "attach",
    "calendars_for",
    "candidates",
    "choose_reviewer",
    "close_reviews",
    "days_in_round",
    "decline",
    "delete_old_contacts",
    "draft_of",
    "drop_from_shortlist",
    "end_round",
    "give_back_in_conflict",
    "give_review",
    "go_on_from_the_round",
    "is_round_in",
    "keep_known",
    "keep_on_shortlist",
    "last_given",
    "make_live",
    "mark_answered",
    "may_be_asked",
    "name_of_round",
    "new_entry",
    "next_round",
    "note_change",
    "note_changes_with",
    "number_of_rounds",
    "open_reviews",
    "process_for",
    "receive_contact",
    "refuse_conflict",
    "refuse_open_questions",
    "remark",
    "replace",
    "reviewers_in_round",
    "reviews_of_the_round",
    "rubric_for",
    "rubric_of",
    "save_review_draft",
    "save_search",
    "save_search_for_address",
    "searches_due",
    "start_revision",
    "still_to_ask",
    "stop_search",
    "take_back",
    "take_from_public",
    "tell_of_new",
    "wait_for_the_decision",
    "wish_for_change",
    "write_draft",
    "write_figure",
    "write_review",
]
