"""At a lab: a guest from outside answers and comes in by a code, and a city declines."""

import re

import pytest
from playwright.sync_api import expect

A_LAB_WITH_A_GUEST = """
from datetime import timedelta
from django.utils import timezone
from cities.models import User
from events.models import Event, EventKind, Session, SessionKind
from events.services import guests
today = timezone.localdate()
lab = Event.objects.create(
    slug="{slug}", title="Lab with guests", kind=EventKind.objects.first(), status="published",
    format="on_site", time_zone="UTC", starts_on=today, ends_on=today + timedelta(days=1),
)
day = lab.days.create(date=today + timedelta(days=1))
begins = timezone.now() + timedelta(hours=20)
for title in ("Welcome", "Workshop"):
    Session.objects.create(
        day=day, slug=title.lower(), title=title, kind=SessionKind.objects.first(),
        starts_at=begins, ends_at=begins + timedelta(hours=1),
    )
guest = lab.guests.create(name="Gerda Gast", email="{slug}@example.org", organisation="Harbour")
for session in Session.objects.filter(day=day):
    guest.places.create(session=session)
guests.invite(guest, by=User.objects.get(email="staff@example.org"))
print("made")
"""
THE_CODE = """
from events.models import Guest
from events.services import guest_doors
print(guest_doors.code_of_guest(Guest.objects.get(email="{slug}@example.org")))
"""
A_PROMISE = """
from datetime import timedelta
from django.utils import timezone
from cities.models import City
from events.models import Session
session = Session.objects.get(
    day__event__slug="demonstration-lab-in-leuven", slug="commitments"
)
print(session.next_steps.create(
    title="Count chairs together", city=City.objects.get(slug="rouen"),
    with_city=City.objects.get(slug="porto"), due_on=timezone.localdate() + timedelta(days=30),
).pk)
"""
LINK = re.compile(r"(/events/guest/\w+/)")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_guest_answers_by_the_mailed_link_and_comes_in_by_a_code(visit, portal, javascript):
    slug = f"guests-{'with' if javascript else 'without'}-scripts"
    assert "made" in portal.shell(A_LAB_WITH_A_GUEST.format(slug=slug))
    mail = portal.wait_for_mail(To=f"{slug}@example.org")
    link = LINK.search(mail.get_content())[1]
    guest = visit(javascript=javascript, width=360)
    page = guest.open(link)
    expect(page.get_by_text("Dear Gerda Gast")).to_be_visible()
    page.get_by_label("Workshop").uncheck()
    guest.press("Accept")
    expect(page.get_by_text("You are expected")).to_be_visible()
    expect(page.get_by_role("img", name="QR code of Gerda Gast for the door")).to_be_visible()
    assert guest.overflow_px() == 0
    if javascript:
        assert guest.axe() == []
    address = page.get_by_role("link", name="Calendar file (.ics)").get_attribute("href")
    calendar = page.request.get(address)
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "Welcome" in calendar.text()
    assert "Workshop" not in calendar.text()
    guest.keep_picture(f"guest-{javascript}")

    # Whoever keeps the door scans the code, and presses once.
    staff = visit(javascript=javascript)
    staff.sign_in("staff@example.org")
    code = portal.shell(THE_CODE.format(slug=slug)).strip().splitlines()[-1]
    staff.open(f"/events/check-in/{code}/")
    staff.press("Mark as present")
    expect(staff.page.get_by_text("Is here today")).to_be_visible()
    staff.open(f"/events/{slug}/door/")
    expect(staff.page.get_by_text("Gerda Gast").first).to_be_visible()
    if javascript:
        assert staff.axe() == []

    # Who comes no more has neither calendar nor code.
    guest.press("Decline")
    expect(page.get_by_text("You do not come")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(0)
    assert page.request.get(address).status == 404


def test_a_city_asks_and_the_other_declines_with_a_reason_that_stays(visit, portal):
    rouen = visit()
    page = rouen.sign_in("rouen@example.org")
    step = portal.shell(A_PROMISE)
    path = f"/events/steps/{step.strip().splitlines()[-1]}/"
    rouen.open(path)
    rouen.press("Make it a collaboration of Métropole Rouen Normandie and Porto")
    expect(page.get_by_text("The other city is asked, by mail.")).to_be_visible()
    assert rouen.axe() == []

    porto = visit(width=360)
    porto.sign_in("mentor@example.org")
    porto.open(path)
    porto.follow("Decline, with a reason")
    # Without a reason nothing is said, and what is typed stays.
    porto.press("Decline the collaboration")
    expect(porto.page.get_by_role("alert")).to_contain_text("Why")
    porto.page.get_by_label("Why").fill("We buy no furniture this year.")
    assert porto.axe() == []
    porto.press("Decline the collaboration")
    expect(porto.page.get_by_text("Declined. The other city is told.")).to_be_visible()
    expect(porto.page.get_by_text("We buy no furniture this year.")).to_be_visible()
    assert porto.overflow_px() == 0
    porto.keep_picture("declined")
    rouen.open(path)
    expect(page.get_by_text("We buy no furniture this year.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Make it a collaboration"))).to_have_count(0)
