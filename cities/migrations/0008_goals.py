from django.db import migrations, models


def move_to(app):
    def move(apps, schema_editor):
        # Rights and the log of the admin hang on this row, and go along with it.
        types = apps.get_model('contenttypes', 'ContentType').objects.using(schema_editor.connection.alias)
        if not types.filter(app_label=app, model='goal').exists():
            types.filter(app_label__in=['cities', 'marketplace'], model='goal').update(app_label=app)

    return move


class Migration(migrations.Migration):
    """The goals become the ground floor's: it knows the table that is there."""

    dependencies = [
        ('cities', '0007_handovers'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('marketplace', '0018_goals_move_down'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Goal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(unique=True, verbose_name='number')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                    ],
                    options={
                        'verbose_name': 'Sustainable Development Goal',
                        'verbose_name_plural': 'Sustainable Development Goals',
                        'ordering': ['number'],
                    },
                ),
            ],
        ),
        migrations.RunPython(move_to('cities'), move_to('marketplace'), elidable=True),
    ]
