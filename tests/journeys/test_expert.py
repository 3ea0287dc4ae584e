"""An expert at a lab: offers slots, reads questions, answers talks, and notes what came of one."""

import re

from playwright.sync_api import expect

from tests.journeys.labs import A_LAB, LATER

SLUG = "lab-of-an-expert"
TWO_QUESTIONS = """
round = MeetingRound.objects.create(event=lab, title="Clinic of experts")
slots(round, 14, 3)
expert = round.experts.create(user=person("expert"), kind="lead")
for slug, question in (("rouen", "Who pays the upkeep?"), ("cork", "Which licence did you take?")):
    asker = round.askers.create(city=city(slug))
    asker.wishes.create(expert=expert, rank=1, question=question)
print(round.pk)
"""
# As staff do who plan by hand; their own way through the admin is in test_planning.py.
BOTH_TALKS = """
from events.models import MeetingRound
from events.services import meetings
round = MeetingRound.objects.get(event__slug="lab-of-an-expert")
offers = round.experts.get().offers.order_by("slot")
for asker, offer in zip(round.askers.order_by("city__name"), offers, strict=True):
    meetings.arrange(round, asker=asker.pk, expert=offer.expert_id, slot=offer.slot_id)
meetings.publish(round)
"""
LINK = re.compile(r"(/events/one-to-one/\d+/)")


def test_an_expert_offers_slots_answers_two_cities_and_notes_what_came_of_a_talk(visit, portal):
    portal.shell(A_LAB.format(slug=SLUG, title="Lab of an expert") + TWO_QUESTIONS)
    expert = visit()
    page = expert.sign_in("expert@example.org")
    expert.open(f"/events/{SLUG}/")
    expert.follow("Slots you offer, and questions to you")
    asked = page.get_by_role("complementary", name="Questions to you")
    expect(asked).to_contain_text("Who pays the upkeep?")
    expect(asked).to_contain_text("Wish 1 of the city")
    slots = expert.main.get_by_role("checkbox")
    expect(slots).to_have_count(3)
    slots.nth(0).check()
    slots.nth(2).check()
    page.get_by_label("Link", exact=True).fill("meet.example.org/joost")
    page.get_by_label("What cities can ask you about").fill("Upkeep of open systems")
    expert.press("Save")
    expect(page.get_by_text("Your slots are saved.")).to_be_visible()

    portal.shell(BOTH_TALKS)
    mail = portal.wait_for_mail(To="expert@example.org", Subject="Rouen")
    expert.open(LINK.search(mail.get_content())[1])
    expect(expert.main).to_contain_text("Who pays the upkeep?")
    expect(page.get_by_role("link", name=re.compile("^Join"))).to_have_attribute(
        "href", "https://meet.example.org/joost"
    )
    expert.press("I will come")
    expect(page.get_by_text("You said that you will come.")).to_be_visible()
    accepted = page.url.removeprefix(portal.address)

    # The other one is declined, with a reason that the city reads in its mail.
    expert.open(f"/events/{SLUG}/mine/")
    expert.follow(re.compile("^Cork"))
    page.get_by_text("Call it off…").click()
    page.get_by_label(re.compile("^Reason")).fill("I know too little of licences.")
    expert.press("Call it off")
    expect(page.get_by_text("The talk is called off", exact=False).first).to_be_visible()
    assert expert.axe() == []
    off = portal.wait_for_mail(To="cork@example.org", Subject="Called off")
    assert "I know too little of licences." in off.get_content()

    # After the talk: two short texts, which the city reads as well and can go on with.
    portal.shell(LATER.format(slug=SLUG, days=15))
    expert.open(accepted)
    expect(page.get_by_role("button", name="I will come")).to_have_count(0)
    page.get_by_label("Notes").fill("Three cities share one contract.")
    page.get_by_label("What was agreed").fill("Joost sends the contract.")
    expert.press("Save the notes")
    expect(page.get_by_text("Your notes are saved.")).to_be_visible()
    city = visit(width=360)
    city.sign_in("rouen@example.org")
    city.open(accepted)
    expect(city.page.get_by_label("What was agreed")).to_have_value("Joost sends the contract.")
    assert city.overflow_px() <= 0
    for window in (expert, city):
        assert window.axe() == []
        window.keep_picture(f"talk-{window is expert}")
