"""Files are shown to a scanner where there is one; one that is away holds them back."""

import tempfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities import uploads
from cities.models import AuditEntry
from cities.uploads import UploadRefused, scanning
from initiatives.forms.calendars import CalendarForm
from initiatives.forms.sheets import SheetForm
from marketplace.forms.publiccode import PublicCodeForm
from marketplace.forms.tables import TableForm
from marketplace.models import Entry
from tests.clamd import HARMFUL, Clamd
from tests.factories import make_city, make_entry, make_officer, make_roadmap
from tests.uploads import a_pdf, a_picture, kept_files

pytestmark = pytest.mark.django_db


def harmful_picture():
    """A picture that carries something behind its last point, which drawing anew would lose."""
    sent = a_picture(form="JPEG")
    sent.seek(0, 2)
    sent.write(HARMFUL)
    sent.seek(0)
    sent.size += len(HARMFUL)
    return sent


@pytest.fixture
def officer(db):
    """Somebody who sends files."""
    return make_officer(make_city())


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings):
    """A scanner, reached either way."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clamd.ctl" if request.param == "unix" else None
        with Clamd(path=path) as running:
            settings.CLAMD_URL = running.url
            yield running


def receive(file, officer):
    return uploads.receive(file, by=officer, about="marketplace.entry:1")


def test_what_is_clean_is_taken_and_was_shown_as_it_was_sent(clamd, officer):
    sent = a_pdf(more=b"%" + b"x" * 200_000 + b"\n")

    upload = receive(sent, officer)

    sent.seek(0)
    assert upload.content == sent.read()
    assert clamd.received == [upload.content]


def test_what_is_harmful_is_refused_with_its_name_and_noted(clamd, officer):
    for sent in (a_pdf(more=b"% " + HARMFUL + b"\n"), harmful_picture()):
        with pytest.raises(UploadRefused, match=r"harmful \(Harmful.Test-1\)"):
            receive(sent, officer)

    assert AuditEntry.objects.count() == 2
    assert HARMFUL in clamd.received[1]


def test_what_is_refused_anyway_is_not_shown_to_it(clamd, officer):
    with pytest.raises(UploadRefused, match="does not say what it is"):
        receive(a_picture("a.pdf"), officer)

    assert clamd.received == []


@pytest.mark.parametrize("behaves", ["silent", "slow", "mute", "small", "strange"])
def test_a_scanner_that_does_not_say_whether_it_is_clean_holds_the_file_back(
    behaves, officer, settings, monkeypatch, caplog
):
    monkeypatch.setattr(scanning, "LONGEST_S", 0.3)
    with Clamd(behaves) as running:
        settings.CLAMD_URL = running.url
        with pytest.raises(UploadRefused, match="could not be checked for viruses just now"):
            receive(a_pdf(more=b"%" + b"x" * 2_000_000 + b"\n"), officer)

    assert "scanner for viruses did not answer" in caplog.text


def test_ten_files_of_one_form_do_not_wait_ten_times_for_a_silent_scanner(
    officer, settings, monkeypatch
):
    monkeypatch.setattr(scanning, "LONGEST_S", 0.3)
    with Clamd("silent") as running:
        settings.CLAMD_URL = running.url
        for _each in range(10):
            with pytest.raises(UploadRefused, match="try again in a few minutes"):
                receive(a_pdf(), officer)
        assert len(running.received) == 1
        with pytest.raises(scanning.ScannerAway, match="a moment ago"):
            scanning.ask_whether_it_is_there()
        # A little later one asks it again, the others wait for what comes of it.
        monkeypatch.setattr(scanning, "REST_S", 0.0)
        running.behaves = "well"
        assert receive(a_pdf(), officer).media_type == "application/pdf"


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:/no/such/clamd.ctl"])
def test_a_scanner_that_is_not_there_holds_the_file_back(url, officer, settings):
    settings.CLAMD_URL = url

    with pytest.raises(UploadRefused, match="try again in a few minutes"):
        receive(a_pdf(), officer)


def test_without_a_scanner_files_are_taken_unscanned(officer, settings):
    settings.CLAMD_URL = ""

    assert receive(a_pdf(), officer).media_type == "application/pdf"


def test_on_the_page_a_file_is_held_back_in_words_taken_later_and_never_kept_infected(
    client, officer, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    draft = make_entry(officer.memberships.get().city, state="draft").revisions.get()
    url = reverse("marketplace:revision-upload", args=[draft.entry.slug, draft.number])
    client.force_login(officer)
    settings.CLAMD_URL = "tcp://127.0.0.1:1"

    answer = client.post(url, {"file": a_pdf()})

    assert answer.status_code == 422
    assert "could not be checked" in answer.json()["message"]
    with Clamd() as running:
        settings.CLAMD_URL = running.url
        infected = client.post(url, {"file": a_pdf(more=b"% " + HARMFUL + b"\n")})
        assert infected.status_code == 422
        assert (kept_files(settings), draft.attachments.count()) == ([], 0)
        assert client.post(url, {"file": a_pdf()}).status_code == 200
    assert draft.attachments.count() == 1


CHOSEN = {
    "table": lambda file: TableForm({}, {"file": file}),
    "workbook": lambda file: SheetForm({}, {"file": file}, roadmap=make_roadmap()),
    "calendar": lambda file: CalendarForm({"zone": "Europe/Paris"}, {"file": file}),
    "publiccode": lambda file: PublicCodeForm(
        {}, {"file": file}, cities=[], entries=Entry.objects.none()
    ),
}


@pytest.mark.parametrize("form", CHOSEN)
@pytest.mark.parametrize("is_there", [True, False])
def test_files_that_are_read_at_once_are_scanned_first(settings, form, is_there):
    with Clamd() as running:
        settings.CLAMD_URL = running.url if is_there else "tcp://127.0.0.1:9"
        filled_in = CHOSEN[form](SimpleUploadedFile("file.csv", b"a,b\n" + HARMFUL))
        words = str(filled_in.errors["file"])
    assert ("something harmful" if is_there else "could not be checked for viruses") in words


def test_a_clean_table_is_read_from_its_beginning(clamd):
    filled_in = TableForm({}, {"file": SimpleUploadedFile("file.csv", b"title\nRain gauges\n")})
    assert filled_in.is_valid(), filled_in.errors
    assert clamd.received == [b"title\nRain gauges\n"]
    assert len(filled_in.sheets[0].lines) > 0
