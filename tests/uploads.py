"""Small files as people send them."""

import io
import zlib
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

TYPES = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def a_picture(name=None, *, form="PNG", size=(60, 40), mode="RGB", colour=None, **saving):
    """A picture of one colour."""
    made = io.BytesIO()
    Image.new(mode, size, colour or (10, 90, 100, 255)[: len(mode)]).save(made, form, **saving)
    return SimpleUploadedFile(name or f"picture.{TYPES[form]}", made.getvalue())


def a_pdf(name="report.pdf", *, catalogue=b"", trailer=b"", more=b""):
    """A PDF of one empty page; what is asked for is put into its catalogue or behind its pages."""
    parts = [
        b"1 0 obj<</Type/Catalog/Pages 2 0 R " + catalogue + b">>endobj",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj",
    ]
    body, places = b"%PDF-1.7\n", []
    for part in parts:
        places.append(len(body))
        body += part + b"\n"
    body += more
    table = b"xref\n0 4\n0000000000 65535 f \n"
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 4/Root 1 0 R " + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % len(body)
    return SimpleUploadedFile(name, body + table + end, content_type="application/pdf")


def packed(objects, *, dictionary=b"/Filter/FlateDecode"):
    """An object stream that holds objects, packed."""
    content = zlib.compress(b"9 0 " + objects)
    head = b"8 0 obj<</Type/ObjStm/N 1/First 4/Length %d %s>>stream\n" % (len(content), dictionary)
    return head + content + b"\nendstream\nendobj\n"


def kept_files(settings):
    """The names of all files below MEDIA_ROOT."""
    root = Path(settings.MEDIA_ROOT)
    return sorted(path.relative_to(root).as_posix() for path in root.glob("**/*") if path.is_file())
