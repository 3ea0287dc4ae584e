from django.db import migrations


def rename(apps, before, after):
    deployments = apps.get_model("marketplace", "Deployment").objects
    deployments.filter(status=before).update(status=after)


def forwards(apps, schema_editor):
    rename(apps, "pilot", "piloting")


def backwards(apps, schema_editor):
    rename(apps, "piloting", "pilot")


class Migration(migrations.Migration):
    """The ledger's word for a pilot; the way back keeps it."""

    dependencies = [("marketplace", "0004_ledger_demands_freshness")]
    operations = [migrations.RunPython(forwards, backwards)]
