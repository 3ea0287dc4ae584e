from django.db import migrations


def make_processes(apps, schema_editor):
    """Give each rubric's kind and edition a process, with its days as working days."""
    rubrics = apps.get_model("marketplace", "Rubric").objects.all()
    processes = apps.get_model("marketplace", "ReviewProcess").objects
    for rubric in rubrics:
        processes.get_or_create(
            kind=rubric.kind,
            edition=rubric.edition,
            defaults={
                "name": rubric.name,
                "days_to_review": max(round(rubric.days_to_review * 5 / 7), 1),
            },
        )


def give_days_back(apps, schema_editor):
    """Give rubrics the days of their kind and edition again, as days of the calendar."""
    processes = apps.get_model("marketplace", "ReviewProcess").objects
    for rubric in apps.get_model("marketplace", "Rubric").objects.all():
        process = processes.filter(kind=rubric.kind, edition=rubric.edition).first()
        if process is not None:
            rubric.days_to_review = round(process.days_to_review * 7 / 5)
            rubric.save(update_fields=["days_to_review"])


class Migration(migrations.Migration):

    dependencies = [
        ("marketplace", "0007_review_process"),
    ]

    operations = [
        migrations.RunPython(make_processes, give_days_back),
    ]
