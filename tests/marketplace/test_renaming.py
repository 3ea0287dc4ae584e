"""Staff give an entry another address, and every address it had leads to it for good."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from marketplace import moves
from marketplace.models import Entry, FormerAddress
from marketplace.models.entries import RESERVED
from tests.factories import make_entry, make_staff

pytestmark = pytest.mark.django_db


def rename(client, entry, slug, *, typed=()):
    """Change the address in the admin's form; `typed` are former addresses added by hand."""
    client.force_login(make_staff())
    sent = {"slug": slug, "owner_note": "", "source": ""}
    for prefix in ("revisions", "deployments"):
        sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    known = [(row.pk, row.slug) for row in entry.former_addresses.all()]
    rows = [*known, *(("", address) for address in typed)]
    for number, (key, address) in enumerate(rows):
        row = {"id": key, "slug": address, "entry": entry.pk}
        sent |= {f"former_addresses-{number}-{name}": value for name, value in row.items()}
    sent |= {
        "former_addresses-TOTAL_FORMS": len(rows),
        "former_addresses-INITIAL_FORMS": len(known),
    }
    answer = client.post(reverse("admin:marketplace_entry_change", args=[entry.pk]), sent)
    client.logout()
    assert answer.status_code == 302, answer.context["errors"]
    entry.refresh_from_db()
    assert entry.slug == slug


@pytest.mark.parametrize("address", sorted(RESERVED))
def test_an_address_of_another_page_is_refused(address):
    entry = make_entry()
    entry.slug = address
    with pytest.raises(ValidationError, match="another page") as refusal:
        entry.full_clean()
    assert list(refusal.value.message_dict) == ["slug"]


def test_the_form_of_staff_refuses_it_too(client):
    with pytest.raises(AssertionError, match="another page"):
        rename(client, make_entry(), "compare")


def led_to(client, slug):
    answer = client.get(f"/marketplace/{slug}/")
    return answer.status_code, answer.headers.get("Location")


def test_the_old_address_leads_to_the_new_one_wherever_the_entry_goes_on_to(client):
    entry = make_entry(title="Open data")
    first = entry.slug
    rename(client, entry, "second")
    rename(client, entry, "third")
    for slug in (first, "second"):
        assert led_to(client, slug) == (301, "/marketplace/third/")
    assert client.get("/marketplace/third/").status_code == 200

    # Given back, an address is no former one any more.
    rename(client, entry, first)
    assert client.get(f"/marketplace/{first}/").status_code == 200
    assert {*entry.former_addresses.values_list("slug", flat=True)} == {"second", "third"}


def test_a_withdrawn_entry_says_so_at_its_new_address(client):
    entry = make_entry(title="Open data")
    Entry.objects.filter(pk=entry.pk).update(withdrawn_at=timezone.now())
    entry.refresh_from_db()
    old = entry.slug
    rename(client, entry, "second")
    assert led_to(client, old) == (301, "/marketplace/second/")
    assert client.get("/marketplace/second/").status_code == 410


def test_a_merged_entry_leads_on_from_both_of_its_addresses(client):
    kept, merged = make_entry(title="Rain gauges"), make_entry(title="Rain gauge network")
    moves.merge(kept, merged, actor=make_staff(), reason="The same thing.")
    merged.refresh_from_db()
    old = merged.slug
    rename(client, merged, "second")
    for slug in (old, "second"):
        answer = client.get(f"/marketplace/{slug}/", follow=True)
        assert {status for _url, status in answer.redirect_chain} == {301}
        assert answer.redirect_chain[-1][0] == kept.get_absolute_url()
        assert answer.status_code == 200


def test_an_address_that_another_entry_takes_leads_there(client):
    one, two = make_entry(title="One"), make_entry(title="Two")
    old = one.slug
    rename(client, one, "second")
    rename(client, two, old)
    assert client.get(f"/marketplace/{old}/").context["entry"] == two
    assert not FormerAddress.objects.filter(slug=old).exists()


def test_staff_who_type_the_old_address_by_hand_as_well_are_not_refused(client):
    entry = make_entry(title="Open data")
    old = entry.slug
    rename(client, entry, "second", typed=[old, "older"])
    assert {*entry.former_addresses.values_list("slug", flat=True)} == {old, "older"}


def test_saving_other_columns_asks_nothing_about_addresses(django_assert_num_queries):
    entry = make_entry(title="Open data")
    with django_assert_num_queries(1):
        entry.save(update_fields=["confirmed_reuse"])
