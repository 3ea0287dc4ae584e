"""A trigger that refuses every change of a deliverable that was handed in."""

from django.db import migrations

TABLE = "initiatives_deliverablesnapshot"
REFUSED = "A deliverable that was handed in is not changed."
MAKE = {
    "sqlite": [
        f"CREATE TRIGGER snapshot_stays BEFORE UPDATE ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION snapshot_stays() RETURNS trigger AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER snapshot_stays BEFORE UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION snapshot_stays()",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS snapshot_stays"],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS snapshot_stays ON {TABLE}",
        "DROP FUNCTION IF EXISTS snapshot_stays()",
    ],
}


def run(statements):
    def step(apps, schema_editor):
        for statement in statements.get(schema_editor.connection.vendor, []):
            schema_editor.execute(statement)

    return step


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0003_deliverables")]
    operations = [migrations.RunPython(run(MAKE), run(DROP))]
