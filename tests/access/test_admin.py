"""Who gets into the admin, for every model that is registered there."""

from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.access.admin_table import ADMIN, MODEL_PAGES, PORTAL_WIDE
from tests.access.conftest import ROLES

pytestmark = pytest.mark.django_db

OUTSIDERS = ["officer_a", "anonymous", "officer_b", "mentor", "reviewer"]
PAGES = ["changelist", "add", "change", "delete", "history"]
NOWHERE = 999_999_999


def registered():
    """The name of every model in the admin: "cities.city"."""
    return {model._meta.label_lower: model for model in admin.site._registry}


def names_below(prefix):
    """The name of every address below a prefix; those without one by their pattern."""

    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            else:
                yield pattern.name or f"unnamed: {pattern.pattern}"

    for resolver in get_resolver().url_patterns:
        if str(resolver.pattern) == prefix:
            yield from walk(resolver.url_patterns)


def answer(client, model, page):
    """Return the letter of the answer for a model's page: o, f, or l for "sign in"."""
    row = model._default_manager.first()
    arguments = [] if page in {"changelist", "add"} else [row.pk if row else NOWHERE]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    response = client.get(reverse(name, args=arguments))
    if response.status_code == 302:
        # Staff who ask for a row that is not there are led back to where they were allowed to ask.
        return "l" if urlsplit(response["Location"]).path == reverse("admin:login") else "o"
    return {200: "o", 403: "f"}.get(response.status_code, str(response.status_code))


@pytest.fixture
def clients(world):
    """A signed-in browser for each role."""
    made = {}
    for role in ROLES:
        made[role] = Client(raise_request_exception=False)
        if world.people[role] is not None:
            made[role].force_login(world.people[role])
    return made


def test_every_model_and_page_of_the_admin_is_in_the_table():
    models = registered()
    assert sorted(set(models) - set(ADMIN)) == [], "models without a line in admin_table.py"
    assert sorted(set(ADMIN) - set(models)) == [], "lines of admin_table.py without a model"
    own = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in models.values()
        for page in PAGES
    }
    # The last two are Django's own: a row's old address, and whatever else is asked for.
    unnamed = {
        *(f"unnamed: {part}" for part in ("<path:object_id>/", "(?P<url>.*)$")),
        *(name for name in names_below("admin/") if name.startswith("unnamed: r/")),
    }
    others = set(names_below("admin/")) - own - PORTAL_WIDE - unnamed
    assert sorted(others) == sorted(MODEL_PAGES)


def test_nobody_but_staff_opens_any_page_of_the_admin(clients):
    wrong = []
    for label, model in registered().items():
        for role in OUTSIDERS:
            # Which of them it is makes no difference to Django; one of them tries every page.
            for page in PAGES if role == OUTSIDERS[0] else PAGES[:1]:
                got = answer(clients[role], model, page)
                if got != "l":
                    wrong.append(f"{role} {label} {page}: {got}")
    for name in sorted(MODEL_PAGES):
        needs_row = name.endswith("simple_history")
        arguments = [NOWHERE, NOWHERE] if needs_row else []
        for role in OUTSIDERS:
            response = clients[role].get(reverse(f"admin:{name}", args=arguments))
            if response.status_code != 302 or "login" not in response["Location"]:
                wrong.append(f"{role} {name}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_staff_and_superusers_do_what_the_table_says(clients):
    wrong = []
    models = registered()
    for label, (staff, superuser) in ADMIN.items():
        for role, expected in (("staff", staff), ("superuser", superuser)):
            pages = PAGES[: len(expected)]
            got = "".join(answer(clients[role], models[label], page) for page in pages)
            if got != expected:
                wrong.append(f"{role} {label}: {got} instead of {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("comment", "role", "status"),
    [
        ("team_comment", "staff", 404),
        ("team_comment", "superuser", 200),
        ("shared_comment", "staff", 200),
    ],
)
def test_what_a_team_says_among_itself_has_no_history_for_staff(
    clients, world, comment, role, status
):
    said = world.things[comment]
    earlier = said.history.earliest()
    name = "admin:initiatives_sectioncomment"
    for page in (
        reverse(f"{name}_history", args=[said.pk]),
        reverse(f"{name}_simple_history", args=[said.pk, earlier.pk]),
    ):
        assert clients[role].get(page).status_code == status, page


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
