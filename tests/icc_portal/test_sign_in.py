"""Signing in by e-mail address, and out."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cities.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def person():
    cache.clear()
    return User.objects.create_user("officer@city.example", PASSWORD, name="An officer")


def sign_in(client, login="officer@city.example", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": login, "password": password, **more})


def test_whoever_signs_in_comes_to_the_desk(client):
    answer = sign_in(client, login="Officer@City.example")

    assert answer.status_code == 302
    assert answer["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_desk_sends_a_visitor_to_sign_in_and_back(client):
    answer = client.get("/desk/")

    assert answer["Location"] == "/accounts/login/?next=/desk/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_signing_in_leads_to_no_other_site(client, elsewhere):
    assert sign_in(client, next=elsewhere)["Location"] == "/desk/"


def test_a_wrong_password_and_an_unknown_person_are_told_the_same(client):
    wrong = sign_in(client, password="not the password").content.decode()
    unknown = sign_in(client, login="nobody@city.example").content.decode()

    words = "email address and/or password you specified are not correct"
    assert words in wrong
    assert words in unknown


def test_guessing_is_stopped_for_a_while_even_with_the_right_word(client):
    for _ in range(20):
        sign_in(client, password="not the password")

    answer = sign_in(client)

    assert answer.status_code in {200, 429}
    assert "_auth_user_id" not in client.session


def test_whoever_is_no_longer_active_cannot_sign_in(client, person):
    person.is_active = False
    person.save()

    sign_in(client)

    assert "_auth_user_id" not in client.session


def test_libraries_say_things_in_our_words(client, person):
    assert "Forgotten password" in client.get("/accounts/password/reset/").content.decode()
    person.is_staff = True
    person.save()
    client.force_login(person)
    page = client.get("/admin/").content.decode()
    assert "Sign out" in page
    assert "Log out" not in page


def test_a_second_factor_does_not_wait_for_a_mail(client, person):
    sign_in(client)
    again = client.get("/accounts/2fa/totp/activate/")["Location"]
    answer = client.post(again, {"password": PASSWORD}, follow=True)
    assert "Activate an authenticator app" in " ".join(answer.content.decode().split())


def test_rights_come_from_groups_and_from_oneself_with_one_question_at_most(client, person):
    review, view = (
        Permission.objects.get(codename=code) for code in ("review_entry", "view_entry")
    )

    def rights_of(user):
        client.force_login(user)
        asked = client.get("/desk/").wsgi_request.user
        with CaptureQueriesContext(connection) as queries:
            rights = asked.get_all_permissions()
        assert len(queries) == 0, "the page has asked already"
        return rights

    assert rights_of(person) == set()
    person.user_permissions.add(view)
    group = Group.objects.create(name="People who review")
    group.permissions.add(review, view)
    person.groups.add(group)
    assert rights_of(person) == {"marketplace.review_entry", "marketplace.view_entry"}
    assert User.objects.get(pk=person.pk).has_perm("marketplace.review_entry")
    assert not User(is_active=False, pk=person.pk).has_perm("marketplace.review_entry")
    person.is_superuser = True
    person.save()
    assert "cities.add_city" in User.objects.get(pk=person.pk).get_all_permissions()
