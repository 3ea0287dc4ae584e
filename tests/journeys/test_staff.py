"""Programme staff plan a meeting, hand out reviews, and mend what failed, in the admin."""

import re

from playwright.sync_api import Page, expect

WRITE_A_MAIL_WHOSE_LAST_ATTEMPT_IS_NEXT = """
from django.db import transaction
from cities import mails
from cities.models import Effect, User
from cities.models.effects import MAX_ATTEMPTS
from marketplace.models import Review
review = Review.objects.open().select_related("reviewer", "revision__entry__city").first()
with transaction.atomic():
    mail = mails.write(
        "marketplace_reminder", key="a-mail-that-fails", to=review.reviewer,
        template="emails/marketplace_reminder.txt", link="/review/",
        review=review, revision=review.revision,
    )
    Effect.objects.filter(key=f"mail:{mail.pk}").update(attempts=MAX_ATTEMPTS - 1)
print(review.reviewer.email)
"""


def fill_session(page: Page, number: int, **values: str) -> None:
    """Fill in one of the sessions on an event's page, counted from 0."""
    sessions = page.get_by_role("group", name=re.compile("^Sessions"))
    kind = values.pop("kind")
    for label, value in values.items():
        sessions.get_by_label(f"{label}:", exact=True).nth(number).fill(value)
    sessions.get_by_label("Kind:", exact=True).nth(number).select_option(label=kind)


def test_staff_put_a_city_lab_on_the_public_agenda(visit):
    staff = visit()
    page = staff.sign_in("staff@example.org")
    staff.open("/admin/events/event/add/")
    page.get_by_label("Title:", exact=True).first.fill("Spring Lab")
    page.get_by_label("Short address:").fill("spring-lab")
    page.get_by_label("Kind:", exact=True).first.select_option(label="City Lab")
    page.get_by_label("Status:").select_option(label="Published")
    page.get_by_label("First day:").fill("2031-03-11")
    page.get_by_label("Last day:").fill("2031-03-12")
    page.get_by_label("Date, 1").fill("2031-03-11")
    page.get_by_label("Title, 1").fill("Looking back")
    page.get_by_label("Date, 2").fill("2031-03-12")
    page.get_by_label("Title, 2").fill("Looking ahead")
    first = {"Date": "2031-03-11", "Starts": "09:30", "Ends": "10:15", "Title": "Welcome"}
    fill_session(page, 0, **first, kind="Plenary")
    second = {"Date": "2031-03-12", "Starts": "14:00", "Ends": "16:00", "Title": "Data clinic"}
    fill_session(page, 1, **second, kind="Thematic workshop")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_text(re.compile("was added successfully"))).to_be_visible()

    # A stranger in Paris reads the agenda at once, in the time of the meeting's own zone.
    stranger = visit()
    stranger.open("/events/")
    stranger.follow("Spring Lab")
    first = stranger.page.get_by_role("region", name=re.compile("11 March 2031.*Looking back"))
    expect(first).to_contain_text("Welcome")
    expect(first).to_contain_text(re.compile(r"09:30.*10:15"))
    second = stranger.page.get_by_role("region", name=re.compile("12 March 2031"))
    expect(second.get_by_role("link", name="Data clinic")).to_be_visible()
    expect(second).to_contain_text("CET")


def test_staff_see_the_queue_with_ages_and_ask_a_reviewer(visit, portal):
    staff = visit()
    page = staff.sign_in("staff@example.org")
    staff.open("/admin/")
    staff.main.get_by_role("link", name=re.compile("waiting for a reviewer")).click()
    waiting = page.get_by_role("row", name=re.compile("Skellefteå"))
    expect(waiting).to_contain_text(re.compile(r"\d\d working days"))

    page.get_by_role("checkbox", name=re.compile("Skellefteå")).check()
    page.get_by_label("Action:").select_option(label="Ask a reviewer…")
    page.get_by_role("button", name="Go").click()
    tomasz = page.get_by_role("option", name=re.compile("Tomasz Wielgorek"))
    page.get_by_label(re.compile("^Reviewer")).select_option(tomasz.get_attribute("value"))
    page.get_by_role("button", name="Ask a reviewer").click()
    expect(page.get_by_text("Done for 1 revision.")).to_be_visible()
    staff.open("/admin/marketplace/revision/?state=in_review")
    expect(waiting).to_contain_text("Tomasz Wielgorek")
    mail = portal.wait_for_mail(Subject="Skellefteå")
    assert mail["To"] == "reviewer2@example.org"


def test_staff_find_what_failed_and_retry_it_with_a_reason(visit, portal):
    # The folder for mails is gone for a while, and a mail runs out of attempts.
    mails = portal.folder / "mails"
    mails.rename(portal.folder / "mails-away")
    mails.write_text("not a folder")
    try:
        address = portal.shell(WRITE_A_MAIL_WHOSE_LAST_ATTEMPT_IS_NEXT)
        staff = visit()
        page = staff.sign_in("staff@example.org")
        failed = page.get_by_role("link", name=re.compile("given up", re.I))
        staff.wait_until(
            lambda: staff.open("/admin/") and staff.main.get_by_text("given up").count() > 0
        )
    finally:
        mails.unlink()
        (portal.folder / "mails-away").rename(mails)

    staff.main.locator(failed).first.click()
    row = page.get_by_role("row", name=re.compile("cities.send_mail|Send mail", re.I))
    expect(row).to_contain_text("Given up")
    row.get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option(label="Retry what was given up")
    page.get_by_role("button", name="Go").click()

    # Without a reason nothing happens; with one the mail leaves.
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_label(re.compile("^Reason"))).to_be_visible()
    page.get_by_label(re.compile("^Reason")).fill("The folder for mails is back.")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("1 decided.")).to_be_visible()
    portal.wait_for_mail(To=address, Subject="your review of")
    staff.open("/admin/cities/effect/?state__exact=dead")
    expect(page.get_by_role("row", name=re.compile("cities.send_mail"))).to_have_count(0)
