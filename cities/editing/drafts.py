"""Autosave: the last state of a half-filled form, kept on the server for its writer alone."""

from __future__ import annotations

import time
from collections.abc import Mapping

from django.db import transaction
from django.http import QueryDict

from cities.models import ClosedForm, FormDraft, User

MOST_CHARACTERS = 400_000
NEVER_KEPT = {
    "csrfmiddlewaretoken",
    "password",
    "credential",
    "key",
    "autosave_number",
    "autosave_page",
}


# The largest numbers that every database keeps.
LAST_PAGE, LAST_NUMBER = 2**63 - 1, 2**31 - 1


class TooLong(Exception):
    """More was typed than a draft can keep."""


def typed(fields: QueryDict, *, leave_out: set[str]) -> dict[str, list[str]]:
    """Return the fields of a form as JSON can keep them, without those named in `leave_out`.

    No text holds the NUL sign, and PostgreSQL refuses it; everything else stays as it was typed.
    """
    return {
        name.replace("\0", ""): [value.replace("\0", "") for value in fields.getlist(name)]
        for name in fields
        if name not in leave_out
    }


def length(kept: Mapping[str, list[str]]) -> int:
    """Return how many characters fields hold, their names included."""
    return sum(len(name) + sum(map(len, values)) for name, values in kept.items())


def new_page() -> int:
    """Return when a page is being opened, in milliseconds, for its hidden `autosave_page`."""
    return time.time_ns() // 1_000_000


class Closed(Exception):
    """The page was saved or given up before this arrived."""


@transaction.atomic
def save(
    user: User, form: str, target: str, fields: QueryDict, *, page: int, number: int
) -> FormDraft:
    """Keep the fields of a form unless a newer state is kept already; return what is kept.

    `page` is when the page was opened, `number` counts its saves. A save that arrives late, from
    the same page or from one opened before, changes nothing. Raises TooLong, Closed for a page that
    was saved or given up meanwhile, and ValueError for numbers that no page of ours sends.
    """
    if not (0 <= page <= LAST_PAGE and 0 <= number <= LAST_NUMBER):
        raise ValueError("No such page, or no such save of it.")
    kept = typed(fields, leave_out=NEVER_KEPT)
    if length(kept) > MOST_CHARACTERS:
        raise TooLong
    # Who saves and who discards at the same moment waits for the other here.
    closed, _made = ClosedForm.objects.select_for_update().get_or_create(
        user=user, form=form, target=target
    )
    if page <= closed.page:
        raise Closed
    draft, is_new = FormDraft.objects.select_for_update().get_or_create(
        user=user,
        form=form,
        target=target,
        defaults={"data": kept, "page": page, "sequence": number},
    )
    if not is_new and (draft.page, draft.sequence) < (page, number):
        draft.data, draft.page, draft.sequence = kept, page, number
        draft.save()
    return draft


def load(user: User, form: str, target: str = "") -> FormDraft | None:
    """Return what somebody typed and did not save, or None."""
    return FormDraft.objects.filter(user=user, form=form, target=target).first()


def as_data(draft: FormDraft) -> QueryDict:
    """Return a draft as data for a bound form."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


@transaction.atomic
def discard(user: User, form: str, target: str = "", *, page: str = "") -> None:
    """Forget a draft, once its form was saved or given up.

    `page` is the `autosave_page` with which the form came. What that page, that of the draft, or
    one opened before sends later is refused, or the draft would be there again.
    """
    closed, _made = ClosedForm.objects.select_for_update().get_or_create(
        user=user, form=form, target=target
    )
    kept = FormDraft.objects.filter(user=user, form=form, target=target)
    sent = int(page) if page.isdecimal() and len(page) < 19 else 0
    # No page of ours was opened in the future: one that says so would close the form for good.
    closed.page = max(closed.page, min(sent, new_page()), *kept.values_list("page", flat=True), 0)
    closed.save()
    kept.delete()
