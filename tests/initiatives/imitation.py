"""A server on this machine that answers as OpenDataSoft and CKAN do, in their moods."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cities.outbound import Rules

HOST = "data.example.org"
RESOURCE = "11111111-2222-3333-4444-555555555555"
ODS = "/api/explore/v2.1/catalog/datasets/energy/records"
CKAN = f"/api/3/action/datastore_search?resource_id={RESOURCE}"


class Imitation(BaseHTTPRequestHandler):
    """Rows of `rows`, given as a portal gives them; `mood` is how it feels today."""

    rows: list = []
    mood = ""
    seen: list = []
    document = '{"value": 12}'
    table = "name,value\na,1\nb,2\n"
    key = ""

    def do_GET(self):
        self.seen.append((self.path, dict(self.headers)))
        at = urlsplit(self.path)
        mood = getattr(self, f"in_mood_{self.mood}", None)
        if self.key and self.headers.get("Authorization") != self.key:
            self.answer(401, '{"error": "secret words of the source"}')
        elif mood is not None:
            mood()
        elif at.path.endswith("/records"):
            self.as_opendatasoft(parse_qs(at.query))
        elif at.path.endswith("/datastore_search"):
            self.as_ckan(parse_qs(at.query))
        elif at.path.endswith(".csv"):
            self.answer(200, self.table, "text/csv; charset=utf-8")
        else:
            self.answer(200, self.document)

    # ── as portals answer ───────────────────────────────────────────────────────────────────────
    def as_opendatasoft(self, asked):
        limit, offset = int(asked.get("limit", ["10"])[0]), int(asked.get("offset", ["0"])[0])
        if limit > 100 or offset + limit > 10_000:
            self.answer(400, '{"error_code": "InvalidRESTParameterError", "message": "Too many."}')
            return
        rows = ", ".join(self.rows[offset : offset + limit])
        self.answer(200, f'{{"total_count": {len(self.rows)}, "results": [{rows}]}}')

    def as_ckan(self, asked):
        limit, offset = int(asked.get("limit", ["100"])[0]), int(asked.get("offset", ["0"])[0])
        rows = ", ".join(self.rows[offset : offset + limit])
        self.answer(
            200,
            f'{{"help": "", "success": true, "result": {{"fields": [], "records": [{rows}], '
            f'"total": {len(self.rows)}, "_links": {{}}}}}}',
        )

    # ── moods ───────────────────────────────────────────────────────────────────────────────────
    def in_mood_busy(self):
        self.answer(429, "{}", retry_after="7200")

    def in_mood_page_for_people(self):
        self.answer(200, "<html><body>Sign in, secret words</body></html>", "text/html")

    def in_mood_no_success(self):
        self.answer(200, '{"help": "", "success": false, "error": {"__type": "Not Found Error"}}')

    def in_mood_conflict(self):
        self.answer(409, '{"success": false, "error": {"__type": "Validation Error"}}')

    def in_mood_error_code(self):
        self.answer(200, '{"error_code": "ODSQLError", "message": "secret words"}')

    def in_mood_missing(self):
        self.answer(404, "{}")

    def in_mood_broken(self):
        self.answer(500, "{}")

    def in_mood_half(self):
        self.answer(200, '{"total_count": 3, "results": [{"val')

    def in_mood_inside(self):
        self.send_response(302)
        self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        self.end_headers()

    def in_mood_round(self):
        self.send_response(302)
        self.send_header("Location", self.path)
        self.end_headers()

    def in_mood_elsewhere(self):
        port = self.server.server_address[1]
        self.send_response(302)
        self.send_header("Location", f"http://other.example.org:{port}/value.json")
        self.end_headers()
        type(self).mood = ""

    def in_mood_drip(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _second in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    def in_mood_endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            pass

    def answer(self, status, body, kind="application/json", retry_after=""):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_args):
        pass


@contextmanager
def imitation():
    """The address of the server, its class, and rules that let requests go there alone."""
    moody = type("Moody", (Imitation,), {"seen": [], "rows": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), moody)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    port = server.server_address[1]
    rules = Rules(
        resolve=lambda host, port: ["127.0.0.1"] if host.endswith("example.org") else [host],
        allows=lambda address: str(address) == "127.0.0.1",
        ports=frozenset({port, 80, 443}),
    )
    try:
        yield moody, f"http://{HOST}:{port}", rules
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def rows(*values):
    """Rows with a value each, written as JSON would have it."""
    return [json.dumps({"name": f"row {place}"})[:-1] + f', "kwh": {value}}}'
            for place, value in enumerate(values)]  # fmt: skip
