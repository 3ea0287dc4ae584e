from django.db import migrations

MOST = 4


def find_levels(apps, schema_editor):
    """Write the level of each initiative that has a parent; what lies deeper than four moves up."""
    rows = apps.get_model('initiatives', 'Initiative').objects.using(schema_editor.connection.alias)
    parents = dict(rows.exclude(parent=None).values_list('pk', 'parent'))
    roadmaps = dict(rows.values_list('pk', 'roadmap'))
    for key in parents:
        above, at = [], key
        while at in parents and parents[at] not in above and parents[at] != key:
            at = parents[at]
            if roadmaps[at] != roadmaps[key]:
                break
            above.append(at)
        above = above[-(MOST - 1):]
        rows.filter(pk=key).update(parent=above[0] if above else None, level=len(above) + 1)


class Migration(migrations.Migration):
    """Initiatives that were part of others before get their level."""

    dependencies = [
        ('initiatives', '0010_levels'),
    ]

    operations = [
        migrations.RunPython(find_levels, migrations.RunPython.noop, elidable=True),
    ]
