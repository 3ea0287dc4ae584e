from django.db import migrations

TABLE = 'events_thematicactiongroup'


def drop_lines(apps, schema_editor):
    """Remove the column of lines, which no release reads any more; some databases lost it before."""
    if 'priorities' in columns(schema_editor):
        schema_editor.execute(f'ALTER TABLE {TABLE} DROP COLUMN priorities')


def add_lines(apps, schema_editor):
    """Let an older release find its column again."""
    if 'priorities' not in columns(schema_editor):
        schema_editor.execute(
            f"ALTER TABLE {TABLE} ADD COLUMN priorities text NOT NULL DEFAULT ''"
        )


def columns(schema_editor):
    """Return the columns the table has."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, TABLE)
    return {column.name for column in found}


class Migration(migrations.Migration):

    dependencies = [('events', '0019_experts_who_left')]

    operations = [migrations.RunPython(drop_lines, add_lines)]
