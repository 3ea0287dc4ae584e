"""Staff screens of people, places and what the portal does in the background."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cities import effects, mails
from cities.models import (
    City,
    CityMembership,
    CityName,
    Effect,
    EffectState,
    Heartbeat,
    Mail,
    MailState,
    User,
)
from tests.factories import (
    make_city,
    make_entry,
    make_mentor,
    make_officer,
    make_organisation,
    make_participation,
    make_staff,
    make_superuser,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_staff(name="Staff"))
    return client


def make_effect(state=EffectState.DEAD, **fields):
    effect = effects.hand_over("cities.send_mail", key=f"test:{Effect.objects.count()}", mail=1)
    fields = {"last_error": "OSError: no route", "attempts": 5, **fields}
    Effect.objects.filter(pk=effect.pk).update(state=state, **fields)
    effect.refresh_from_db()
    return effect


@pytest.mark.parametrize(
    ("action", "state"), [("retry", EffectState.WAITING), ("discard", EffectState.DISCARDED)]
)
def test_what_was_given_up_is_decided_with_a_reason_and_the_rest_left_alone(staff, action, state):
    dead, done = make_effect(), make_effect(EffectState.DONE, done_at=timezone.now())
    chosen = {"action": action, "_selected_action": [dead.pk, done.pk]}

    asked = staff.post("/admin/cities/effect/", chosen).content.decode()
    empty = staff.post("/admin/cities/effect/", chosen | {"decide": "1", "reason": " "})
    dead.refresh_from_db()
    assert "no route" in asked
    assert "Give a reason" in empty.content.decode()
    assert dead.state == EffectState.DEAD

    answer = staff.post(
        "/admin/cities/effect/", chosen | {"decide": "1", "reason": "Network is back"}, follow=True
    )

    dead.refresh_from_db()
    done.refresh_from_db()
    assert (dead.state, done.state) == (state, EffectState.DONE)
    assert dead.note == "Staff: Network is back"
    assert "was not given up" in answer.content.decode()


def test_effects_and_mails_are_looked_at_and_never_edited(staff):
    effect = make_effect()

    assert staff.get("/admin/cities/effect/add/").status_code == 403
    page = staff.get(f"/admin/cities/effect/{effect.pk}/change/").content.decode()
    assert "no route" in page
    assert "_save" not in page
    assert (
        staff.post(f"/admin/cities/effect/{effect.pk}/delete/", {"post": "yes"}).status_code == 403
    )


def make_mail(settings, state):
    mail = mails.write(
        "test", key=f"test:{Mail.objects.count()}", to=make_user(),
        template="emails/events_registration_waiting.txt",
    )  # fmt: skip
    Mail.objects.filter(pk=mail.pk).update(state=state)
    return mail


def test_the_words_of_a_mail_are_private_but_in_a_demonstration(staff, settings):
    mail = make_mail(settings, MailState.WAITING)
    address = f"/admin/cities/mail/{mail.pk}/change/"

    assert "waiting list. When a place" not in staff.get(address).content.decode()
    settings.DEMO = True
    assert "waiting list. When a place" in staff.get(address).content.decode()


def test_a_mail_perhaps_sent_goes_again_when_a_person_says_so(staff, settings):
    unsure = make_mail(settings, MailState.UNCERTAIN)
    sent = make_mail(settings, MailState.WAITING)
    before = Effect.objects.count()

    staff.post(
        "/admin/cities/mail/", {"action": "send_again", "_selected_action": [unsure.pk, sent.pk]}
    )

    unsure.refresh_from_db()
    assert unsure.state == MailState.WAITING
    assert Effect.objects.count() == before + 1


def test_the_first_page_says_what_waits_and_that_work_is_delayed(staff):
    assert "Nothing waits, nothing failed." in staff.get("/admin/").content.decode()
    make_entry(make_city(), state="checked")
    make_effect()
    Heartbeat.objects.create(name="worker", beaten_at=timezone.now() - timedelta(hours=2))

    page = " ".join(staff.get("/admin/").content.decode().split())

    assert "<strong>1</strong> checked, waiting for a reviewer" in page
    assert "<strong>1</strong> piece of background work given up" in page
    assert "last seen 2 hours ago" in page
    assert "/admin/cities/effect/?state__exact=dead" in page


def test_the_first_page_shows_nothing_of_it_to_staff_without_the_permission(client):
    client.force_login(make_user(is_staff=True))
    assert "What waits for you" not in client.get("/admin/").content.decode()


def person_fields(person, **changes):
    fields = {
        "email": person.email, "name": person.name, "language": "en",
        "time_zone": "Europe/Paris", "is_active": "on", **changes,
    }  # fmt: skip
    for prefix in ("memberships", "expert_assignments"):
        fields |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return fields


def test_staff_open_an_account_and_hand_out_roles(staff):
    assert staff.get("/admin/cities/user/add/").status_code == 200
    staff.post(
        "/admin/cities/user/add/",
        {"email": "New@Example.org", "name": "New", "usable_password": "false"},
    )
    new = User.objects.get(name="New")
    reviewers = Group.objects.get(name="Reviewers")

    answer = staff.post(
        f"/admin/cities/user/{new.pk}/change/", person_fields(new, groups=reviewers.pk)
    )

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert new.groups.get() == reviewers


def test_staff_make_nobody_mightier_than_themselves(staff):
    above = Group.objects.create(name="Above")
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    above.permissions.add(Permission.objects.get(codename="delete_group"))
    person, superuser = make_user(), make_superuser(name="Super")
    address = f"/admin/cities/user/{person.pk}/change/"

    staff.post(address, person_fields(person, is_superuser="on", user_permissions=[1]))
    refused = staff.post(address, person_fields(person, groups=above.pk))

    person.refresh_from_db()
    assert not person.is_superuser
    assert not person.user_permissions.exists()
    assert "groups" in refused.context["adminform"].form.errors
    for part in ("change", "delete", "password"):
        end = f"{superuser.pk}/{part}/"
        answer = staff.post(f"/admin/cities/user/{end}", person_fields(superuser, name="Mine"))
        assert answer.status_code == 403
    own = User.objects.get(name="Staff")
    staff.post(f"/admin/cities/user/{own.pk}/change/", person_fields(own))
    own.refresh_from_db()
    assert own.is_staff


def test_a_membership_is_ended_and_stays_on_record(staff):
    officer = make_officer(make_city())
    membership = CityMembership.objects.get()

    staff.post(
        "/admin/cities/citymembership/",
        {"action": "end_today", "_selected_action": membership.pk},
    )

    membership.refresh_from_db()
    # Today is what it is where the person at the screen sits.
    today = timezone.localdate(timezone=ZoneInfo(User.objects.get(name="Staff").time_zone))
    assert membership.until == today
    assert membership.user == officer


@pytest.mark.parametrize("written", ["=1+1", "+SUM(A1)", "-2+3", "@cmd", "\tx"])
def test_no_exported_text_is_taken_for_a_formula(staff, written):
    make_city(name="Plain", note=written, latitude=-33.5, longitude=-70.6)
    fields = {f"cityresource_{name}": "on" for name in ("slug", "note", "latitude")}

    answer = staff.post("/admin/cities/city/export/", {"format": "0", "resource": "", **fields})

    assert answer.status_code == 200
    text = answer.content.decode()
    assert f"'{written}" in text
    assert "-33.5" in text
    assert "'-33.5" not in text


def test_lists_of_staff_take_as_many_queries_for_thirty_rows_as_for_three(staff):
    def add(number):
        for _number in range(number):
            city = make_city()
            CityName.objects.create(city=city, language="fr", name=city.name)
            make_officer(city)
            make_mentor(city)
            make_participation(city=city)
            make_organisation(city=city)
            make_effect()

    def counted():
        found = {}
        for model in (
            "city", "user", "organisation", "participation", "citymembership", "expertassignment",
            "effect", "consortium", "edition", "theme", "pairing", "mail", "source",
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert staff.get(f"/admin/cities/{model}/").status_code == 200, model
            found[model] = len(queries)
        return found

    add(3)
    few = counted()
    add(27)

    assert counted() == few
    assert City.objects.count() == 30


def test_lists_have_their_own_names_and_mark_examples_alone(client):
    make_city(name="Real")
    City.objects.filter(pk=make_city(name="Invented").pk).update(demonstration=True)
    client.force_login(make_superuser())
    page = client.get("/admin/cities/city/").content.decode()
    assert "<h1>Cities</h1>" in page
    assert "to change" not in page
    assert page.count('<td class="field-example">Example</td>') == 1


def test_mail_and_background_work_stand_in_a_group_of_their_own(client):
    client.force_login(make_superuser())
    groups = {app["name"]: app["models"] for app in client.get("/admin/").context["app_list"]}
    assert groups["Operations"][0]["object_name"] == "Mail"
    assert "Effect" not in [one["object_name"] for one in groups["Cities"]]


def test_a_list_with_a_title_of_its_own_keeps_it(client):
    client.force_login(make_superuser())
    assert "<h1>Review queue</h1>" in client.get("/admin/marketplace/revision/").content.decode()
