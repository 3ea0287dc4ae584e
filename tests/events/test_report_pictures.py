"""The report of an event shows its photographs, and leads to what its sessions left."""

import io
from datetime import date

import pytest
from PIL import Image
from pypdf import PdfReader

from cities import uploads
from events.exchange.reports import report_as_pdf
from events.models import EventPhoto, SessionMaterial
from tests import factories as make
from tests.uploads import a_pdf, a_picture

pytestmark = pytest.mark.django_db

DAY = date(2021, 2, 16)


@pytest.fixture
def lab():
    return make.make_event(slug="lab", title="Lab", starts_on=DAY, ends_on=DAY)


@pytest.fixture
def session(lab):
    return make.make_session(lab, slug="opening", title="Opening", audience="mentors")


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def somebody_there(lab):
    person = make.make_user()
    lab.registrations.create(user=person, status="confirmed")
    return person


def test_the_report_shows_photographs_with_words_to_who_was_there(lab, session, client):
    photo = make.make_photo(lab, session=session, shows="Mayors at a table.", credit="Bo")
    client.force_login(somebody_there(lab))
    html = page(client, "/events/lab/report/")
    assert 'alt="Mayors at a table."' in html
    assert "Opening · Photograph: Bo" in html
    answer = client.get(photo.get_absolute_url())
    assert answer["Content-Type"] == "image/png"
    assert "private" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    client.force_login(make.make_user())
    assert client.get(photo.get_absolute_url()).status_code == 404


def test_the_pdf_holds_the_photograph_and_its_words(lab):
    make.make_photo(lab, shows="Mayors at a table.")
    reader = PdfReader(io.BytesIO(report_as_pdf(lab, make.make_staff())))
    assert sum(len(one.images) for one in reader.pages) >= 1
    assert "Lab" in "".join(one.extract_text() for one in reader.pages)


def test_materials_are_listed_with_links_for_the_audience_of_their_session(lab, session, client):
    SessionMaterial.objects.create(
        session=session, title="Slides", link="https://example.org/slides"
    )
    session.recording = "https://example.org/film"
    session.save()
    client.force_login(make.make_staff())
    html = page(client, "/events/lab/report/")
    assert "https://example.org/slides" in html
    assert "https://example.org/film" in html
    client.force_login(somebody_there(lab))
    assert "https://example.org/" not in page(client, "/events/lab/report/")


def posted(lab, client, *, shows="A table.", upload=None):
    """Send the admin's page of an event with a new photograph."""
    address = f"/admin/events/event/{lab.pk}/change/"
    page = client.get(address)
    data = {}
    for field in page.context["adminform"].form:
        if field.value() not in (None, []):
            data[field.html_name] = field.value()
    for inline in page.context["inline_admin_formsets"]:
        prefix = inline.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    data |= {"photos-TOTAL_FORMS": 1, "photos-0-shows": shows, "photos-0-position": 0}
    return client.post(address, data | ({"photos-0-upload": upload} if upload else {}))


def test_staff_add_photographs_that_are_drawn_anew_and_described(lab, client):
    client.force_login(make.make_superuser())
    assert "Choose a photograph." in posted(lab, client).content.decode()
    html = posted(lab, client, shows="", upload=a_picture()).content.decode()
    assert "Fill this in." in html
    assert "This is no picture" in posted(lab, client, upload=a_pdf()).content.decode()
    assert not EventPhoto.objects.exists()

    told = Image.Exif()
    # Its description, as a camera writes where it was taken.
    told[0x010E] = "At home"
    sent = a_picture(form="JPEG", exif=told)
    assert posted(lab, client, upload=sent).status_code == 302

    photo = EventPhoto.objects.get()
    assert (photo.shows, photo.width) == ("A table.", 60)
    with photo.file.open() as file:
        assert b"At home" not in file.read()
    assert photo.file.name in uploads.named.named()
    again = a_picture(form="JPEG")
    assert "there already" in posted(lab, client, upload=again).content.decode()
