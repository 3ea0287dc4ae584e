"""The first migration of each app: tables at once, and nothing anew where they are already."""

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from cities.schema import CreateTables, refuse_half_way

OURS = ["cities", "events", "initiatives", "marketplace"]


@pytest.mark.django_db
def test_portals_set_up_by_the_steps_before_have_nothing_left_to_apply():
    for app in OURS:
        MigrationRecorder(connection).record_unapplied(app, "0001_squashed")
    loader = MigrationLoader(connection)
    assert {(app, "0001_squashed") for app in OURS} <= set(loader.applied_migrations)


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [1, 3])
def test_a_portal_with_some_of_the_steps_is_told_what_to_do(missing):
    replaces = MigrationLoader(connection).disk_migrations["cities", "0001_squashed"].replaces
    recorder = MigrationRecorder(connection)
    # A new portal notes the old steps as well.
    refuse_half_way("default")
    for old in replaces[-missing:]:
        recorder.record_unapplied(*old)
    with pytest.raises(CommandError, match=f"lacks {replaces[-missing][1]} of cities"):
        refuse_half_way("default")


@pytest.mark.django_db
def test_the_database_itself_has_every_table():
    there = set(connection.introspection.table_names())
    wanted = {
        model._meta.db_table
        for app in OURS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    }
    assert wanted <= there


@pytest.mark.django_db(transaction=True)
def test_tables_that_refer_to_one_another_are_made_and_taken_back():
    key = models.BigAutoField(primary_key=True)
    first = migrations.CreateModel("One", [("id", key)])
    to_first = models.ForeignKey("events.one", on_delete=models.CASCADE)
    second = migrations.CreateModel("Two", [("id", key.clone()), ("one", to_first)])
    to_second = models.ForeignKey("events.two", null=True, on_delete=models.CASCADE)
    made = CreateTables([first, second, migrations.AddField("one", "two", to_second)])
    assert made.describe() == "Create 2 tables"
    empty, full = ProjectState(), ProjectState()
    made.state_forwards("events", full)

    with connection.schema_editor() as editor:
        made.database_forwards("events", editor, empty, full)
    assert {"events_one", "events_two"} <= set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "events_one")
    assert [column.name for column in columns] == ["id", "two_id"]
    with connection.schema_editor() as editor:
        made.database_backwards("events", editor, full, empty)
    assert not {"events_one", "events_two"} & set(connection.introspection.table_names())
