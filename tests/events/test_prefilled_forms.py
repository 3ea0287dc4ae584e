"""The admin's forms for new rows open whatever the address that leads to them says."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import make_meeting_round, make_superuser

pytestmark = pytest.mark.django_db
BROKEN = ["x", "", "-1", "9" * 30, "1,x", "\x00", "²"]
OURS = {"cities", "initiatives", "events", "marketplace"}
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


@pytest.fixture
def staff(client):
    client.force_login(make_superuser())
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_new_row_can_be_begun_from_an_address_that_is_wrong(staff, model, rf):
    opts = model._meta
    address = reverse(f"admin:{opts.app_label}_{opts.model_name}_add")
    plain = staff.get(address).status_code
    names = [field.name for field in (*opts.fields, *opts.many_to_many)]
    for value in BROKEN:
        answer = staff.get(address, dict.fromkeys(names, value))
        assert answer.status_code == plain, (value, answer)


def test_what_an_address_names_and_is_there_stands_chosen(staff):
    round = make_meeting_round()

    page = staff.get(reverse("admin:events_meetingexpert_add"), {"round": round.pk})

    assert f'<option value="{round.pk}" selected>' in page.content.decode()
