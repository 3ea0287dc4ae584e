"""What was mailed about an entry stands in its history, for staff: its words, and no secret."""

import re

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse

from cities import mails
from cities.mails.opened import SECRET
from cities.models import Mail
from marketplace import freshness, notifications
from tests.factories import make_city, make_entry, make_officer, make_staff, make_user

pytestmark = pytest.mark.django_db
WORDS = "Other cities rely on it."


@pytest.fixture
def entry():
    """A public entry whose officer was asked whether it is still true."""
    entry = make_entry(make_city(), title="Smart bins")
    make_officer(entry.city)
    freshness.ask(entry, 2026)
    return entry


def pages(entry):
    """The pages of staff on which a mail about an entry stands."""
    return [
        reverse("admin:marketplace_entry_change", args=[entry.pk]),
        reverse("admin:marketplace_revision_change", args=[entry.live_revision_id]),
        reverse("admin:cities_mail_change", args=[Mail.objects.get().pk]),
    ]


def test_staff_read_what_was_sent_about_an_entry_outside_a_demonstration(client, entry, settings):
    assert not settings.DEMO
    client.force_login(make_staff())
    for page in pages(entry):
        assert WORDS in client.get(page).content.decode(), page


def test_who_has_a_conflict_of_interest_reads_none_of_it(client, entry):
    person = make_officer(entry.city, is_staff=True)
    person.groups.set(make_staff().groups.all())
    client.force_login(person)
    for page in pages(entry):
        assert WORDS not in client.get(page).content.decode(), page


@pytest.mark.parametrize("pattern", ["still-true-link", "search-stop"])
def test_addresses_that_are_secrets_are_cut(client, entry, pattern):
    token = "0f3c9b7e-2222-4444-8888-1234567890ab"
    link = reverse(f"marketplace:{pattern}", kwargs={SECRET: token})
    open_link = entry.get_absolute_url()
    text = f"{WORDS} {settings.BASE_URL}{link} ({settings.BASE_URL}{open_link})"
    Mail.objects.update(text=text, link=link)
    client.force_login(make_staff())
    for page in pages(entry):
        shown = client.get(page).content.decode()
        assert WORDS in shown
        assert open_link in shown
        assert token not in shown, page


def secret_paths(resolver, before=""):
    """Every path of the portal with a secret in it, with that secret written as it may be."""
    for each in resolver.url_patterns:
        path = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from secret_paths(each, path)
        elif f":{SECRET}>" in path:
            # What stands before it, such as the code of a room, is no secret.
            yield re.sub(rf"<\w+:(?!{SECRET}>)\w+>", "K7M4Q2", path)


def test_every_address_with_a_token_is_cut_wherever_it_stands():
    token = "0f3c9b7e-2222-4444-8888-1234567890ab"
    paths = [
        path.replace(f"<{kind}:{SECRET}>", token)
        for path in secret_paths(get_resolver())
        for kind in ("slug", "str", "uuid")
        if f"<{kind}:{SECRET}>" in path
    ]
    assert len(paths) >= 6
    for path in paths:
        whole = f"{settings.BASE_URL}/{path}"
        for address in (
            *(whole, f"/{path}", f"“{whole}”", f"{whole}.", f"{whole}, or", f"({whole})"),
            *(f"[this]({whole})", whole.rstrip("/"), f"https://www.example.org//{path}"),
            whole.replace("http", "HTTP", 1),
        ):
            assert token not in mails.without_secrets(f"See {address}\nand so on."), address


def test_other_mails_stay_private(client, entry, settings):
    mail = mails.write(
        "test", key="private", to=make_user(), template="emails/events_registration_waiting.txt"
    )
    client.force_login(make_staff())
    shown = client.get(reverse("admin:cities_mail_change", args=[mail.pk])).content.decode()
    assert mail.subject in shown
    assert mail.text.splitlines()[0] not in shown
    assert not mails.is_open(mail)
    assert mails.is_open(Mail(about=notifications.about(entry)))
