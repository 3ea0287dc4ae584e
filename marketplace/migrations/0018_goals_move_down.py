from django.db import migrations


class Migration(migrations.Migration):
    """The goals become the ground floor's: first their table gets its new name."""

    dependencies = [
        ('marketplace', '0017_clock_of_what_was_under_review'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable('goal', 'cities_goal')],
        ),
    ]
