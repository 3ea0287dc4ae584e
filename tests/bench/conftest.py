"""What the measurements share: a database with many entries, and a table of figures at the end."""

import json
import os
import subprocess
import sys
from itertools import product
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from cities.models import Theme
from icc_portal.load.words import languages
from marketplace.models import Entry
from marketplace.search.answers import answer
from marketplace.search.questions import Question
from marketplace.views.cards import PAGE_SIZE
from tests.conftest import test_database_url
from tests.factories import make_staff
from tests.signed_in import session_cookie

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "80"))
SIZES = [1_000, int(os.environ.get("BENCH_ENTRIES", "100000"))]
REVIEWS = 3_000
LIST = "/marketplace/"
DESK = ["/review/?scope=all", *(f"/review/?scope=all&page={page}" for page in range(2, 12))]
figures = []


@pytest.fixture(scope="session")
def record():
    """A function that keeps one line of the table: what, how much, and what is allowed."""

    def keep(name, value, limit, unit="×"):
        figures.append((name, value, limit, unit))

    return keep


@pytest.fixture(scope="session")
def measure():
    """A function that measures kinds of pages in a process of their own."""

    def ask(pages, cookie="", **environment):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.measure"],
            input=json.dumps({"pages": pages, "cookie": cookie, "rounds": ROUNDS}),
            env=portal_environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


@pytest.fixture(scope="session")
def collected(django_db_setup):
    """The styles and pictures, gathered as for an operator."""
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=portal_environment(), check=True, cwd=settings.BASE_DIR)


@pytest.fixture(scope="session")
def measured(django_db_setup, django_db_blocker, measure, collected):
    """Each kind of public page among few entries and among many: seconds and queries.

    The database stays full until the tests' database is dropped. It is filled before any test
    begins its transaction, so that other processes see what is in it.
    """
    with django_db_blocker.unblock():
        call_command("load_programme", verbosity=0)
        found, alike = {}, {}
        for size in SIZES:
            call_command("generate_load", solutions=size, reviews=REVIEWS, verbosity=0, yes=True)
            pages = public_pages()
            found[size] = measure({kind: several[:5] for kind, several in pages.items()})
            alike = alike or alike_at_every_size(pages)
            found["anew", size] = measure(pages, PAGES_REMEMBERED_S="0")
            found["alike", size] = measure(alike, PAGES_REMEMBERED_S="0")
        found["odd"] = measure(odd_searches(), PAGES_REMEMBERED_S="0")
        found["full"] = measure({"entry": full_entries()}, PAGES_REMEMBERED_S="0")
        staff = make_staff(email="bench@example.org")
        found["desk"] = measure({"desk": DESK}, cookie=session_cookie(staff))
        return found


def portal_environment(**more):
    """The environment of a real process of the portal on the database of these tests."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "DATABASE_URL": test_database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "STATIC_ROOT": f"{settings.DATA_DIR}/collected",
        "EMAIL_URL": "memorymail://",
        **more,
    }


def public_pages():
    """Many addresses of each kind: lists, searches for three words, two facets, entries."""
    slugs = Entry.objects.live().solutions().order_by("?").values_list("slug", flat=True)
    maturities = ["idea", "pilot", "deployed", "scaled", "stopped"]
    themes = Theme.objects.filter(revisions__isnull=False).distinct().values_list("slug", flat=True)
    facets = list(product(maturities, sorted(themes)))
    return {
        "list": [f"{LIST}?page={page}" for page in range(1, 80)],
        "search": [f"{LIST}?{urlencode({'q': words})}" for words in three_words()],
        "two facets": [f"{LIST}?maturity={one}&theme={two}" for one, two in facets[:80]],
        "entry": [f"{LIST}{slug}/" for slug in slugs[:80]],
    }


def alike_at_every_size(pages):
    """Of pages among few entries, those that show as much among many.

    Entries stay as they are; searches are those that fill a page already.
    """
    full = [
        address
        for address in pages["search"]
        if answer(Question(text=parse_qs(urlsplit(address).query)["q"][0])).total >= PAGE_SIZE
    ]
    return {**pages, "search": full}


def full_entries():
    """The real entries that have most around their words: figures, files, cities that run them."""
    full = (
        Entry.objects.live()
        .solutions()
        .annotate(
            figures=Count("live_revision__figures", distinct=True),
            files=Count("live_revision__attachments", distinct=True),
            cities=Count("deployments", distinct=True),
        )
    )
    slugs = full.filter(figures__gt=0, cities__gt=0).order_by("-files", "pk")
    return [f"{LIST}{slug}/" for slug in slugs.values_list("slug", flat=True)[:10]]


def odd_searches():
    """Searches that say little or too much, each a kind of page of its own."""
    typed = {
        # Whoever comes first waits until templates are read and the index is open.
        "usual": "parking",
        **{sign: sign for sign in ('"', "%", "_", "*", "?", "\\", "(((", "a", "^2", "~", "😀")},
        **{words: words for words in ("AND OR NOT", "title:x", "a\tb\nc")},
        "10,000 letters": "a" * 10_000,
        "10,000 letters in words": "smart parking " * 700,
        "small words": "the of and de la der die",
        "Greek without accents": "εξυπνη σταθμευση πολη",
        "words that stand nowhere": "smrat parkign wintre",
    }
    return {what: [f"{LIST}?{urlencode({'q': text})}"] for what, text in typed.items()}


def three_words():
    """Searches that people might type, in each language: a thing, and what it is for."""
    for spoken in languages():
        for thing, purpose in zip(spoken.things, spoken.purposes, strict=False):
            yield " ".join([*thing.split()[:2], *purpose.split()[-1:]][-3:])


def pytest_terminal_summary(terminalreporter):
    """Print the table."""
    if not figures:
        return
    terminalreporter.write_sep("─", f"speed on {connection.vendor}")
    width = max(len(name) for name, *_rest in figures)
    for name, value, limit, unit in figures:
        shown = f"{value:10.2f} {unit}" if isinstance(value, float) else f"{value:>7} {unit}"
        terminalreporter.write_line(f"{name:<{width}}  {shown:<18} {limit}")
