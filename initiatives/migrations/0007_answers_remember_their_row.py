"""An answer to a check-in says what it is about in a column that a deletion leaves alone."""

from django.db import migrations, models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat


def fill(apps, schema_editor):
    """Write down what each answer is about, where that is still there."""
    standings = apps.get_model("initiatives", "Standing").objects
    for name in ("ambition", "step"):
        told = Concat(Value(f"{name}-"), Cast(F(f"{name}_id"), CharField()))
        standings.filter(**{f"{name}__isnull": False}).update(about_row=told)


class Migration(migrations.Migration):

    dependencies = [("initiatives", "0006_records_have_lists")]

    operations = [
        migrations.AddField(
            model_name="standing",
            name="about_row",
            field=models.CharField(blank=True, editable=False, max_length=30),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
