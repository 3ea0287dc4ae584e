"""The lists that staff open: each app's, in the reader's language, everyday ones first."""

import pytest
from django.contrib import admin

from tests.factories import make_staff

APPS = sorted({model._meta.app_label for model in admin.site._registry})


@pytest.mark.django_db
@pytest.mark.parametrize("app", APPS)
def test_each_app_has_a_page_of_its_own_that_names_its_lists(client, app):
    client.force_login(make_staff(is_superuser=True))
    page = client.get(f"/admin/{app}/")
    assert page.status_code == 200
    (told,) = page.context["app_list"]
    assert told["app_label"] == app
    names = [model["name"] for model in told["models"]]
    assert names
    # Everyday lists have their own order; the rest goes by name.
    rest = [model["name"] for model in told["models"] if not model["everyday"]]
    assert rest == sorted(rest)
    assert all(type(name) is str for name in names)
