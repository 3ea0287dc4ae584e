"""What the web server refuses before the portal sees it is answered with a page all the same."""

import http.client
import os
import subprocess
import time
from contextlib import closing

import pytest
from django.conf import settings

from icc_portal.processes import WEB_COMMAND
from tests.conftest import worker_environment
from tests.icc_portal.test_processes import answers, free_port

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def web(tmp_path):
    """The web server as it is served."""
    port = free_port()
    environment = {
        **worker_environment(),
        "DJANGO_SETTINGS_MODULE": "icc_portal.settings",
        "DATA_DIR": str(tmp_path),
        "ENV_FILE": os.devnull,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
    }
    process = subprocess.Popen(WEB_COMMAND, env=environment, cwd=settings.BASE_DIR)
    until = time.monotonic() + 60
    while not answers(port):
        assert time.monotonic() < until
        time.sleep(0.2)
    yield port
    process.terminate()
    process.wait(timeout=30)


def asked_for(port, address):
    """The answer to an address, and its page."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", address)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def test_an_address_that_is_too_long_is_answered_with_a_page_that_says_so(web):
    status, page = asked_for(web, "/marketplace/?q=" + "x" * 10_000)
    assert status == 414
    assert "This address is too long" in page
    assert 'href="/marketplace/"' in page


def test_eight_kilobytes_are_read(web):
    status, _page = asked_for(web, "/health/live?q=" + "x" * 8_000)
    assert status == 200
