"""What is fact and what is invention can be told apart in every record."""

import pytest
from django.apps import apps

from cities.models import Source, Sourced, User
from events.models import Talk

SOURCED = [model for model in apps.get_models() if issubclass(model, Sourced)]


@pytest.mark.parametrize("model", SOURCED, ids=lambda model: model._meta.label)
def test_every_record_has_a_source_or_is_marked_as_invented_never_both(programme, model):
    wrong = [row for row in model.objects.all() if bool(row.source) == row.demonstration]
    assert wrong == []


def test_every_source_named_by_a_record_is_listed(programme):
    listed = set(Source.objects.values_list("key", flat=True))
    named = {key for model in SOURCED for row in model.objects.all() for key in row.source_keys}
    assert named - listed == set()
    assert listed - named == set()


def test_every_person_is_marked_as_invented_and_can_be_reached_by_nobody(programme):
    people = User.objects.all()
    assert people.count() > 20
    assert not people.filter(demonstration=False).exists()
    assert all(person.email.endswith("@example.org") for person in people)
    assert not Talk.objects.exclude(speaker_name="").exists()
    real = Talk.objects.filter(session__demonstration=False)
    assert not real.filter(speaker__isnull=False).exists()


def test_the_accounts_of_the_demonstration_can_sign_in(programme, client):
    for person in User.objects.filter(email__in=["rouen@example.org", "staff@example.org"]):
        assert client.login(username=person.email, password="demo-icc-portal")
