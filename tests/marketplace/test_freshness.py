"""Is an entry still true: asked once a year, answered by one click, told when it is old."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cities import mails, outbound
from cities.models import Effect, Mail
from marketplace import freshness, periodic
from marketplace.freshness import FreshnessRefused, answer_by_link
from marketplace.models import Check, FreshnessLink, FreshnessQuestion
from marketplace.periodic import ask_whether_true
from tests.factories import make_entry, make_officer, make_process, make_staff
from tests.marketplace.at_once import all_at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def old_entry(days=400, **fields):
    """A public entry that was published so many days ago, with somebody who speaks for it."""
    at = timezone.now() - timedelta(days=days)
    entry = make_entry(published_at=at, submitted_at=at, **fields)
    make_officer(entry.city)
    return entry


def link_in(mail):
    """The link of a mail as it leaves."""
    words = mails.text_as_sent(mail).split()
    return next(word for word in words if "/still-true/" in word)


def token_of(entry):
    freshness.ask(entry, TODAY.year)
    return link_in(Mail.objects.get()).rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize(("days", "is_due"), [(10, False), (364, False), (366, True), (2000, True)])
def test_entries_nobody_confirmed_for_a_year_are_due(days, is_due):
    entry = old_entry(days)
    assert list(freshness.due_entries(TODAY)) == ([entry] if is_due else [])


def test_what_was_confirmed_withdrawn_or_invented_is_not_asked_about():
    confirmed, withdrawn = old_entry(), old_entry()
    confirmed.confirmed_on = TODAY - timedelta(days=30)
    confirmed.save()
    withdrawn.withdrawn_at = timezone.now()
    withdrawn.save()
    old_entry(demonstration=True)
    assert not freshness.due_entries(TODAY)


def test_the_clock_asks_once_a_year_however_often_it_ticks():
    entry = old_entry()
    for _each in range(3):
        ask_whether_true()
    assert Mail.objects.count() == FreshnessQuestion.objects.count() == 1
    freshness.ask(entry, TODAY.year)
    assert Mail.objects.count() == 1
    # Asked in December, it is not asked again in January.
    FreshnessQuestion.objects.update(year=TODAY.year - 1)
    ask_whether_true()
    assert Mail.objects.count() == 1
    FreshnessQuestion.objects.update(asked_at=timezone.now() - timedelta(days=366))
    ask_whether_true()
    assert Mail.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        FreshnessQuestion.objects.create(entry=entry, year=TODAY.year)


@pytest.mark.parametrize("role", [None, {"may_submit": False}])
def test_where_a_city_has_nobody_to_submit_staff_are_asked(role):
    at = timezone.now() - timedelta(days=400)
    entry, staff = make_entry(published_at=at, submitted_at=at), make_staff()
    if role:
        make_officer(entry.city, role)
    ask_whether_true()
    asked = Mail.objects.get()
    assert (asked.recipient, asked.kind) == (staff, "entry_still_true")
    answer_by_link(link_in(asked).rstrip("/").rpartition("/")[2])
    entry.refresh_from_db()
    assert entry.confirmed_on == TODAY


def test_one_click_answers_without_signing_in_and_opening_the_link_changes_nothing():
    entry = old_entry()
    freshness.ask(entry, TODAY.year)
    url = link_in(Mail.objects.get())
    stranger = Client(enforce_csrf_checks=True)
    opened = stranger.get(url)
    assert opened.status_code == 200
    assert opened["Referrer-Policy"] == "no-referrer"
    assert "no-store" in opened["Cache-Control"]
    assert not opened.cookies
    stranger.head(url)
    entry.refresh_from_db()
    assert entry.confirmed_on is None
    assert "Thank you" in stranger.post(url).content.decode()
    entry.refresh_from_db()
    assert entry.confirmed_on == TODAY
    again = stranger.post(url)
    assert again.status_code == 409
    assert "answered already" in again.content.decode()
    assert FreshnessQuestion.objects.get().answered_by.memberships.get().city == entry.city


@pytest.mark.parametrize("has_city", [True, False])
def test_the_mail_leads_to_where_the_entry_is_revised(client, has_city):
    entry = old_entry(title="Smart bins")
    if not has_city:
        entry.city = None
        entry.owner_note = "A network"
        entry.save()
        make_staff()
    freshness.ask(entry, TODAY.year)
    mail = Mail.objects.get()
    lines = mails.text_as_sent(mail).splitlines()
    link = lines[lines.index("Something changed: edit it there.") + 1]
    client.force_login(mail.recipient)
    shown = client.get(link).content.decode()
    assert '<input type="hidden" name="act" value="revise">' in shown
    client.post(f"{link}act/", {"act": "revise"})
    assert entry.revisions.get(state="draft").title == "Smart bins"


def test_the_database_holds_no_link_that_works():
    entry = old_entry()
    token = token_of(entry)
    mail, link = Mail.objects.get(), FreshnessLink.objects.get()
    assert token not in mail.text + mail.link + link.digest
    assert answer_by_link(link.digest) is None
    assert answer_by_link("0" * 64) is None
    assert answer_by_link(token) == entry


def test_a_link_ends_with_its_time_its_use_and_its_persons_role():
    entry = old_entry()
    token = token_of(entry)
    links = FreshnessLink.objects.all()
    links.update(expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(FreshnessRefused, match="expired"):
        answer_by_link(token)
    links.update(expires_at=timezone.now() + timedelta(days=1))
    person = links.get().person
    person.memberships.update(until=TODAY - timedelta(days=1))
    with pytest.raises(FreshnessRefused, match="no longer"):
        answer_by_link(token)
    person.memberships.update(until=None)
    entry.withdrawn_at = timezone.now()
    entry.save()
    with pytest.raises(FreshnessRefused, match="not public"):
        answer_by_link(token)
    entry.withdrawn_at = None
    entry.save()
    answer_by_link(token)
    with pytest.raises(FreshnessRefused):
        answer_by_link(token)


def test_who_writes_for_an_entry_says_so_on_its_page_and_others_do_not(client):
    entry = old_entry()
    url = reverse("marketplace:still-true", args=[entry.slug])
    assert client.post(url).status_code == 302
    client.force_login(make_staff())
    assert client.post(url).status_code == 403
    client.force_login(make_officer(entry.city, {"may_submit": False}))
    assert url in client.get(entry.get_absolute_url()).content.decode()
    assert client.get(url).status_code == 405
    client.post(url)
    entry.refresh_from_db()
    assert entry.confirmed_on == TODAY


def test_what_is_old_says_so_on_card_and_page_until_it_is_confirmed(client):
    entry = old_entry(days=600, title="Smart bins")
    month = (TODAY - timedelta(days=600)).strftime("%B %Y")
    pages = ("/marketplace/", entry.get_absolute_url())
    for page in pages:
        assert f"Last confirmed in {month}" in client.get(page).content.decode()
    freshness.confirm(entry, make_officer(entry.city))
    for page in pages:
        assert "Last confirmed in" not in client.get(page).content.decode()


def test_an_entry_says_when_its_links_were_last_tried(client):
    entry = old_entry()
    tried_on(date(2024, 2, 1), entry, name="links")
    # That they are spelt well was found without asking anybody.
    assert "links were last tried" not in client.get(entry.get_absolute_url()).content.decode()
    tried_on(date(2024, 3, 1), entry)
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "Its links were last tried on 1 March 2024." in page


def tried_on(day, entry, name="answers"):
    """The links of an entry were tried on that day, at noon."""
    return Check.objects.create(
        revision=entry.live_revision,
        name=name,
        state="done",
        outcome="passed",
        checked_at=timezone.make_aware(datetime(day.year, day.month, day.day, 12)),
    )


def test_links_of_public_entries_are_tried_again_in_turn_a_few_at_a_time(
    settings, drain, monkeypatch
):
    settings.ASKS_OTHER_SERVERS, settings.LINKS_TRIED_EVERY_DAYS = True, 30
    monkeypatch.setattr(periodic, "MOST_TRIED_AT_ONCE", 2)
    website = "https://example.org"
    oldest, older, old = (
        tried_on(TODAY - timedelta(days=days), old_entry(website=website))
        for days in (300, 200, 100)
    )
    fresh = tried_on(TODAY - timedelta(days=20), old_entry())
    spelling = tried_on(TODAY - timedelta(days=300), old.revision.entry, name="links")
    silent = tried_on(TODAY - timedelta(days=300), old_entry())
    silent.revision.process = make_process(asks_outside=False)
    silent.revision.save()
    withdrawn = tried_on(TODAY - timedelta(days=300), old_entry())
    withdrawn.revision.entry.withdrawn_at = timezone.now()
    withdrawn.revision.entry.save()
    monkeypatch.setattr(outbound, "fetch", lambda url, **_options: outbound.Answer(url, 404))

    for _each in range(3):
        periodic.try_links_again()
    waiting = Effect.objects.filter(kind="marketplace.ask_outside")
    assert {(each.queue, each.arguments["check"]) for each in waiting} == {
        ("outside", oldest.pk),
        ("outside", older.pk),
    }
    drain()
    for row, is_new in [(oldest, True), (older, True), (old, False)]:
        row.refresh_from_db()
        assert (timezone.localdate(row.checked_at) == TODAY, row.outcome == "advice") == (
            is_new,
            is_new,
        )
    periodic.try_links_again()
    periodic.try_links_again()
    drain()
    for row, is_new in [(old, True), (fresh, False), (spelling, False), (silent, False)]:
        row.refresh_from_db()
        assert (timezone.localdate(row.checked_at) == TODAY) == is_new
    withdrawn.refresh_from_db()
    assert withdrawn.outcome == "passed"
    assert not Check.objects.filter(state="running").exists()


def test_links_whose_work_was_given_up_hold_no_others_up(settings, monkeypatch):
    settings.ASKS_OTHER_SERVERS, settings.LINKS_TRIED_EVERY_DAYS = True, 30
    monkeypatch.setattr(periodic, "MOST_TRIED_AT_ONCE", 1)
    first, second = (tried_on(TODAY - timedelta(days=days), old_entry()) for days in (300, 200))

    def asked():
        periodic.try_links_again()
        return [one.arguments["check"] for one in Effect.objects.filter(state="waiting")]

    assert asked() == [first.pk]
    Effect.objects.update(state="dead")
    assert asked() == [second.pk]
    Effect.objects.update(state="dead")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert asked() == [first.pk]


def test_no_links_are_tried_where_the_portal_asks_no_other_servers(settings):
    settings.ASKS_OTHER_SERVERS = False
    tried_on(TODAY - timedelta(days=300), old_entry())
    periodic.try_links_again()
    assert not Effect.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_several_clicks_at_once_one_answers():
    token = token_of(old_entry())

    def click(_thing, _number, gate):
        gate.wait()
        return answer_by_link(token)

    outcomes = all_at_once(click, list(range(5)))
    refused = [one for one in outcomes if isinstance(one, FreshnessRefused)]
    assert len(refused) == 4, outcomes
    assert FreshnessLink.objects.get().used_at is not None


def test_a_day_long_ago_is_told_and_a_day_of_late_is_not():
    entry = old_entry(days=freshness.STALE_AFTER_DAYS + 1)
    assert isinstance(freshness.stale_since(entry), date)
    entry.confirmed_on = TODAY
    assert freshness.stale_since(entry) is None
