"""Whatever connectors brought so far was confirmed in the unit that their KPI has now."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_over(apps, schema_editor):
    """Give each connector the unit of its KPI."""
    units = apps.get_model("initiatives", "KPI").objects.filter(pk=OuterRef("kpi"))
    connectors = apps.get_model("initiatives", "Connector").objects
    connectors.update(unit=Subquery(units.values("unit")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("initiatives", "0003_units_of_connectors"),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
