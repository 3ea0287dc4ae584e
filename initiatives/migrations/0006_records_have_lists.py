"""Give the records of rows that are there the lists of today.

Nobody kept the lists before. Records without them would say, with the next change of an
initiative, that whoever made it added all of its themes, goals and partners.
"""

from collections import defaultdict

from django.db import migrations

LISTS = [
    ("Initiative", "themes", "theme"),
    ("Initiative", "goals", "goal"),
    ("Initiative", "partners", "organisation"),
    ("Roadmap", "partners", "organisation"),
]


def fill(apps, schema_editor):
    """Put each list as it is now into every record of its row."""
    for model, name, named in LISTS:
        kept = apps.get_model("initiatives", f"Historical{model}_{name}")
        records = defaultdict(list)
        history = apps.get_model("initiatives", f"Historical{model}").objects.order_by("pk")
        for record, row in history.values_list("pk", "id"):
            records[row].append(record)
        through = getattr(apps.get_model("initiatives", model), name).through
        own, other = f"{model.lower()}_id", f"{named}_id"
        rows = through.objects.order_by("pk").values_list("id", own, other)
        for row, whose, what in rows.iterator(chunk_size=500):
            kept.objects.bulk_create(
                [
                    kept(id=row, history_id=record, **{own: whose, other: what})
                    for record in records[whose]
                ],
                batch_size=500,
            )


class Migration(migrations.Migration):

    dependencies = [("initiatives", "0005_history_keeps_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
