"""publiccode.yml: read with every deviation and its place, written again the same."""

import time
import tracemalloc
from pathlib import Path

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cities import outbound
from marketplace import services
from marketplace.exchange.publiccode import read, write
from marketplace.exchange.publiccode.checking import Weight
from marketplace.exchange.publiccode.writing import contents
from marketplace.exchange.publiccode.yaml_text import TooMuch, load
from marketplace.models import Entry, EntryKind, RevisionState
from tests.factories import make_city, make_entry, make_officer, make_revision

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "publiccode"
COMPLETE = (FILES / "complete.yml").read_text()
EARLY = (FILES / "early.yml").read_text()
BROKEN = (FILES / "broken.yml").read_text()
IMPORT = "/marketplace/offer/publiccode/"


@pytest.fixture
def city():
    return make_city()


@pytest.fixture
def officer(city):
    return make_officer(city)


def found(text, key):
    """What was found at a key: its weight, line, column and words."""
    return [
        (finding.weight, finding.line, finding.column, finding.words)
        for finding in read(text).findings
        if finding.key == key
    ]


def draft_from(text, city, officer):
    """A draft with everything a file says."""
    understood = read(text)
    draft = services.new_entry(EntryKind.SOLUTION, city, officer, understood.title)
    return services.write_draft(draft, understood.values | {"publiccode": understood.kept})


# ── reading ──────────────────────────────────────────────────────────────────────────────────────
def test_a_complete_file_fills_the_fields_and_only_its_own_key_is_remarked():
    understood = read(COMPLETE)
    approach = understood.values.pop("approach")
    assert understood.values.pop("released_on").isoformat() == "2026-01-31"
    assert understood.values == {
        "title": "Rain Watch",
        "summary": "Rain in every street, read every five minutes.",
        "language": "en",
        "repository_url": "https://code.example.org/city/rain-watch.git",
        "website": "https://rain.example.org/",
        "software_version": "1.10",
        "licence": "EUPL-1.2",
        "is_open_source": True,
        "maturity": "deployed",
    }
    assert approach.endswith("\n\nIt runs on one small server.")
    assert [finding.key for finding in understood.findings] == ["x-our-own"]
    assert understood.kept["x-our-own"] == {"number": 12, "nested": [{"deep": True}]}


@pytest.mark.parametrize("version", ["0", "0.1", "0.2", "0.2.2", "0.3.0", "0.4", "0.5", "0.6"])
def test_every_earlier_version_is_taken_with_a_remark(version):
    text = COMPLETE.replace('"0.7"', f'"{version}"')
    [(weight, line, column, words)] = found(text, "publiccodeYmlVersion")
    assert (weight, line, column) == (Weight.WARNING, 1, 1)
    assert "0.7" in words
    assert read(text).title == "Rain Watch"


def test_an_early_file_is_read_although_the_standard_has_moved_on():
    understood = read(EARLY)
    assert understood.values["title"] == "Old Desk"
    assert understood.values["language"] == "en"
    assert understood.values["maturity"] == "pilot"
    assert understood.values["approach"] == "Short."
    assert understood.kept["localisation"]["localisationReady"] is False
    kept = {finding.key for finding in understood.findings if finding.weight == Weight.KEPT}
    assert kept == {
        "tags", "inputTypes", "it", "legal/authorsFile", "description/eng/genericName",
    }  # fmt: skip
    remarks = {finding.key for finding in understood.findings if finding.weight == Weight.WARNING}
    assert remarks == {
        "publiccodeYmlVersion", "platforms",
        "description/eng/genericName", "description/eng/longDescription",
    }  # fmt: skip
    assert not [each for each in understood.findings if each.weight == Weight.LEFT_OUT]


# Each line: what is put in the place of what, at which key it is said, on which line, with which
# words. The rest of the file is understood all the same.
FAULTS = [
    ("name: Rain Watch\n", "name: [a, b]\n", "name", 2, "found a list"),
    ("name: Rain Watch\n", "name:\n", "name", 2, "Empty"),
    ("name: Rain Watch\n", "", "name", 1, "requires “name”"),
    ("url: https://code", "url: ftp//code", "url", 4, "no web address"),
    ("landingURL: https://rain.example.org/", "landingURL: {a: b}", "landingURL", 5, "web address"),
    ('"2026-01-31"', '"31/01/2026"', "releaseDate", 8, "2026-01-31"),
    ("stable", "finished", "developmentStatus", 23, "concept, development"),
    ("standalone/web", "website", "softwareType", 24, "standalone/mobile"),
    ("  type: contract", "  type: maybe", "maintenance/type", 53, "internal, contract"),
    ("    - name: Example Ltd\n      until", "    - until", "maintenance/contractors/0/name", 55,
     "requires"),
    ('until: "2028-12-31"', "until: soon", "maintenance/contractors/0/until", 56, "2026-01-31"),
    ("localisationReady: yes", "localisationReady: perhaps", "localisation/localisationReady", 62,
     "true nor false"),
    ("      optional: no", "      optional: 3", "dependsOn/open/0/optional", 70, "true nor false"),
    ("  en:\n    localised", "  english-language!:\n    localised",
     "description/english-language!", 37, "code of a language"),
    ("organisation:\n  name: Example City\n  uri: https://city.example.org/\n",
     "organisation: Example City\n", "organisation", 10, "keys and values"),
    ("fundedBy:\n  - name: Example Fund\n", "fundedBy: Example Fund\n", "fundedBy", 20,
     "list of"),
    ("  license: EUPL-1.2\n", "", "legal/license", 49, "requires"),
    ("roadmap: https://", "roadmap: javascript://", "roadmap", 22, "no web address"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "line", "words"), FAULTS)
def test_a_fault_is_said_with_its_place_and_the_rest_is_read(old, new, key, line, words):
    assert old in COMPLETE
    text = COMPLETE.replace(old, new, 1)
    said = found(text, key)
    assert [each[1] for each in said] == [line]
    assert words in said[0][3]
    assert read(text).values["language"] in {"en", "fr"}


def test_broken_yaml_says_where_and_what_stands_is_taken(client, city, officer):
    understood = read(BROKEN)
    places = [(finding.line, finding.column) for finding in understood.findings if not finding.key]
    assert [line for line, _column in places] == [6, 11]
    assert understood.values["title"] == "Half a file"
    assert understood.values["repository_url"] == "https://code.example.org/half"
    assert understood.values["licence"] == "EUPL-1.2"
    assert understood.values["maturity"] == "idea"
    client.force_login(officer)
    page = client.post(IMPORT, {"into": f"city:{city.pk}", "text": BROKEN}).content.decode()
    quote = "shortDescription: &quot;A quote that is never closed"
    for excerpt in (quote, "developmentStatus: concept"):
        assert f"<code>{excerpt}</code>" in page


@pytest.mark.parametrize(
    ("text", "line"), [("- just\n- a list\n", 1), ("name: a\nname: b\n", 2), ("a: b\n\tc: d\n", 2)]
)
def test_what_is_no_set_of_keys_is_said_with_its_line(text, line):
    assert line in [fault.place.line for fault in load(text).faults]


# ── what is refused as a whole ───────────────────────────────────────────────────────────────────
def bomb():
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]")
    return "\n".join(lines)


REFUSED = {
    "alias bomb": bomb(),
    "small alias bomb": "\n".join(bomb().split("\n")[:6]),
    "ten megabytes": "name: x\n" * 1_250_000,
    "python object": "name: !!python/object/apply:os.system ['true']\n",
    "own tag": "name: !secret x\n",
    "too deep": "a: " + "[" * 100_000,
    "too many": "a: [" + "x," * 100_000 + "]",
    "itself": "a: &a\n  b: *a\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_harm_is_refused_within_a_second_and_without_memory(name):
    text = REFUSED[name]
    # Of the processor: others may be using the machine.
    began = time.process_time()
    with pytest.raises(TooMuch):
        read(text)
    took = time.process_time() - began
    tracemalloc.start()
    with pytest.raises(TooMuch):
        read(text)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 1
    assert peak < len(text) + 20_000_000


# ── writing ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("text", [COMPLETE, EARLY])
def test_what_was_read_is_written_again_the_same(text, city, officer):
    draft = draft_from(text, city, officer)
    written = write(draft)
    again = read(written)
    assert again.kept == draft.publiccode
    for name, value in again.values.items():
        assert getattr(draft, name) == value, name
    assert contents(draft) == yaml.safe_load(written)
    # And, where the file keeps to the standard, it is the file itself.
    if text is COMPLETE:
        expected = yaml.safe_load(COMPLETE)
        for language in expected["description"].values():
            language["longDescription"] = language["longDescription"].strip()
        assert yaml.safe_load(written) == expected


def test_an_entry_without_a_file_names_what_nobody_told_instead_of_making_it_up(city):
    entry = make_entry(city, repository_url="https://code.example.org/x", licence="MIT")
    written = write(entry.live_revision)
    assert "platforms" in written.split("publiccodeYmlVersion")[0]
    assert "platforms" not in yaml.safe_load(written)
    assert yaml.safe_load(written)["developmentStatus"] == "stable"


def test_live_software_has_its_file_and_nothing_else_does(client, city):
    software = make_entry(city, repository_url="https://code.example.org/x")
    answer = client.get(reverse("marketplace:publiccode-file", args=[software.slug]))
    assert yaml.safe_load(answer.content)["url"] == "https://code.example.org/x"
    draft = make_entry(city, state=RevisionState.DRAFT, repository_url="https://code.example.org/x")
    plain = make_entry(city)
    for entry in (draft, plain):
        url = reverse("marketplace:publiccode-file", args=[entry.slug])
        assert client.get(url).status_code == 404


# ── pages ────────────────────────────────────────────────────────────────────────────────────────
def test_an_officer_sees_what_was_understood_and_then_makes_the_draft(client, city, officer):
    client.force_login(officer)
    form = {"into": f"city:{city.pk}", "text": COMPLETE.replace("stable", "finished")}
    page = client.post(IMPORT, form)
    assert "“finished” is not one of" in page.content.decode()
    assert not Entry.objects.exists()
    for _twice in range(2):
        answer = client.post(IMPORT, form | {"act": "make", "key": page.context["key"]})
    draft = Entry.objects.get(city=city).revisions.get()
    assert answer.url == reverse("marketplace:revision-edit", args=[draft.entry.slug, 1])
    assert (draft.title, draft.licence, draft.maturity) == ("Rain Watch", "EUPL-1.2", "")


def test_a_file_brought_again_shows_what_would_change_in_the_draft(client, city, officer):
    draft = draft_from(COMPLETE, city, officer)
    client.force_login(officer)
    form = {"into": f"entry:{draft.entry_id}", "text": COMPLETE}
    assert client.post(IMPORT, form).context["fields"] == []
    form["text"] = COMPLETE.replace("1.10", "2.0")
    [field] = client.post(IMPORT, form).context["fields"]
    assert (field.before, field.after) == ("1.10", "2.0")
    client.post(IMPORT, form | {"act": "make"})
    draft.refresh_from_db()
    assert (draft.software_version, draft.version) == ("2.0", 3)


def test_a_published_entry_gets_a_draft_beside_it_and_one_under_review_none(client, city, officer):
    live = make_entry(city, title="Rain Watch", maturity="scaled")
    client.force_login(officer)
    form = {"into": f"entry:{live.pk}", "text": COMPLETE, "act": "make"}
    client.post(IMPORT, form)
    live.refresh_from_db()
    assert live.live_revision.licence == ""
    draft = live.revisions.get(state=RevisionState.DRAFT)
    assert (draft.licence, draft.maturity) == ("EUPL-1.2", "scaled")
    judged = make_entry(city, state=RevisionState.IN_REVIEW)
    page = client.post(IMPORT, form | {"into": f"entry:{judged.pk}"})
    assert "is open" in str(page.context["form"].errors["into"])


def test_entries_of_other_cities_are_not_offered(client, officer):
    other = make_entry(make_city())
    client.force_login(officer)
    page = client.post(IMPORT, {"into": f"entry:{other.pk}", "text": COMPLETE, "act": "make"})
    assert "into" in page.context["form"].errors
    assert make_revision(other).number == 2


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({}, "text", "Give its address"),
        ({"file": b"name: \xff\xfe"}, "file", "UTF-8"),
        ({"file": b"x" * 1_000_001}, "file", "one megabyte"),
        ({"text": REFUSED["python object"]}, "text", "asks for an object"),
        ({"url": "http://127.0.0.1/publiccode.yml"}, "url", ""),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(client, city, officer, form, field, words):
    client.force_login(officer)
    if "file" in form:
        form = {"file": SimpleUploadedFile("publiccode.yml", form["file"])}
    page = client.post(IMPORT, form | {"into": f"city:{city.pk}"})
    assert words in str(page.context["form"].errors[field])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (outbound.Answer("u", 404), "404"),
        (outbound.Answer("u", problem=outbound.Problem.SLOW), "too long"),
        (outbound.Answer("u", 200, content_type="text/html; charset=utf-8"), "web page"),
        (outbound.Answer("u", 200, body=b"\xff\xfe"), "UTF-8"),
    ],
)
def test_an_address_that_gives_no_file_says_why(client, city, officer, monkeypatch, answer, words):
    monkeypatch.setattr(outbound, "fetch", lambda url: answer)
    client.force_login(officer)
    page = client.post(IMPORT, {"into": f"city:{city.pk}", "url": "https://code.example.org/x"})
    assert words in str(page.context["form"].errors["url"])


def test_a_file_from_its_address_is_read_and_stands_in_the_form(client, city, officer, monkeypatch):
    answer = outbound.Answer("u", 200, body=COMPLETE.encode())
    monkeypatch.setattr(outbound, "fetch", lambda url: answer)
    client.force_login(officer)
    page = client.post(IMPORT, {"into": f"city:{city.pk}", "url": "https://code.example.org/x"})
    assert page.context["understood"].title == "Rain Watch"
    assert "Rain Watch" in page.context["form"]["text"].value()


@pytest.mark.parametrize(
    "broken",
    [
        'shortDescription: "not closed',
        "genericName: [a, b",
        "features: - this\n      - that",
        "odd: a: b: c",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_fault_within_the_description_leaves_the_rest_of_it(broken, first):
    good = "longDescription: |\n      Rain gauges: they count.\n\n      Twice."
    said = [broken, good] if first else [good, broken]
    keys = "\n".join(f"    {line}" for line in said)
    text = f"name: Medusa\ndescription:\n  fr:\n    genericName: Pluie\n  en:\n{keys}\nurl: x\n"
    document = load(text)
    assert document.data["name"] == "Medusa"
    assert document.data["url"] == "x"
    assert document.data["description"]["fr"] == {"genericName": "Pluie"}
    long = document.data["description"]["en"]["longDescription"]
    assert long.split() == ["Rain", "gauges:", "they", "count.", "Twice."]
    [fault] = document.faults
    lines = text.split("\n")
    at = lines.index(f"    {broken.splitlines()[0]}") + 1
    assert at <= fault.place.line <= at + 1 + broken.count("\n")
    assert document.places["description", "en", "longDescription"].line == (
        lines.index("    longDescription: |") + 1
    )
