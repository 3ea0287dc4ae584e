"""Other people's work stands as vendor.json says, and outlines are cut soundly."""

from pathlib import Path

from django.conf import settings

from icc_portal.vendoring import manifest
from icc_portal.vendoring.outlines import area, clipped, path, simplified, unroll

ROOT = Path(settings.BASE_DIR)


def test_every_file_is_as_its_hash_says_and_none_is_unlisted():
    packages = manifest.read(ROOT)
    listed = {name for package in packages for name in package.files}
    own = {"static/vendor/vendor.json", "static/vendor/designsystemet/theme.config.json"}
    standing = {
        str(found.relative_to(ROOT))
        for folder in ("static/vendor", "tests/vendor", "templates/components/icons")
        for found in (ROOT / folder).rglob("*")
        if found.is_file()
    }

    assert manifest.differences(ROOT, packages) == []
    assert standing - own == listed - {"cities/pictures/outlines.json"}


def test_a_changed_file_is_found(tmp_path):
    (tmp_path / "a.css").write_text("changed")
    package = manifest.Package(
        "p", "1", "MIT", "npm", "copy", {"a.css": "0" * 64, "b.css": "0" * 64}
    )

    assert manifest.differences(tmp_path, [package]) == [
        "a.css (p) differs from its sha256.",
        "b.css (p) is missing.",
    ]


def test_a_ring_is_cut_to_the_frame():
    square = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]

    assert area(clipped(square, (0, 0, 10, 10))) == 25
    assert clipped(square, (6, 6, 10, 10)) == []


def test_a_line_is_thinned_and_keeps_its_ends():
    line = [(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)]

    assert simplified(line, 0.5) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]


def test_a_ring_across_the_antimeridian_is_unrolled():
    assert [x for x, _y in unroll([(179, 0), (-179, 0), (-170, 0), (179, 0)])] == [
        179, 181, 190, 179,
    ]  # fmt: skip


def test_a_path_returns_to_whole_numbers_without_drift():
    ring = [(0.4, 0.4), (1.3, 0.4), (2.2, 0.4), (3.1, 3.6)]

    assert path(ring, 0) == "M0 0l1 0 1 0 1 4z"
