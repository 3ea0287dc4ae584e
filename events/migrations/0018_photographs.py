import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0017_events_with_open_drafts_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EventPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=120, upload_to='', verbose_name='file')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='fingerprint')),
                ('media_type', models.CharField(max_length=40, verbose_name='media type')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('width', models.PositiveIntegerField(blank=True, null=True, verbose_name='width')),
                ('height', models.PositiveIntegerField(blank=True, null=True, verbose_name='height')),
                ('name', models.CharField(max_length=120, verbose_name='name of the file')),
                ('shows', models.CharField(help_text='For those who cannot see it.', max_length=300, verbose_name='what it shows')),
                ('credit', models.CharField(blank=True, max_length=160, verbose_name='photograph by')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='added at')),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='events.event')),
                ('session', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photos', to='events.session', verbose_name='session')),
            ],
            options={
                'verbose_name': 'photograph',
                'verbose_name_plural': 'photographs',
                'ordering': ['event', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('event', 'sha256'), name='photo_once_per_event'), models.CheckConstraint(condition=models.Q(('shows', ''), _negated=True), name='photo_is_described')],
            },
        ),
    ]
