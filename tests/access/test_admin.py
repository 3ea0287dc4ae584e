"""Who gets into the admin, for every model that is registered there."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from icc_portal.roles import OURS, PRIVATE, READ_ONLY
from tests.access.conftest import ROLES

pytestmark = pytest.mark.django_db

# Only a superuser decides what a group may do, or looks at other libraries' rows.
SUPERUSER_ONLY = {"group", "emailaddress", "socialapp", "socialaccount", "socialtoken"}
OUTSIDERS = {"officer_a", "officer_b", "mentor", "reviewer"}


def registered():
    """Every model of the admin, by its app and name."""
    return sorted((model._meta.app_label, model._meta.model_name) for model in admin.site._registry)


def answer(client, name, *args):
    """Return the status, with the sign-in redirect as 302."""
    return client.get(reverse(name, args=args)).status_code


@pytest.fixture
def clients(world):
    """A signed-in browser for each role."""
    made = {}
    for role in ROLES:
        made[role] = Client(raise_request_exception=False)
        if world.people[role] is not None:
            made[role].force_login(world.people[role])
    return made


def test_nobody_but_staff_opens_any_page_of_the_admin(clients):
    wrong = []
    for app, model in registered():
        for role in ["anonymous", *sorted(OUTSIDERS)]:
            for page in ("changelist", "add"):
                got = answer(clients[role], f"admin:{app}_{model}_{page}")
                if got not in {302, 403, 404}:
                    wrong.append(f"{role} {app}.{model} {page}: {got}")
    assert not wrong, "\n".join(wrong)


def test_staff_see_all_of_ours_but_what_is_private_and_superusers_everything(clients):
    wrong = []
    for app, model in registered():
        ours = app in OURS and model not in PRIVATE | SUPERUSER_ONLY
        expected = {"staff": 200 if ours else 403, "superuser": 200}
        for role, status in expected.items():
            got = answer(clients[role], f"admin:{app}_{model}_changelist")
            if got != status:
                wrong.append(f"{role} {app}.{model}: {got} instead of {status}")
    assert not wrong, "\n".join(wrong)


def test_what_the_machine_writes_nobody_adds_by_hand(clients):
    wrong = []
    for app, model in registered():
        if app in OURS and model in READ_ONLY:
            for role in ("staff", "superuser"):
                got = answer(clients[role], f"admin:{app}_{model}_add")
                if got != 403:
                    wrong.append(f"{role} adds {app}.{model}: {got}")
    assert not wrong, "\n".join(wrong)


def test_staff_cannot_make_themselves_or_others_superusers(clients, world):
    officer = world.people["officer_a"]
    page = reverse("admin:cities_user_change", args=[officer.pk])
    shown = clients["staff"].get(page)
    form = shown.context["adminform"].form
    data = {name: form.initial.get(name) or "" for name in form.fields}
    data |= {"is_superuser": "on", "is_staff": "on", "email": officer.email, "name": "New name"}
    data |= {"user_permissions": [], "groups": [Group.objects.get(name="Programme staff").pk]}
    clients["staff"].post(page, data)
    officer.refresh_from_db()
    assert officer.is_superuser is False
    assert officer.is_staff is False
