from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("marketplace", "0008_processes_of_rubrics"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="rubric",
            name="days_to_review",
        ),
    ]
