"""Asking the owners of an entry whether it is still true, once a year, with one click to answer.

A link works without signing in, once, and for two months. The database keeps its digest only, and
the kept text of the mail has no link: it is worked out when the mail leaves.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cities import mails
from cities.mails import one_click
from cities.models import Mail, User
from cities.today import today
from marketplace.freshness.ages import last_true_on
from marketplace.models import Entry, FreshnessLink, FreshnessQuestion
from marketplace.notifications import about, people_of, programme_staff
from marketplace.services import Refused

ASK_AFTER = timedelta(days=365)
LEAST_BETWEEN = timedelta(days=300)
LINK_DAYS = 60
# Stands in the kept text where the link will be.
LINK_HERE = "[the link that says: still true]"
KIND = "entry_still_true"
PURPOSE = "marketplace.freshness"

mails.register(
    KIND,
    label=gettext_lazy("Whether your entries are still true"),
    about=gettext_lazy("Once a year for each entry, with one click to answer."),
    may_be_off=False,
    # Its link is single-use and worked out when it leaves: a daily mail could not hold it.
    may_wait=False,
)


class FreshnessRefused(Refused):
    """This link does nothing any more; the words can be shown."""


def due_entries(today: date) -> QuerySet[Entry]:
    """Return the live entries whose owners are to be asked: nobody confirmed them for a year."""
    before = today - ASK_AFTER
    lately = FreshnessQuestion.objects.filter(
        Q(year=today.year) | Q(asked_at__gt=timezone.now() - LEAST_BETWEEN)
    )
    return (
        Entry.objects.live()
        .filter(
            Q(confirmed_on__isnull=True) | Q(confirmed_on__lte=before),
            live_revision__published_at__date__lte=before,
            live_revision__demonstration=False,
        )
        .exclude(pk__in=lately.order_by().values("entry"))
        .select_related("city", "live_revision")
        .order_by("pk")
    )


def _speakers(entry: Entry) -> list[User]:
    """Return who is asked for an entry: its city's people; staff, where there is nobody."""
    return (people_of(entry.city) if entry.city else []) or programme_staff()


@transaction.atomic
def ask(entry: Entry, year: int) -> FreshnessQuestion:
    """Ask everybody who speaks for an entry, once in a year however often this is called."""
    question, is_new = FreshnessQuestion.objects.get_or_create(entry=entry, year=year)
    if not is_new:
        return question
    for person in _speakers(entry):
        FreshnessLink.objects.create(
            question=question,
            person=person,
            digest=one_click.digest(_token(question, person)),
            expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        )
        mails.write(
            KIND,
            key=f"still-true:{question.pk}",
            to=person,
            template="emails/entry_still_true.txt",
            # There it is revised, by who signs in.
            link=(entry.live_revision or entry).get_absolute_url(),
            about=about(entry),
            entry=entry,
            answer_link=LINK_HERE,
            last=last_true_on(entry),
            days=LINK_DAYS,
        )
    return question


@transaction.atomic
def confirm(entry: Entry, by: User) -> Entry:
    """Note that an entry is still true today; whoever calls has asked whether they may."""
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    # The portal's day, wherever who confirms it is: ages are told by it to everybody.
    entry.confirmed_on = today()
    entry.save(update_fields=["confirmed_on"])
    entry.freshness_questions.filter(answered_at__isnull=True).update(
        answered_at=timezone.now(), answered_by=by
    )
    return entry


def find_link(token: str) -> FreshnessLink | None:
    """Return the link that a token belongs to, whether it can still be used or not."""
    links = FreshnessLink.objects.select_related(
        "person", "question__entry__city", "question__entry__live_revision"
    )
    return links.filter(digest=one_click.digest(token)).first()


def refusal(link: FreshnessLink) -> str:
    """Say why a link does nothing any more; "" while it works."""
    entry = link.question.entry
    if link.question.answered_at is not None:
        return _("This was answered already. Thank you.")
    if link.used_at is not None:
        return _("This link was used already.")
    if link.expires_at <= timezone.now():
        return _("This link has expired. Sign in to say that the entry is still true.")
    if entry.withdrawn_at or entry.live_revision is None:
        return _("This entry is not public any more.")
    if link.person not in _speakers(entry):
        return _("You no longer speak for this entry.")
    return ""


@transaction.atomic
def answer_by_link(token: str) -> Entry | None:
    """Take the answer of a link, once; None for a link that is not ours.

    Raises FreshnessRefused for one that was used, has expired, or whose person has left.
    """
    found = find_link(token)
    if found is None:
        return None
    # The entry is locked first: of two clicks the second finds the first one's answer.
    Entry.objects.select_for_update().get(pk=found.question.entry_id)
    link = find_link(token)
    if link is None:
        return None
    if why := refusal(link):
        raise FreshnessRefused(why)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    return confirm(link.question.entry, link.person)


def text_with_link(mail: Mail) -> str:
    """Return the text of a question as it leaves: with its person's link."""
    return one_click.text_with_link(
        mail,
        FreshnessQuestion.objects.all(),
        _token,
        mark=LINK_HERE,
        page="marketplace:still-true-link",
    )


mails.complete_when_sent(KIND, text_with_link)


def _token(question: FreshnessQuestion, person: User) -> str:
    """Work out a link's token: 256 bits that only this portal can know."""
    return one_click.token(PURPOSE, question.pk, question.entry_id, question.year, person.pk)
