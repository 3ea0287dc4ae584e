"""Files that show values: looked at, kept once, served to those who may know of the value."""

import os
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cities.periodic import remove_unnamed_files
from initiatives import evidence, series, services, values
from initiatives.deliverable import extras, shown_files
from initiatives.models import EvidenceFile
from tests import factories
from tests.initiatives.connecting import connect, fetch
from tests.uploads import a_pdf, a_picture, kept_files

pytestmark = pytest.mark.django_db
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def value(initiative):
    return factories.make_value(factories.make_kpi(initiative))


def url(name, value, *more):
    kpi = value.kpi
    return reverse(f"initiatives:{name}", args=[kpi.initiative.slug, kpi.pk, value.pk, *more])


def send(client, value, *files, **fields):
    return client.post(url("measurement-files", value), {"files": files, **fields}, follow=True)


# ── adding ──────────────────────────────────────────────────────────────────────────────────────
def test_files_are_kept_with_a_value_and_told_in_words(client, officer, value):
    send(client, value, a_picture("counter.png"), a_pdf("count.pdf"), go="stay")

    picture, document = value.files.all()
    assert (picture.name, picture.media_type, picture.width) == ("counter.png", "image/png", 60)
    assert (document.name, document.media_type) == ("count.pdf", "application/pdf")
    assert (picture.added_by, document.sha256 in document.file.name) == (officer, True)

    answer = client.post(
        url("measurement-files", value),
        {f"shows-{picture.pk}": "The counter at the door", f"shows-{document.pk}": ""},
    )
    assert answer.url == reverse(
        "initiatives:kpi-detail", args=[value.kpi.initiative.slug, value.kpi.pk]
    ) + "#values"  # fmt: skip
    page = client.get(answer.url).content.decode()
    for words in ("The counter at the door", "count.pdf", url("evidence-file", value, picture.pk)):
        assert words in page


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (SimpleUploadedFile("empty.pdf", b""), "empty"),
        (SimpleUploadedFile("virus.pdf", EICAR), "none of: JPEG, PNG, WebP, PDF"),
        (SimpleUploadedFile("drawing.svg", b"<svg onload='x()'/>"), "none of: JPEG"),
        (SimpleUploadedFile("wrong.png", a_pdf().read()), "does not say what it is"),
        (SimpleUploadedFile("short.png", a_picture().read()[:60]), "damaged"),
        (a_pdf("locked.pdf", trailer=b"/Encrypt 9 0 R"), "encrypted"),
        (a_pdf("acts.pdf", catalogue=b"/OpenAction<</S/JavaScript/JS(1)>>"), "when it is opened"),
    ],
)
def test_a_file_that_is_refused_costs_neither_the_others_nor_the_words(
    client, officer, value, file, said, caplog
):
    there = factories.make_evidence(measurement=value)
    file.seek(0)
    answer = send(client, value, a_pdf("good.pdf"), file, **{f"shows-{there.pk}": "A square"})

    assert said in answer.content.decode()
    assert "A file was refused" in caplog.text
    assert [(one.name, one.shows) for one in value.files.all()] == [
        (there.name, "A square"), ("good.pdf", ""),
    ]  # fmt: skip


def test_words_that_are_too_long_come_back_and_the_new_file_stays(client, officer, value):
    there = factories.make_evidence(measurement=value)
    answer = send(client, value, a_pdf("good.pdf"), **{f"shows-{there.pk}": "x" * 301})

    assert "x" * 301 in answer.content.decode()
    assert "at most 300 characters" in answer.content.decode()
    assert value.files.filter(name="good.pdf").exists()


def test_the_same_file_is_recognised_and_lies_once(client, officer, value, settings):
    other = factories.make_value(value.kpi, "13")
    send(client, value, a_picture("a.png"), a_picture("again.png"))
    send(client, other, a_picture("b.png"))

    assert (value.files.count(), other.files.count()) == (1, 1)
    assert kept_files(settings) == [value.files.get().file.name]


def test_there_is_an_end_to_files(client, officer, value, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_FILES", 1)
    answer = send(client, value, a_picture(), a_pdf())
    assert "take one away first" in answer.content.decode()
    assert value.files.count() == 1


# ── one by one, as a page with scripts sends them ───────────────────────────────────────────────
def test_a_page_sends_one_file_by_itself_and_may_try_again(client, officer, value):
    said = [client.post(url("evidence-add", value), {"file": a_picture()}) for _time in range(2)]

    assert [(one.status_code, one.json()["name"]) for one in said] == [(200, "picture.png")] * 2
    assert value.files.count() == 1
    page = client.get(url("measurement-files", value)).content.decode()
    assert f'data-upload="{url("evidence-add", value)}"' in page


def test_what_cannot_be_kept_is_told_as_json(client, officer, value):
    address = url("evidence-add", value)
    refused = client.post(address, {"file": SimpleUploadedFile("a.pdf", EICAR)})
    assert (refused.status_code, "none of" in refused.json()["message"]) == (422, True)
    assert client.post(address).status_code == 400
    services.report(
        value.kpi, values.read("13").best, services.Circumstances(), reported_by=officer,
        corrects=value,
    )  # fmt: skip
    late = client.post(address, {"file": a_picture()})
    assert (late.status_code, "was corrected" in late.json()["message"]) == (409, True)
    client.logout()
    assert client.post(address, {"file": a_picture()}).status_code == 403


# ── taking away, correcting ─────────────────────────────────────────────────────────────────────
def test_a_file_that_is_taken_away_is_swept_once_no_row_names_it(client, officer, value, settings):
    stays, goes = (factories.make_evidence(upload=one, measurement=value) for one in
                   (a_picture(), a_pdf()))  # fmt: skip
    client.post(url("measurement-files", value), {f"away-{goes.pk}": "on"})
    assert list(value.files.all()) == [stays]

    yesterday = time.time() - 25 * 60 * 60
    for name in kept_files(settings):
        os.utime(Path(settings.MEDIA_ROOT) / name, (yesterday, yesterday))
    remove_unnamed_files()
    assert kept_files(settings) == [stays.file.name]


def test_a_correction_starts_with_the_files_of_what_it_corrects(officer, value):
    file = factories.make_evidence(measurement=value, shows="A square")
    corrected = services.report(
        value.kpi, values.read("13").best, services.Circumstances(), reported_by=officer,
        corrects=value,
    )  # fmt: skip
    carried = corrected.files.get()
    assert (carried.sha256, carried.shows, carried.added_at) == (
        file.sha256, "A square", file.added_at,
    )  # fmt: skip


def test_a_value_has_its_files_and_its_origin_once_its_unit_is_converted(officer, value):
    factories.make_evidence(measurement=value, shows="A meter")
    fetched = factories.make_connector(value.kpi).fetched.create(
        period="2022-06-01", kind="number", number=12, state="taken", fetched_at=timezone.now(),
        measurement=value,
    )  # fmt: skip
    value.kpi.unit = "MWh"
    value.kpi.save()
    answer, factor = series.UnitChange.CONVERT, Decimal("0.001")
    series.change_unit(value.kpi, "kWh", answer, factor=factor)
    now = value.kpi.measurements.current().get()
    assert [one.shows for one in now.files.all()] == ["A meter"]
    assert (now.fetched.get(), now.number < value.number) == (fetched, True)


def test_a_value_has_its_files_once_its_source_corrects_it(initiative, source):
    kpi = factories.make_kpi(initiative)
    connector = fetch(connect(kpi, source, schedule="monthly"))
    factories.make_evidence(measurement=kpi.measurements.get(), shows="A meter")
    source.document = '{"value": 13}'
    fetch(connector)
    now = kpi.measurements.current().get()
    assert (now.number, [one.shows for one in now.files.all()]) == (13, ["A meter"])


def test_a_file_that_is_taken_away_or_loses_its_words_does_so_where_it_was_corrected_too(
    client, officer, value
):
    for upload in (a_picture(), a_pdf()):
        factories.make_evidence(upload=upload, measurement=value, shows="Faces")
    now = value
    for text in ("13", "14"):
        now = services.report(
            value.kpi, values.read(text).best, services.Circumstances(), reported_by=officer,
            corrects=now,
        )  # fmt: skip
    picture, document = now.files.all()
    client.post(
        url("measurement-files", now), {f"away-{document.pk}": "on", f"shows-{picture.pk}": ""}
    )
    left = [(one.is_image, one.shows) for one in EvidenceFile.objects.all()]
    assert left == [(True, "")] * 3


@pytest.mark.parametrize("several", [True, False])
def test_a_file_that_is_deleted_in_the_admin_is_so_where_it_was_corrected_too(
    client, officer, value, several
):
    factories.make_evidence(measurement=value, shows="Faces")
    new = services.report(
        value.kpi, values.read("13").best, services.Circumstances(), reported_by=officer,
        corrects=value,
    )  # fmt: skip
    client.force_login(factories.make_superuser())
    file, sure = new.files.get(), {"post": "yes"}
    if several:
        address = reverse("admin:initiatives_evidencefile_changelist")
        sure |= {"action": "delete_selected", "_selected_action": [file.pk]}
    else:
        address = reverse("admin:initiatives_evidencefile_delete", args=[file.pk])
    client.post(address, sure)
    assert not EvidenceFile.objects.exists()


def test_a_corrected_value_leads_to_its_files(client, officer, value):
    factories.make_evidence(measurement=value, shows="Faces")
    new = services.report(
        value.kpi, values.read("13").best, services.Circumstances(), reported_by=officer,
        corrects=value,
    )  # fmt: skip
    page = reverse("initiatives:kpi-detail", args=[value.kpi.initiative.slug, value.kpi.pk])
    assert url("measurement-files", value) in client.get(page).content.decode()
    value.files.all().delete()
    shown = client.get(page).content.decode()
    assert url("measurement-files", value) not in shown
    assert url("measurement-files", new) in shown


# ── who gets them ───────────────────────────────────────────────────────────────────────────────
def test_files_are_served_harmless_and_public_ones_kept_by_caches_for_minutes(client, value):
    file = factories.make_evidence(measurement=value, shows="A square")
    answer = client.get(file.get_absolute_url())
    assert b"".join(answer).startswith(b"\x89PNG")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "public, max-age=600"


def test_a_picture_without_words_is_for_insiders(client, value, city):
    file = factories.make_evidence(measurement=value)
    page = reverse("initiatives:kpi-detail", args=[value.kpi.initiative.slug, value.kpi.pk])
    assert client.get(file.get_absolute_url()).status_code == 404
    assert file.name not in client.get(page).content.decode()

    client.force_login(factories.make_officer(city))
    assert file.name in client.get(page).content.decode()
    answer = client.get(file.get_absolute_url())
    assert "no-store" in answer["Cache-Control"]
    answer.close()


def test_a_file_is_not_found_under_another_value_nor_once_it_is_lost(client, officer, value):
    file = factories.make_evidence(measurement=value, shows="A square")
    other = factories.make_value(value.kpi, "13")
    assert client.get(url("evidence-file", other, file.pk)).status_code == 404
    Path(file.file.path).unlink()
    assert client.get(file.get_absolute_url()).status_code == 404


def test_a_page_of_many_files_asks_no_more_than_one_of_one(
    client, officer, value, django_assert_max_num_queries
):
    for number in range(8):
        factories.make_evidence(upload=a_pdf(f"{number}.pdf", more=b"%%%d\n" % number),
                                measurement=value)  # fmt: skip
    page = reverse("initiatives:kpi-detail", args=[value.kpi.initiative.slug, value.kpi.pk])
    with django_assert_max_num_queries(14):
        client.get(page)


def test_programs_read_the_same_files_as_people(client, value, city):
    shown = factories.make_evidence(measurement=value, shows="A square")
    hidden = factories.make_evidence(upload=a_picture(form="JPEG"), measurement=value)
    address = f"/api/v1/initiatives/{value.kpi.initiative.slug}/"

    def files():
        return client.get(address).json()["kpis"][0]["measurements"][0]["files"]

    assert [(one["url"], one["shows"], one["sha256"]) for one in files()] == [
        (f"http://testserver{shown.get_absolute_url()}", "A square", shown.sha256)
    ]
    client.force_login(factories.make_officer(city))
    assert [one["name"] for one in files()] == [shown.name, hidden.name]


# ── in the dossier ──────────────────────────────────────────────────────────────────────────────
def test_a_dossier_holds_the_files_that_its_readers_may_fetch(value, monkeypatch):
    shown = factories.make_evidence(measurement=value, shows="A square")
    hidden = factories.make_evidence(upload=a_picture(form="JPEG"), measurement=value)
    roadmap = value.kpi.initiative.roadmap
    folder = f"evidence/{value.kpi.initiative.slug}/kpi-{value.kpi.pk}"
    name = f"{folder}/{shown.pk}-picture.png"

    assert [one for one, _data in shown_files.of_values(roadmap, "public")] == [name]
    inside = dict(shown_files.of_values(roadmap, "programme"))
    assert list(inside) == [name, f"{folder}/{hidden.pk}-picture.jpg"]
    assert inside[name].startswith(b"\x89PNG")

    monkeypatch.setattr(extras, "MOST_BYTES", shown.size)
    short = dict(shown_files.of_values(roadmap, "programme"))
    assert short["evidence/left-out.txt"].decode() == f"{folder}/{hidden.pk}-picture.jpg\n"


def test_a_value_that_goes_takes_its_rows_along(value):
    factories.make_evidence(measurement=value)
    value.kpi.initiative.delete()
    assert not EvidenceFile.objects.exists()
