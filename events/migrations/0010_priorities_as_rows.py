from django.db import migrations


def lines_to_rows(apps, schema_editor):
    """Make a row of each priority, which was a line of a text."""
    groups = apps.get_model('events', 'ThematicActionGroup')
    priorities = apps.get_model('events', 'Priority')
    known = groups.objects.values_list('pk', 'priorities', 'source', 'demonstration')
    for pk, text, source, demonstration in known:
        # What two lines have in common stands once.
        for position, line in enumerate(dict.fromkeys(one.strip()[:160] for one in text.splitlines())):
            if line:
                priorities.objects.create(
                    group_id=pk, title=line, position=position, source=source,
                    demonstration=demonstration,
                )


def rows_to_lines(apps, schema_editor):
    """Write priorities as lines of a text again."""
    groups = apps.get_model('events', 'ThematicActionGroup')
    priorities = apps.get_model('events', 'Priority')
    for pk in groups.objects.values_list('pk', flat=True):
        titles = priorities.objects.filter(group_id=pk).order_by('position', 'title')
        lines = '\n'.join(titles.values_list('title', flat=True))
        groups.objects.filter(pk=pk).update(priorities=lines)


class Migration(migrations.Migration):

    dependencies = [('events', '0009_action_groups')]

    operations = [
        migrations.RunPython(lines_to_rows, rows_to_lines),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name='thematicactiongroup', name='priorities'),
            ],
        ),
    ]
