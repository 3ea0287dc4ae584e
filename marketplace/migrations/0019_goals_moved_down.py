from django.db import migrations, models


class Migration(migrations.Migration):
    """The goals became the ground floor's: solutions name them there."""

    dependencies = [
        ('cities', '0008_goals'),
        ('marketplace', '0018_goals_move_down'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='revision',
                    name='goals',
                    field=models.ManyToManyField(blank=True, related_name='revisions', to='cities.goal'),
                ),
                migrations.DeleteModel(name='Goal'),
            ],
        ),
    ]
