from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('events', '0018_photographs')]

    operations = [
        migrations.AlterField(
            model_name='meeting',
            name='cause',
            field=models.CharField(blank=True, choices=[('withdrawn', 'The slot is offered no more.'), ('rearranged', 'Talks were rearranged.'), ('left', 'Nobody of the city comes any more.'), ('closed', 'The expert does not come any more.')], editable=False, max_length=10, verbose_name='cause'),
        ),
    ]
