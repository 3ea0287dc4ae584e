from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    """Initiatives know on which level of their roadmap's tree they stand."""

    dependencies = [
        ('initiatives', '0009_connectors'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalinitiative',
            name='level',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='level'),
        ),
        migrations.AddField(
            model_name='initiative',
            name='level',
            field=models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='level'),
        ),
        migrations.AlterField(
            model_name='historicalinitiative',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='initiatives.initiative', verbose_name='part of'),
        ),
        migrations.AlterField(
            model_name='initiative',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='initiatives.initiative', verbose_name='part of'),
        ),
    ]
