"""What somebody may have to answer for is kept so that no row is altered or deleted unseen."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from cities import audit
from cities.models import Audited, AuditEntry
from tests.factories import (
    make_city,
    make_entry,
    make_initiative,
    make_kpi,
    make_officer,
    make_roadmap,
    make_staff,
    make_value,
)
from tests.marketplace.at_once import all_at_once
from tests.uploads import a_picture

pytestmark = pytest.mark.django_db
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def three():
    return [audit.note(Audited.FILE_REFUSED, f"{name}.pdf", by=None) for name in "abc"]


def test_rows_as_they_were_written_are_in_order(capsys):
    three()
    call_command("verify_audit")
    assert "3 rows, as they were written." in capsys.readouterr().out


@pytest.mark.parametrize(
    "changed",
    [
        {"words": "d.pdf"},
        {"person": 7},
        {"about": "marketplace.entry:1"},
        {"previous": "0" * 64},
        {"digest": "0" * 64},
    ],
)
def test_a_row_that_was_altered_is_named(changed):
    _first, second, _third = three()
    AuditEntry.objects.filter(pk=second.pk).update(**changed)
    with pytest.raises(CommandError, match=f": {second.pk}"):
        call_command("verify_audit")


def test_another_time_breaks_a_row_and_a_deleted_one_breaks_the_next():
    first, second, third = three()
    AuditEntry.objects.filter(pk=third.pk).update(at=third.at + timedelta(microseconds=1))
    assert audit.broken_links() == [third.pk]
    AuditEntry.objects.filter(pk=first.pk).delete()
    assert audit.broken_links() == [second.pk, third.pk]


@pytest.mark.django_db(transaction=True)
def test_rows_written_at_once_are_chained_one_after_the_other():
    def write(_thing, number, gate):
        gate.wait()
        return audit.note(Audited.FILE_REFUSED, f"{number}.pdf", by=None)

    assert len({entry.pk for entry in all_at_once(write, list(range(8)))}) == 8
    assert audit.broken_links() == []


def of_a_draft(city):
    revision = make_entry(city, state="draft").revisions.get()
    where = {"slug": revision.entry.slug, "number": revision.number}
    step = reverse("marketplace:revision-step", kwargs={**where, "step": "files"})
    return revision.entry, step, reverse("marketplace:revision-upload", kwargs=where)


def of_a_value(city):
    value = make_value(make_kpi(make_initiative(make_roadmap(city))))
    initiative = value.kpi.initiative
    where = {"slug": initiative.slug, "pk": value.kpi_id, "value": value.pk}
    names = ("measurement-files", "evidence-add")
    return initiative, *(reverse(f"initiatives:{name}", kwargs=where) for name in names)


@pytest.mark.parametrize("made", [of_a_draft, of_a_value])
def test_a_refused_file_is_noted_with_who_sent_it_and_staff_read_that(client, made):
    city = make_city()
    row, page, alone = made(city)
    officer = make_officer(city)
    client.force_login(officer)
    bad = [SimpleUploadedFile("virus.pdf", EICAR), SimpleUploadedFile("short.png", b"\x89PNG")]
    client.post(page, {"files": [*bad, a_picture("good.png")]})
    answer = client.post(alone, {"file": SimpleUploadedFile("drawing.svg", b"<svg/>")})

    assert answer.status_code == 422
    noted = AuditEntry.objects.order_by("pk")
    assert [entry.words.partition(":")[0] for entry in noted] == [
        *("virus.pdf", "short.png", "drawing.svg"),
    ]
    assert {(entry.what, entry.person, entry.about) for entry in noted} == {
        (Audited.FILE_REFUSED, officer.pk, f"{row._meta.label_lower}:{row.pk}")
    }
    assert audit.broken_links() == []
    client.force_login(make_staff())
    shown = client.get(reverse("admin:cities_auditentry_changelist")).content.decode()
    assert officer.name in shown
    assert "virus.pdf: it is none of" in shown


def test_staff_read_nothing_of_files_for_what_they_have_a_conflict_of_interest_over(client):
    row, page, _alone = of_a_draft(make_city())
    person = make_officer(row.city, is_staff=True)
    person.groups.set(make_staff().groups.all())
    client.force_login(person)
    client.post(page, {"files": [SimpleUploadedFile("virus.pdf", EICAR)]})
    assert AuditEntry.objects.count() == 1
    shown = client.get(reverse("admin:cities_auditentry_changelist")).content.decode()
    assert "virus.pdf" not in shown
