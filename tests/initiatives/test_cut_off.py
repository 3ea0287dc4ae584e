"""A connection that breaks while a file is sent: no error of ours, and nothing is kept."""

import io
from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, RequestFactory, encode_multipart
from django.urls import reverse

from cities.models import FormDraft
from icc_portal.bodies import WholeBodies
from initiatives.models import EvidenceFile
from tests import factories
from tests.uploads import a_pdf, a_picture, kept_files

pytestmark = pytest.mark.django_db
# The last bytes of a body end the form, not the file.
ENDING = len(f"\r\n--{BOUNDARY}--\r\n")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@contextmanager
def one_connection():
    """As Django's own client does: a request leaves the connection of the test alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def answered(client, url, fields, left_out):
    """Send a form of which the end does not arrive; return the status."""
    body = encode_multipart(BOUNDARY, fields)
    environ = RequestFactory().generic("POST", url, body, MULTIPART_CONTENT).environ
    environ["wsgi.input"] = io.BytesIO(body[: len(body) - left_out(body)])
    cookies = [f"{name}={one.value}" for name, one in client.cookies.items()]
    environ["HTTP_COOKIE"] = "; ".join(cookies)
    status = []
    with one_connection():
        answer = WholeBodies(WSGIHandler())(environ, lambda line, *_rest: status.append(line))
        b"".join(answer)
        answer.close()
    return int(status[0].split()[0])


@pytest.mark.parametrize("file", [lambda: a_picture(form="JPEG"), a_pdf], ids=["picture", "pdf"])
@pytest.mark.parametrize(
    ("left_out", "status", "kept"),
    [
        (lambda body: len(body) // 10, 403, 0),
        # The file is whole, but nobody can know that it is.
        (lambda _body: ENDING, 403, 0),
        (lambda _body: 0, 200, 1),
    ],
    ids=["90 %", "all but the end", "all"],
)
def test_a_file_of_which_a_part_arrives_is_not_kept(
    client, officer, initiative, settings, file, left_out, status, kept
):
    value = factories.make_value(factories.make_kpi(initiative))
    names = [initiative.slug, value.kpi.pk, value.pk]
    client.get(reverse("initiatives:measurement-files", args=names))
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    fields = {"csrfmiddlewaretoken": token, "file": file()}
    url = reverse("initiatives:evidence-add", args=names)
    assert answered(client, url, fields, left_out) == status
    assert EvidenceFile.objects.count() == kept
    assert len(kept_files(settings)) == kept
    assert not FormDraft.objects.exists()
    # That file alone is sent again.
    fields["file"].seek(0)
    assert answered(client, url, fields, lambda _body: 0) == 200
    assert EvidenceFile.objects.count() == 1
