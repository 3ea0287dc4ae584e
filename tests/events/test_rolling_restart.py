"""A release that knows nothing of a new column goes on writing rows beside the new one."""

import pytest
from django.db import connection

from events.models import Event, Registration, Session
from tests.factories import make_event, make_session, make_user

pytestmark = pytest.mark.django_db


def written_as_before(model, *new, **changes):
    """Copy a row of a table as SQL that does not name some columns."""
    columns = {
        field.column: connection.ops.quote_name(field.column)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.column not in new
    }
    values = {**columns, **dict.fromkeys(changes, "%s")}
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns.values())}) "
            f"SELECT {', '.join(values.values())} FROM {table}",
            list(changes.values()),
        )
    return model.objects.latest("pk")


def test_events_and_registrations_can_be_written_without_the_new_columns():
    event = make_event()
    Registration.objects.create(event=event, user=make_user(), status="confirmed")

    registration = written_as_before(Registration, "code_number", user_id=make_user().pk)
    second = written_as_before(Event, "days_shown", slug="second")

    assert (registration.code_number, second.days_shown) == (0, "")


def test_sessions_can_be_written_without_the_new_columns():
    make_session()

    session = written_as_before(Session, "recording", "moderators_outside", slug="second")

    assert (session.recording, session.moderators_outside) == ("", "")
