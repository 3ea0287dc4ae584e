"""Files that people bring as tables: what is recognised, what is left out, what is refused."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from marketplace.exchange import csv_files, workbooks
from marketplace.exchange.sheets import Unreadable

pytestmark = pytest.mark.django_db


def read_csv(data, encoding=""):
    return whole(csv_files.read_csv(data, encoding))


def read_xlsx(data):
    return whole(workbooks.read_xlsx(data)[0])


def whole(sheet):
    """Read the lines, which are otherwise read while they are asked for."""
    sheet.lines = list(sheet.lines)
    return sheet


# ── reading CSV ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("data", "read_as"),
    [
        ("title,summary\nÉté à Rouen,x\n".encode(), "CSV, commas, UTF-8"),
        ("\ufefftitle;summary\r\nÉté à Rouen;x\r\n".encode(), "CSV, semicolons, UTF-8"),
        ("title\tsummary\nÉté à Rouen\tx\n".encode("utf-16"), "CSV, tabs, UTF-16"),
        (
            "title;summary\nÉté à Rouen;x\n".encode("cp1252"),
            "CSV, semicolons, Windows, western Europe (1252)",
        ),
        ("sep=;\r\ntitle;summary\r\nÉté à Rouen;x\r\n".encode(), "CSV, semicolons, UTF-8"),
    ],
)
def test_usual_encodings_and_delimiters_are_recognised(data, read_as):
    sheet = read_csv(data)
    assert sheet.read_as == read_as
    assert sheet.lines[0].cells == ["Été à Rouen", "x"]


def test_letters_that_cannot_be_told_are_asked_about():
    data = b"title,summary\n" + b"\x81\x8d\x8f,x\n"
    with pytest.raises(Unreadable, match="Say which encoding"):
        read_csv(data)
    greek = read_csv("title,summary\nΑθήνα,x\n".encode("cp1253"), "cp1253")
    assert greek.lines[0].cells[0] == "Αθήνα"


def test_rows_that_do_not_fit_say_so_with_their_number_and_the_others_stand():
    data = (
        "title,summary\n"
        "Good,one\n"
        "Short\n"
        "Long,two,three\n"
        'Stray,"in"side\n'
        "\n"
        "Fine,four\n"
        'Open,"never closed\n'
        "Swallowed,five\n"
    )
    lines = read_csv(data.encode()).lines
    assert [(line.number, bool(line.fault)) for line in lines] == [
        (2, False), (3, True), (4, True), (5, True), (7, False), (8, True),
    ]  # fmt: skip
    assert "1 cell, the header 2" in lines[1].fault
    assert "never closed" in lines[5].fault
    assert "line 8" in lines[5].fault


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"colour,size\nred,3\n", b"title,title\na,b\n", b"title\n"]
)
def test_what_is_no_table_of_ours_is_refused_in_words(data):
    with pytest.raises(Unreadable):
        read_csv(data)


# ── reading workbooks ────────────────────────────────────────────────────────────────────────────
def packed(book):
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_a_workbook_gives_values_alone_and_says_what_it_left_out():
    book = Workbook()
    sheet = book.active
    sheet.append(["title", "summary", "months_to_deploy"])
    sheet.append(["Plain", "=1+1", 6.0])
    sheet.append(["Merged", "x", None])
    sheet.merge_cells("B3:C3")
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("secret").sheet_state = "hidden"
    book.create_sheet("second").append(["other"])
    read = read_xlsx(packed(book))
    assert read.lines[0].cells == ["Plain", "", "6"]
    said = " ".join(read.warnings)
    for word in ("1 formula", "B3:C3", "secret", "second", "Hidden rows (1)"):
        assert word in said


def test_macros_are_left_out_and_said():
    data = io.BytesIO(packed(_simple_book()))
    with zipfile.ZipFile(data, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"\x00")
    assert "Macros" in " ".join(read_xlsx(data.getvalue()).warnings)


def _simple_book():
    book = Workbook()
    book.active.append(["title"])
    book.active.append(["One"])
    return book


def test_zip_bombs_and_entities_are_refused_before_they_are_unpacked():
    data = io.BytesIO(packed(_simple_book()))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet9.xml", b"0" * 20_000_000)
    with pytest.raises(Unreadable, match="too large"):
        read_xlsx(data.getvalue())
    many = io.BytesIO(packed(_simple_book()))
    with zipfile.ZipFile(many, "a") as parts:
        for number in range(1_001):
            parts.writestr(f"x/{number}", b"")
    with pytest.raises(Unreadable, match="too large"):
        read_xlsx(many.getvalue())


def test_a_sheet_with_entities_is_refused():
    data = packed(_simple_book())
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                body = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + body.partition(b"?>")[2]
            new.writestr(part, body)
    with pytest.raises(Unreadable, match="damaged"):
        read_xlsx(out.getvalue())


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"hello"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(Unreadable):
        read_xlsx(data)
