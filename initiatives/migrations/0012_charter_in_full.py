import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The charter in full: goals, budget year by year and city by city, support as rows."""

    dependencies = [
        ('cities', '0008_goals'),
        ('initiatives', '0011_levels_of_what_is_there'),
    ]

    operations = [
        migrations.CreateModel(
            name='SupportNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('kind', models.CharField(choices=[('people', 'People'), ('money', 'Money'), ('expertise', 'Expertise'), ('decision', 'A decision'), ('partners', 'Partners'), ('other', 'Something else')], default='other', max_length=10, verbose_name='kind')),
                ('text', models.CharField(max_length=500, verbose_name='what is needed')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='amount')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
            ],
            options={
                'verbose_name': 'support needed',
                'verbose_name_plural': 'support needed',
                'ordering': ['initiative', 'position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='budgetline',
            name='city',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='cities.city', verbose_name="city's part"),
        ),
        migrations.AddField(
            model_name='budgetline',
            name='until_year',
            field=models.PositiveSmallIntegerField(blank=True, help_text='For what is paid every year.', null=True, verbose_name='each year until'),
        ),
        migrations.AddField(
            model_name='historicalmilestone',
            name='moved_because',
            field=models.CharField(blank=True, help_text='For the last move; the history keeps the reasons before it.', max_length=500, verbose_name='why the dates moved'),
        ),
        migrations.AddField(
            model_name='initiative',
            name='goals',
            field=models.ManyToManyField(blank=True, related_name='initiatives', to='cities.goal', verbose_name='Sustainable Development Goals'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='moved_because',
            field=models.CharField(blank=True, help_text='For the last move; the history keeps the reasons before it.', max_length=500, verbose_name='why the dates moved'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('until_year__isnull', True), models.Q(('until_year__gte', models.F('year')), ('year__isnull', False)), _connector='OR'), name='budget_line_ends_after_start', violation_error_message='The last year cannot be before the first.'),
        ),
        migrations.AddConstraint(
            model_name='initiative',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('level', 1), ('parent__isnull', True)), models.Q(('level__range', (2, 4)), ('parent__isnull', False)), _connector='OR'), name='initiative_level_fits_parent', violation_error_message='A roadmap has four levels at most.'),
        ),
        migrations.AddField(
            model_name='supportneed',
            name='initiative',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='support_needs', to='initiatives.initiative'),
        ),
        migrations.AddConstraint(
            model_name='supportneed',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='support_need_not_negative'),
        ),
    ]
