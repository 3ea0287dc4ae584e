"""What files may be handed in, and what becomes of them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cities import uploads
from cities.uploads import UploadRefused, images
from tests.uploads import a_pdf, a_picture, packed

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def named(name, content):
    return SimpleUploadedFile(name, content)


# ── what is taken ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_and_keeps_its_size(form):
    upload = uploads.read(a_picture(form=form, size=(60, 40)))

    assert (upload.media_type, upload.width, upload.height) == (f"image/{form.lower()}", 60, 40)
    with Image.open(io.BytesIO(upload.content)) as image:
        assert (image.format, image.size) == (form, (60, 40))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_where_a_photograph_was_taken_is_not_kept(form):
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (49.0, 26.0, 0.0)}
    exif[0x010E] = "taken at home"
    sent = a_picture(form=form, exif=exif)
    assert b"taken at home" in sent.read()

    upload = uploads.read(sent)

    assert b"taken at home" not in upload.content
    with Image.open(io.BytesIO(upload.content)) as image:
        assert dict(image.getexif()) == {}


def test_a_photograph_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    upload = uploads.read(a_picture(form="JPEG", size=(60, 40), exif=exif))

    assert (upload.width, upload.height) == (40, 60)


def test_what_hides_behind_a_picture_is_left_behind():
    sent = a_picture(form="JPEG").read() + b"<script>alert(1)</script>"

    assert b"script" not in uploads.read(named("photo.jpg", sent)).content


def test_a_large_picture_is_made_smaller_and_of_an_animated_one_the_first_frame_is_kept():
    assert uploads.read(a_picture(size=(4800, 100))).width == images.LONGEST_SIDE
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in range(60)]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])

    upload = uploads.read(named("moving.webp", made.getvalue()))

    with Image.open(io.BytesIO(upload.content)) as image:
        assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_mode_are_taken(mode):
    made = io.BytesIO()
    Image.new(mode, (8, 8)).save(made, "PNG")

    assert uploads.read(named("a.png", made.getvalue())).width == 8


def test_a_plain_pdf_is_kept_as_it_is():
    sent = a_pdf(more=packed(b"<</Title(Report)>>"))

    upload = uploads.read(sent)

    sent.seek(0)
    assert (upload.content, upload.media_type) == (sent.read(), "application/pdf")


# ── what is refused ──────────────────────────────────────────────────────────────────────────────
LOCKED = a_pdf(trailer=b"/Encrypt 9 0 R").read()
JS = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
REFUSED = {
    "empty": (named("a.png", b""), "it is empty"),
    "text": (named("a.png", b"hello"), "it is none of"),
    "html called png": (named("a.png", b"<html><script>alert(1)</script>"), "it is none of"),
    "svg": (named("drawing.svg", SVG), "it is none of"),
    "svg called png": (named("drawing.png", SVG), "it is none of"),
    "gif with script": (named("a.gif", b"GIF89a/*" + b"*/=1;alert(1)"), "it is none of"),
    "eicar": (named("eicar.pdf", EICAR), "it is none of"),
    "png called pdf": (a_picture("a.pdf"), "does not say what it is"),
    "pdf called jpg": (named("a.jpg", a_pdf().read()), "does not say what it is"),
    "no end of the name": (a_picture("picture"), "does not say what it is"),
    "cut off picture": (named("a.jpg", a_picture(form="JPEG").read()[:200]), "it is damaged"),
    "cut off pdf": (named("a.pdf", a_pdf().read()[:120]), "it is cut off"),
    "riff but no webp": (named("a.webp", b"RIFF\x10\x00\x00\x00WAVEfmt "), "it is damaged"),
    "locked pdf": (named("a.pdf", LOCKED), "it is encrypted"),
    "pdf with script": (a_pdf(catalogue=JS), "JavaScript"),
    "pdf with script in other letters": (
        a_pdf(catalogue=JS.replace(b"/JavaScript", b"/J#61va#53cript")),
        "JavaScript",
    ),
    "pdf that starts programs": (
        a_pdf(catalogue=b"/OpenAction<</S/Launch/F(calc.exe)>>"),
        "Launch",
    ),
    "pdf with packed script": (a_pdf(more=packed(b"<<" + JS + b">>")), "JavaScript"),
    "pdf packed twice": (
        a_pdf(more=packed(b"<<>>", dictionary=b"/Filter[/ASCIIHexDecode/FlateDecode]")),
        "cannot be looked into",
    ),
    "pdf packed wrongly": (
        a_pdf(more=packed(b"<<>>").replace(b"stream\nx", b"stream\ny", 1)),
        "cannot be looked into",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_other_files_are_refused_with_the_reason_and_logged(what, caplog):
    sent, why = REFUSED[what]

    with pytest.raises(UploadRefused) as refusal:
        uploads.read(sent)

    assert why in str(refusal.value)
    assert why in caplog.text


def test_a_picture_of_too_many_points_is_refused_before_it_is_unpacked():
    sent = a_picture(mode="L", size=(8000, 5001), colour=0)

    with pytest.raises(UploadRefused, match="40 million points"):
        uploads.read(sent)


def test_a_bomb_is_refused():
    sent = a_picture(mode="1", size=(20000, 20000), colour=0)

    with pytest.raises(UploadRefused, match="far too many points"):
        uploads.read(sent)


def test_a_pdf_that_unpacks_to_no_end_is_refused(monkeypatch):
    monkeypatch.setattr(uploads.documents, "MOST_UNPACKED", 1000)

    with pytest.raises(UploadRefused, match="cannot be looked into"):
        uploads.read(a_pdf(more=packed(b" " * 100_000)))


@pytest.mark.parametrize(
    ("file", "size", "words"),
    [(a_pdf(), 26, "at most 25 MB"), (a_picture(), 11, "at most 10 MB")],
)
def test_files_that_are_too_large_are_refused(file, size, words):
    file.seek(0)
    content = file.read()
    large = named(file.name, content + b"\0" * (size * 1024 * 1024 - len(content)))

    with pytest.raises(UploadRefused, match=words):
        uploads.read(large)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/photo.jpg", "photo.jpg"),
        ("C:\\Users\\me\\photo.jpg", "photo.jpg"),
        ("photo\u202egpj.exe.jpg", "photogpj.exe.jpg"),
        ("photo\x00\r\n.jpg", "photo.jpg"),
        ("x" * 255 + ".jpg", "x" * 97 + ".jpg"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_names_are_cleaned(sent, kept):
    assert uploads.clean_name(sent) == kept
