"""A connector knows in which unit its value was confirmed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0002_target_due_until'),
    ]

    operations = [
        migrations.AddField(
            model_name='connector',
            name='unit',
            field=models.CharField(blank=True, editable=False, max_length=40, verbose_name='confirmed in the unit'),
        ),
    ]
