"""An address an entry had before leads on: below its page, in the API, and where it is chosen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from marketplace import moves
from marketplace.models import Entry, FormerAddress
from marketplace.urls import urlpatterns
from marketplace.views.leading_on import leads_on
from marketplace.views.selection import Selection
from tests.factories import make_attachment, make_city, make_entry, make_officer, make_staff
from tests.uploads import a_pdf

pytestmark = pytest.mark.django_db
OLD = "old-name"
API = "/api/v1/solutions/"


@pytest.fixture
def entry(db):
    """An entry that was renamed."""
    entry = make_entry(title="Open data")
    FormerAddress.objects.create(slug=OLD, entry=entry)
    return entry


def led_to(answer):
    return answer.status_code, answer.headers.get("Location")


def at(name, slug, *more):
    return reverse(f"marketplace:{name}", args=[slug, *more])


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("entry-versions", ()),
        ("revision-detail", (1,)),
        ("revision-edit", (1,)),
        ("revision-step", (1, "text")),
        ("revision-check", (1,)),
        ("revision-preview", (1,)),
        ("revision-withdraw", (1,)),
        ("reuse-choose", ()),
        ("transfer-ask", ()),
    ],
)
def test_every_page_below_it_leads_to_the_same_one_below_the_new_address(client, entry, name, more):
    client.force_login(make_officer(entry.city))
    answer = client.get(at(name, OLD, *more) + "?kept=1")
    assert led_to(answer) == (301, at(name, entry.slug, *more) + "?kept=1")


def test_no_way_below_an_entry_forgets_it():
    below = [
        one
        for one in urlpatterns
        if str(one.pattern).startswith("marketplace/<slug:slug>/") and one.name != "entry-detail"
    ]
    assert len(below) > 15
    forgetful = [one.name for one in below if one.callback.__code__ is not leads_on(len).__code__]
    assert forgetful == []


def test_a_file_and_a_row_of_the_ledger_are_found_below_it(client, entry):
    file = make_attachment(entry.live_revision, a_pdf())
    answer = client.get(at("attachment", OLD, file.pk))
    assert led_to(answer) == (301, at("attachment", entry.slug, file.pk))
    city = make_city()
    client.force_login(make_officer(city))
    answer = client.get(at("reuse-edit", OLD, city.slug))
    assert led_to(answer) == (301, at("reuse-edit", entry.slug, city.slug))


def test_what_is_sent_to_it_is_sent_on_and_nothing_typed_is_lost(client, entry):
    city = make_city()
    client.force_login(make_officer(city))
    sent = {"version": 0, "currency": "EUR", "step": "use", "note": "Typed before the new name.",
            "values-TOTAL_FORMS": 0, "values-INITIAL_FORMS": 0}  # fmt: skip
    answer = client.post(at("reuse-edit", OLD, city.slug), sent)
    assert led_to(answer) == (308, at("reuse-edit", entry.slug, city.slug))
    client.post(at("reuse-edit", OLD, city.slug), sent, follow=True)
    assert city.deployments.get().note == "Typed before the new name."


def test_of_an_entry_that_was_never_public_its_own_people_alone_learn_the_address(client):
    draft = make_entry(state="draft")
    FormerAddress.objects.create(slug=OLD, entry=draft)
    client.force_login(make_officer(make_city()))
    assert client.get(at("revision-detail", OLD, 1)).status_code == 404
    client.force_login(make_officer(draft.city))
    answer = client.get(at("revision-detail", OLD, 1))
    assert led_to(answer) == (301, at("revision-detail", draft.slug, 1))


def test_an_address_that_another_entry_has_by_now_is_that_ones(client, entry):
    other = make_entry(title="Another")
    Entry.objects.filter(pk=other.pk).update(slug=OLD)
    client.force_login(make_officer(other.city))
    assert client.get(at("revision-detail", OLD, 1)).status_code == 200
    assert client.get(f"{API}{OLD}/").json()["title"] == "Another"
    # What it does not have is not looked for below the entry that left.
    assert client.get(at("revision-detail", OLD, 7)).status_code == 404


def test_programs_are_led_on_and_told_what_is_gone(client, entry):
    assert led_to(client.get(f"{API}{OLD}/")) == (301, f"http://testserver{API}{entry.slug}/")
    kept, merged = make_entry(title="Rain gauges"), make_entry(title="Rain gauge network")
    moves.merge(kept, merged, actor=make_staff(), reason="The same thing.")
    answer = client.get(f"{API}{merged.slug}/")
    assert led_to(answer) == (301, f"http://testserver{API}{kept.slug}/")
    Entry.objects.filter(pk=entry.pk).update(withdrawn_at=timezone.now())
    answer = client.get(f"{API}{OLD}/", follow=True)
    assert answer.status_code == 410
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "This entry was withdrawn from the marketplace."
    assert client.get(f"{API}never-there/").status_code == 404


def test_an_address_never_leads_to_itself(client, entry):
    FormerAddress.objects.create(slug=entry.slug, entry=entry)
    Entry.objects.filter(pk=entry.pk).update(withdrawn_at=timezone.now(), live_revision=None)
    assert client.get(f"{API}{entry.slug}/").status_code == 410
    assert client.get(f"/marketplace/shortlist/?e={entry.slug}").status_code == 200


def test_below_an_entry_that_went_into_another_the_same_page_is_that_ones(client):
    kept, merged = make_entry(title="Rain gauges"), make_entry(title="Rain gauge network")
    moves.merge(kept, merged, actor=make_staff(), reason="The same thing.")
    answer = client.get(at("publiccode-file", merged.slug))
    assert led_to(answer) == (301, at("publiccode-file", kept.slug))
    answer = client.get(f"{API}{merged.slug}/?format=json")
    assert led_to(answer) == (301, f"http://testserver{API}{kept.slug}/?format=json")


def test_programs_learn_no_address_of_what_was_never_public(client):
    FormerAddress.objects.create(slug=OLD, entry=make_entry(state="draft"))
    assert client.get(f"{API}{OLD}/").status_code == 404


@pytest.mark.parametrize("page", ["/marketplace/compare/", "/marketplace/shortlist/"])
def test_a_comparison_and_a_shortlist_with_old_addresses_lead_to_the_new_ones(client, entry, page):
    kept, merged = make_entry(title="Rain gauges"), make_entry(title="Rain gauge network")
    moves.merge(kept, merged, actor=make_staff(), reason="The same thing.")
    asked = f"{page}?only=differences&e={OLD}&e={merged.slug}&e={kept.slug}&e=nothing"
    answer = client.get(asked)
    now = f"{page}?only=differences&e={entry.slug}&e={kept.slug}&e=nothing"
    assert led_to(answer) == (301, now)
    page = client.get(now)
    assert page.status_code == 200
    assert page.context["missing"] == 1


def test_nothing_is_asked_about_addresses_that_are_right(client, entry, django_assert_num_queries):
    selection = Selection((entry.slug,), None)
    with django_assert_num_queries(0):
        assert selection.led_on([entry.slug]) is None
