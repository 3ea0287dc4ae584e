"""Shortcuts of single keys on the review desk: only for who turned them on."""

import pytest
from django.urls import reverse

from tests.factories import make_city, make_entry, make_officer, make_review, make_reviewer

pytestmark = pytest.mark.django_db
KEYS, DESK = reverse("marketplace:review-keys"), reverse("marketplace:review-desk")
SCRIPT = "js/review-keys.js"


def text(answer):
    return answer.content.decode()


def test_they_are_off_until_a_reviewer_turns_them_on_and_can_be_turned_off(client):
    reviewer = make_reviewer()
    review = make_review(make_entry(state="in_review").revisions.get(), reviewer)
    client.force_login(reviewer)
    for page in (DESK, review.get_absolute_url()):
        shown = text(client.get(page))
        assert SCRIPT not in shown
        assert KEYS in shown
    assert "They are off" in text(client.get(KEYS))

    assert "shortcuts are on" in text(client.post(KEYS, {"keys": "on"}, follow=True))
    for page in (DESK, review.get_absolute_url()):
        shown = text(client.get(page))
        assert SCRIPT in shown
        assert '<dialog class="ds-dialog" id="keys"' in shown
    client.logout()
    client.force_login(reviewer)
    assert SCRIPT in text(client.get(DESK))

    client.post(KEYS, {"keys": "off"})
    assert SCRIPT not in text(client.get(DESK))


def test_whoever_has_no_review_desk_has_no_keys_for_it(client):
    officer = make_officer(make_city())
    client.force_login(officer)
    assert client.get(KEYS).status_code == 403
    assert client.post(KEYS, {"keys": "on"}).status_code == 403
    officer.refresh_from_db()
    assert not officer.single_keys
