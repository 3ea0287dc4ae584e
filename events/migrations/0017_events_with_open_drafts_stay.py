import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0016_guests_at_the_door'),
    ]

    operations = [
        migrations.AlterField(
            model_name='plandraft',
            name='event',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plan_draft', to='events.event'),
        ),
    ]
