"""Words that are not public appear nowhere the public looks, nor do another city's inside."""

import pytest
from django.test import Client

from cities.models import Mail
from initiatives.models import BudgetLine, Risk
from marketplace.models import ContactRequest, ReviewEvent

pytestmark = pytest.mark.django_db

PLACES = [
    "/",
    "/cities/",
    "/cities/city-a/",
    "/events/",
    "/initiatives/",
    "/initiatives/public-initiative/",
    "/initiatives/?q=canary",
    "/marketplace/",
    "/marketplace/?q=canary",
    "/marketplace/suggest/?q=canary",
    "/api/v1/cities/",
    "/api/v1/cities/city-a/",
    "/api/v1/events/",
    "/api/v1/initiatives/",
    "/api/v1/initiatives/public-initiative/",
    "/api/v1/solutions/",
    "/desk/mail/",
    "/desk/questions/?all=1",
    "/sitemap.xml",
    "/sitemap-initiatives.xml",
]


@pytest.fixture
def canaries(world):
    """Put a word that is found by nothing else into everything that is not public."""
    initiative = world.initiative
    initiative.support_needed = "canary-support"
    initiative.save()
    Risk.objects.create(initiative=initiative, text="canary-risk")
    BudgetLine.objects.create(initiative=initiative, label="canary-budget", amount="350000.00")
    for thing in (world.draft_initiative, world.draft_kpi, world.draft_milestone):
        thing.name = thing.title = "canary-draft"
        thing.save()
    world.draft_event.title = "canary-event"
    world.draft_event.save()
    for entry in (world.draft, world.in_review):
        entry.revisions.update(title="canary-entry", summary="canary-entry")
    review = world.review
    review.private_note = "canary-note"
    review.save()
    ReviewEvent.objects.create(
        revision=review.revision,
        action="assign",
        before="checked",
        after="in_review",
        private_note="canary-private",
        at=review.asked_at,
    )
    ContactRequest.objects.update(words="canary-question", name="canary-asker")
    # Their own mail is for officers to read.
    others = Mail.objects.exclude(recipient=world.people["officer_b"])
    others.update(subject="canary-mail", text="canary-mail")
    return world


def words_seen(client, world):
    """Every canary somebody meets on the way through the public places."""
    found = set()
    for place in PLACES:
        answer = client.get(place)
        assert answer.status_code in {200, 302, 404}, place
        text = answer.content.decode()
        for part in text.split("canary-")[1:]:
            found.add(part.split("<")[0].split('"')[0].split("&")[0].strip()[:10])
    return found


@pytest.mark.parametrize("role", ["anonymous", "officer_b", "reviewer"])
def test_outsiders_meet_no_word_that_is_not_public(canaries, role):
    client = Client()
    if canaries.people[role] is not None:
        client.force_login(canaries.people[role])
    assert words_seen(client, canaries) == set()


def test_the_team_does_meet_them_where_they_belong(canaries):
    client = Client()
    client.force_login(canaries.people["officer_a"])
    page = client.get("/initiatives/public-initiative/").content.decode()
    assert {word for word in ("support", "risk", "budget") if f"canary-{word}" in page} == {
        "support",
        "risk",
        "budget",
    }


def test_the_city_never_reads_a_reviewers_name_or_private_words(canaries):
    client = Client()
    client.force_login(canaries.people["officer_a"])
    slug = canaries.in_review.slug
    page = client.get(f"/marketplace/{slug}/revisions/1/").content.decode()
    assert "canary-note" not in page
    assert "canary-private" not in page
    assert canaries.people["reviewer"].name not in page
