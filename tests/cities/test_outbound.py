"""Asking other servers: what is refused, and that nothing hangs, grows or wanders off."""

import gzip
import ipaddress
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cities.outbound import Answer, Problem, Rules, fetch, is_public, may_be_asked, requests

PUBLIC = "93.184.216.34"
HOSTILE = [
    "http://127.0.0.1/",
    "http://127.0.0.1./",
    "http://localhost/",
    "http://localhost./",
    "http://0/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.01/",
    "http://017700000001/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://①②⑦.0.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:7f00:1::]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://[2606:4700::1%25eth0]/",
    "http://[fd00:ec2::254]/",
    "http://[fec0::1]/",
    "http://[ff02::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://168.63.129.16/",
    "http://100.64.0.1/",
    "http://192.0.0.192/",
    "http://192.168.1.1/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://a@127.0.0.1#@b/",
    "http://example.org\\@127.0.0.1/",
    "http://example.org:22/",
    "http://example.org:6379/",
    "http://example.org:99999/",
    "http://example.org/a b",
    "http://example.org/\r\nX: y",
    "http://exam ple.org/",
    "http://exa%6dple.org/",
    "http:///path",
    "http://",
    "//example.org/",
    "example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://example.org/" + "a" * 3000,
    "",
]


@pytest.fixture(autouse=True)
def asking(settings):
    settings.ASKS_OTHER_SERVERS = True


def the_system_says(host, _port):
    """Names as a hostile or careless resolver would know them."""
    return {"localhost": ["127.0.0.1"]}.get(host, [PUBLIC])


@pytest.fixture
def no_connections(monkeypatch):
    """Fail when anything is connected to."""

    def refuse(address, **_more):
        raise AssertionError(f"connected to {address}")

    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.mark.parametrize("url", HOSTILE)
def test_addresses_that_lead_near_us_or_read_two_ways_are_refused(url, no_connections):
    answer = fetch(url, rules=Rules(resolve=the_system_says))
    assert answer == Answer(url, problem=Problem.NOT_ALLOWED)


@pytest.mark.parametrize(
    "near", ["10.0.0.1", "::1", "64:ff9b::7f00:1", "fe80::1", "::ffff:10.0.0.1", "no address"]
)
def test_a_name_with_a_single_address_near_us_is_refused_whole(near, no_connections):
    rules = Rules(resolve=lambda host, port: [PUBLIC, near])
    assert fetch("https://example.org/", rules=rules).problem == Problem.NOT_ALLOWED


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_of_the_internet_are_not(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://münchen.de/straße?q=ü", "https://example.org:8443/a#b"]
)
def test_addresses_people_use_may_be_asked(url):
    assert may_be_asked(url)


def test_nothing_is_asked_where_the_operator_wants_none(settings, no_connections):
    settings.ASKS_OTHER_SERVERS = False
    assert fetch("https://example.org/").problem == Problem.OFF


# ── with a server ────────────────────────────────────────────────────────────────────────────────
class Site(BaseHTTPRequestHandler):
    """A server with habits, good and bad."""

    seen: list = []

    def do_GET(self):
        self.seen.append((self.path, dict(self.headers)))
        act = getattr(self, self.path.strip("/").split("/")[0].split("?")[0] or "page")
        act()

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def page(self):
        self.answer(body=b"hello", Content_Type="text/plain", Set_Cookie="a=b")

    def missing(self):
        self.answer(404, b"secret words")

    def packed(self):
        self.answer(body=gzip.compress(b"hello " * 100), Content_Encoding="gzip")

    def bomb(self):
        self.answer(body=gzip.compress(b"\0" * 40_000_000), Content_Encoding="gzip")

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def drip(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _second in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            pass

    def slowheader(self):
        try:
            for _second in range(100):
                self.wfile.write(b"H")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def nonsense(self):
        self.wfile.write(b"SSH-2.0-OpenSSH\r\n")

    def on(self):
        left = int(self.path.rsplit("/", 1)[-1])
        self.answer(302, Location=f"/on/{left - 1}" if left else "/page")

    def inside(self):
        self.answer(302, Location="http://169.254.169.254/latest/")

    def elsewhere(self):
        self.answer(301, Location="file:///etc/passwd")

    def log_message(self, *_args):
        pass


@pytest.fixture
def site():
    """The address of a server on this machine, and rules that let requests go there alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Site.seen = []
    port = server.server_address[1]
    rules = Rules(
        resolve=lambda host, port: ["127.0.0.1"] if host == "site.example" else [PUBLIC],
        allows=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({port}),
    )
    yield lambda path, **more: fetch(f"http://site.example:{port}/{path}", rules=rules, **more)
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def patience(monkeypatch, seconds):
    """Wait no longer than so many seconds, and see that nobody does."""
    monkeypatch.setattr(requests, "TOTAL_S", seconds)
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + 1


def test_an_answer_has_its_status_its_words_and_its_kind(site):
    answer = site("page")
    assert (answer.ok, answer.status, answer.body) == (True, 200, b"hello")
    assert answer.content_type == "text/plain"
    assert "hello" not in repr(answer)
    path, headers = Site.seen[-1]
    assert path == "/page"
    assert headers["Host"].startswith("site.example:")
    assert headers["User-Agent"].startswith("ICC-Portal/1 (+http")
    assert "Cookie" not in headers


def test_letters_beyond_ascii_arrive_as_browsers_send_them(site):
    site("page/straße?q=ü")
    assert Site.seen[-1][0] == "/page/stra%C3%9Fe?q=%C3%BC"


def test_a_status_alone_reads_no_words(site):
    answer = site("missing", with_body=False)
    assert (answer.ok, answer.status, answer.body) == (False, 404, b"")
    assert site("endless", with_body=False).status == 200


def test_packed_answers_are_unpacked_up_to_two_megabytes(site):
    assert site("packed").body == b"hello " * 100
    assert site("bomb").problem == Problem.LARGE
    assert site("endless").problem == Problem.LARGE


def test_three_redirects_are_followed_and_no_cookie_goes_along(site):
    assert site("on/2").body == b"hello"
    assert len(Site.seen) == 4
    assert all("Cookie" not in headers for _path, headers in Site.seen)
    assert site("on/3").problem == Problem.LOST


@pytest.mark.parametrize("path", ["inside", "elsewhere"])
def test_a_redirect_is_looked_at_like_any_address(site, path):
    assert site(path).problem == Problem.NOT_ALLOWED


def test_a_name_that_changes_its_address_between_two_requests_is_looked_at_each_time(site):
    """Rebinding: the second answer of the resolver leads near us."""
    port = int(site("page").url.split(":")[2].split("/")[0])
    said = iter([["127.0.0.1"], ["10.0.0.1"]])
    rules = Rules(
        resolve=lambda host, port: next(said),
        allows=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({port}),
    )
    answer = fetch(f"http://site.example:{port}/on/1", rules=rules)
    assert answer.problem == Problem.NOT_ALLOWED


@pytest.mark.parametrize("path", ["drip", "slowheader"])
def test_a_server_that_drips_is_left_after_the_whole_time(site, monkeypatch, path):
    with patience(monkeypatch, 0.5):
        assert site(path).problem == Problem.SLOW


def test_a_name_that_nobody_answers_for_is_left_as_well(monkeypatch):
    with patience(monkeypatch, 0.3):
        rules = Rules(resolve=lambda host, port: time.sleep(2) or [])
        assert fetch("https://example.org/", rules=rules).problem == Problem.SLOW


def test_what_is_no_web_server_gives_a_problem_and_no_error(site):
    assert site("nonsense").problem == Problem.GARBLED


def test_a_server_without_a_certificate_is_unsafe(site):
    port = int(site("page").url.split(":")[2].split("/")[0])
    rules = Rules(
        resolve=lambda host, port: ["127.0.0.1"],
        allows=lambda address: True,
        ports=frozenset({port}),
    )
    assert fetch(f"https://site.example:{port}/", rules=rules).problem == Problem.UNSAFE


def test_a_name_nobody_has_and_a_port_nobody_listens_at():
    unknown = Rules(resolve=lambda host, port: [])
    assert fetch("https://example.org/", rules=unknown).problem == Problem.UNKNOWN
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    rules = Rules(
        resolve=lambda host, port: ["127.0.0.1"],
        allows=lambda address: True,
        ports=frozenset({port}),
    )
    assert fetch(f"http://example.org:{port}/", rules=rules).problem == Problem.SILENT
