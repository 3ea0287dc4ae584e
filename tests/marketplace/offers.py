"""What officers do with drafts, in the words of the tests."""

import re

from django.urls import reverse

from marketplace.models import Entry
from tests.factories import make_entry

OFFER = "/marketplace/offer/"
WORDS = {
    "title": "Open data portal",
    "summary": "One place for all data.",
    "language": "en",
    "problem": "Nobody found anything.",
    "approach": "A portal.",
    "maturity": "deployed",
    "is_open_source": "unknown",
}


def at(name, revision, **more):
    where = {"slug": revision.entry.slug, "number": revision.number, **more}
    if name in {"revision-step", "revision-autosave"}:
        where.setdefault("step", "text")
    return reverse(f"marketplace:{name}", kwargs=where)


def save(client, revision, step, go="stay", **fields):
    """Leave a step by a button, as the page that shows the draft as it is now sends it."""
    revision.refresh_from_db()
    sent = {"version": revision.version, "go": go, **fields}
    return client.post(at("revision-step", revision, step=step), sent, follow=True)


def page(response):
    return re.sub(r"\s+", " ", response.content.decode())


def start(client, **fields):
    asked = {"kind": "solution", "title": "Open data portal", "language": "en", **fields}
    return client.post(OFFER, {"city": Entry.city.field.related_model.objects.get().pk, **asked})


def opened(client, revision, step):
    """Return what a page of a step that is open now will send along."""
    shown = client.get(at("revision-step", revision, step=step)).content.decode()
    tags = (re.search(rf'<input[^>]*name="{name}"[^>]*>', shown)[0] for name in ("version", "seen"))
    found = [re.search(r'value="([^"]*)"', tag)[1] for tag in tags]
    return dict(zip(("version", "seen"), found, strict=True))


def make_draft(city, **fields):
    return make_entry(city, state="draft", **fields).revisions.get()
