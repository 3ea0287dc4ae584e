"""Pictures that show values stand in the documents, with the words for who does not see them."""

import io
import zlib
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

from cities import uploads
from cities.uploads import named
from initiatives import evidence
from initiatives.deliverable import (
    blocks,
    content,
    diffing,
    dossier,
    orders,
    pdf,
    photos,
    slides,
    snapshots,
)
from tests import factories
from tests.initiatives.deliverable.conftest import ON, make_outline, outline_of
from tests.initiatives.deliverable.test_documents import alternative_text, beyond, structure
from tests.uploads import a_picture

pytestmark = pytest.mark.django_db
WORDS = "Counters at the door of the hall"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def picture():
    """A picture of a value, with words, and one that nobody has described yet."""
    initiative = factories.make_initiative(is_public=True)
    value = factories.make_value(factories.make_kpi(initiative, name="Visitors"))
    person = factories.make_user()
    for name, size, words in (("hall.png", (90, 60), WORDS), ("later.png", (60, 90), "")):
        upload = uploads.read(a_picture(name, size=size))
        file = evidence.add(value, upload, by=person)
        file.shows = words
        file.save()
    return value.files.get(shows=WORDS)


@pytest.fixture
def told(picture):
    roadmap = picture.measurement.kpi.initiative.roadmap
    return content.build(roadmap, make_outline(kinds=["results"]), "public", on=ON)


def photos_of(told):
    blocks = [block for chapter in told["chapters"] for block in chapter["blocks"]]
    return [block for block in blocks if block["type"] == "photo"]


def test_a_picture_with_words_is_content_and_one_without_is_not(picture, told):
    (block,) = photos_of(told)
    assert (block["alt"], block["kept"]) == (WORDS, picture.file.name)
    assert block["address"] == picture.get_absolute_url()
    assert block["caption"].startswith("Visitors")


def test_a_picture_of_a_value_that_was_corrected_is_left_out(picture):
    value = picture.measurement
    value.corrected_by = factories.make_value(value.kpi)
    value.save()
    roadmap = value.kpi.initiative.roadmap
    told = content.build(roadmap, make_outline(kinds=["results"]), "public", on=ON)
    assert photos_of(told) == []


def test_it_stands_in_the_pdf_with_its_alternative_text(told):
    made = pdf.make(told)
    reader = PdfReader(io.BytesIO(made))
    figures = [
        one for one in structure(reader.trailer["/Root"]["/StructTreeRoot"])
        if one.get("/S") == "/Figure"
    ]  # fmt: skip
    assert WORDS in [one["/Alt"] for one in figures]
    assert [image for page in reader.pages for image in page.images]
    assert pdf.make(told) == made


def test_it_stands_on_a_slide_with_its_alternative_text(told):
    made = slides.make(told)
    deck = Presentation(io.BytesIO(made))
    drawn = [
        shape for slide in deck.slides for shape in slide.shapes
        if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
    ]  # fmt: skip
    assert [alternative_text(one) for one in drawn] == [WORDS]
    assert beyond(deck) == []
    assert slides.make(told) == made


def test_the_page_asks_for_it_and_the_one_of_the_dossier_holds_it(client, picture, told):
    page = dossier.html(told)
    assert 'src="data:image/jpeg;base64,' in page
    assert f'alt="{WORDS}"' in page
    roadmap = picture.measurement.kpi.initiative.roadmap
    outline = outline_of(roadmap)
    handed_in = snapshots.hand_in(roadmap, outline, by=factories.make_user(), publish=True)
    shown = client.get(f"{roadmap.get_absolute_url()}deliverable/").content.decode()
    kept = reverse("initiatives:snapshot-photo", args=[roadmap.pk, 1, "public", 1])
    assert f'<img src="{kept}" alt="{WORDS}"' in shown
    # What was handed in stays, also when the picture is taken away from its value.
    before = Path(picture.file.path).read_bytes()
    picture.delete()
    got = client.get(kept)
    assert (got["Content-Type"], got.getvalue()) == ("image/png", before)
    assert "max-age" in got["Cache-Control"]
    assert client.get(kept, headers={"If-None-Match": got["ETag"]}).status_code == 304
    assert client.get(kept.removesuffix("1/") + "2/").status_code == 404
    assert picture.file.name in set(photos.named())
    assert picture.file.name in named.named()
    assert handed_in.number == 1


def test_a_picture_of_what_was_handed_in_is_for_whoever_may_read_that(client, picture):
    roadmap = picture.measurement.kpi.initiative.roadmap
    outline = make_outline(kinds=["results"])
    made = snapshots.hand_in(roadmap, outline, by=factories.make_user())
    addresses = [
        reverse("initiatives:snapshot-photo", args=[roadmap.pk, 1, audience, 1])
        for audience in ("public", "programme", "nobody")
    ]

    def answers():
        told = []
        for address in addresses:
            got = client.get(address)
            got.getvalue()
            told.append(got.status_code)
        return told

    assert answers() == [404, 404, 404]
    client.force_login(factories.make_officer(roadmap.participation.city))
    assert answers() == [200, 200, 404]
    got = client.get(addresses[0])
    assert got.getvalue()
    assert "no-store" in got["Cache-Control"]
    assert addresses[1] in client.get(made.get_absolute_url()).content.decode()
    order = made.orders.get(audience="public")
    preview = reverse("initiatives:deliverable-preview", args=[roadmap.pk, order.pk])
    assert addresses[0] in client.get(preview).content.decode()
    client.logout()
    snapshots.show(made, by=factories.make_user())
    assert answers() == [200, 404, 404]
    snapshots.hide(made)
    assert answers() == [404, 404, 404]


def test_documents_are_made_without_a_file_that_is_gone(told):
    Path(default_storage.path(photos_of(told)[0]["kept"])).unlink()
    assert pdf.make(told).startswith(b"%PDF")
    assert WORDS in "\n".join(
        shape.text_frame.text
        for slide in Presentation(io.BytesIO(slides.make(told))).slides
        for shape in slide.shapes
        if shape.has_text_frame
    )
    assert WORDS in dossier.html(told)


def test_the_page_says_in_words_that_a_picture_is_gone_and_the_others_keep_their_places(
    client, picture
):
    value = picture.measurement
    upload = uploads.read(a_picture("second.png", size=(50, 40)))
    other = evidence.add(value, upload, by=factories.make_user())
    other.shows = "The second picture"
    other.save()
    roadmap = value.kpi.initiative.roadmap
    outline = make_outline(kinds=["results"])
    snapshots.hand_in(roadmap, outline, by=factories.make_user(), publish=True)
    Path(picture.file.path).unlink()
    page = client.get(f"{roadmap.get_absolute_url()}deliverable/").content.decode()
    gone, kept = (
        reverse("initiatives:snapshot-photo", args=[roadmap.pk, 1, "public", place])
        for place in (1, 2)
    )
    assert gone not in page
    assert f"{WORDS} The photograph cannot be shown: its file is gone or damaged." in page
    assert f'<img src="{kept}" alt="The second picture"' in page
    assert client.get(kept).getvalue() == Path(other.file.path).read_bytes()


def a_bomb():
    """A picture of a few bytes that says it has more points than anything can hold."""
    made = a_picture("bomb.png", size=(10, 10)).read()
    at = made.index(b"IHDR") + 4
    head = (60_000).to_bytes(4) * 2 + made[at + 8 : at + 13]
    return made[:at] + head + zlib.crc32(b"IHDR" + head).to_bytes(4) + made[at + 17 :]


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: b"",
        lambda whole: b"no picture at all",
        lambda whole: b"%!PS-Adobe-3.0 EPSF-3.0\n",
        lambda whole: a_bomb(),
        None,
    ],
)
def test_a_picture_that_cannot_be_drawn_is_told_in_words_and_keeps_nobody_from_the_document(
    picture, told, spoiled
):
    path = Path(picture.file.path)
    if spoiled is None:
        path.unlink()
    else:
        path.write_bytes(spoiled(path.read_bytes()))
    (block,) = photos_of(told)
    assert photos.read(block) is None
    assert WORDS in photos.instead(block)["paragraphs"][0]
    assert "cannot be shown: its file is gone or damaged" in dossier.html(told)
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.make(told))).pages)
    assert "gone or damaged" in " ".join(words.split())
    slides.make(told)


def test_of_very_many_pictures_as_many_stand_in_a_document_as_it_can_hold(picture, monkeypatch):
    monkeypatch.setattr(photos, "MOST_PHOTOS", 2)
    value = picture.measurement
    for number in range(4):
        upload = uploads.read(a_picture(f"more{number}.png", size=(20 + number, 20)))
        file = evidence.add(value, upload, by=factories.make_user())
        file.shows = f"Picture {number}"
        file.save()
    roadmap = value.kpi.initiative.roadmap
    told = content.build(roadmap, make_outline(kinds=["results"]), "public", on=ON)
    assert len(photos_of(told)) == 2
    said = told["chapters"][0]["blocks"][-1]["paragraphs"][0]
    assert said.startswith("3 more photographs are left out here: a document holds 2")


def test_what_was_ordered_keeps_its_own_pictures_until_it_is_ordered_anew(client, picture):
    roadmap = picture.measurement.kpi.initiative.roadmap
    officer = factories.make_officer(roadmap.participation.city)
    order = orders.place(roadmap, make_outline(kinds=["results"]), "public", by=officer)
    orders.make(order.pk)
    before = Path(picture.file.path).read_bytes()
    client.force_login(officer)
    preview = reverse("initiatives:deliverable-preview", args=[roadmap.pk, order.pk])
    shown = reverse("initiatives:deliverable-photo", args=[roadmap.pk, order.pk, 1])
    picture.delete()
    # The sweep of files that nobody names leaves it alone.
    assert picture.file.name in set(photos.named())
    assert f'<img src="{shown}" alt="{WORDS}"' in client.get(preview).content.decode()
    got = client.get(shown)
    assert (got["Content-Type"], got.getvalue()) == ("image/png", before)
    assert client.get(shown.removesuffix("1/") + "2/").status_code == 404
    client.logout()
    assert client.get(shown).status_code == 302


def test_comparing_two_documents_reads_the_caption_of_a_picture_alone(picture):
    shown = blocks.photo("Rain gauges", picture, "/a/b/")
    assert list(diffing.words_of([shown])) == ["Rain gauges"]
