"""Note of the talks that people know already that they were told."""

from django.db import migrations
from django.db.models import F


def note(apps, schema_editor):
    """Take the talks of published rounds at published events as told; the worker was at it."""
    meetings = apps.get_model('events', 'Meeting')
    published = meetings.objects.filter(
        round__state='published', round__event__status='published', cancelled_at=None
    )
    meetings.objects.filter(pk__in=published.values('pk')).update(told=F('sequence'))


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0013_versions_of_talks_told'),
    ]

    operations = [
        migrations.RunPython(note, migrations.RunPython.noop, elidable=True),
    ]
