"""Values before and after that were there before their history: it begins with what they say."""

from django.db import migrations
from django.utils import timezone

AT_ONCE = 500


def begin_their_history(apps, schema_editor):
    value = apps.get_model("marketplace", "DeploymentValue")
    history = apps.get_model("marketplace", "HistoricalDeploymentValue")
    columns = [field.attname for field in value._meta.concrete_fields]
    without = value.objects.exclude(pk__in=history.objects.values("id")).order_by()
    now = timezone.now()
    history.objects.bulk_create(
        [
            history(**row, history_date=now, history_type="+")
            for row in without.values(*columns).iterator(AT_ONCE)
        ],
        batch_size=AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0002_value_dates")]

    operations = [migrations.RunPython(begin_their_history, migrations.RunPython.noop)]
