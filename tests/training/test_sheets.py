"""Files that are no list are refused with the remedy; what is one is read as it stands."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.training.coordinators import HEADER, row, xlsx
from training.services.sheets import MOST_ROWS, Line, UnreadableFile, read


def texts(lines: list[Line]) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in lines]


def rezipped(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some of its parts replaced; ``__`` in a name stands for the slash."""
    out = io.BytesIO()
    changed = {name.replace("__", "/") + ".xml": data for name, data in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, changed.get(part.filename, old.read(part)))
    return out.getvalue()


def refusal(content: bytes) -> str:
    with translation.override("en"), pytest.raises(UnreadableFile) as refused:
        read(content)
    return str(refused.value)


def test_a_workbook_and_a_text_are_read_alike():
    rows = [list(HEADER), row(1), row(2)]
    want = [[*cells] for cells in rows]
    assert texts(read(xlsx(rows[1:]))) == want
    for divider in ";,\t":
        text = "\r\n".join(divider.join(cells) for cells in rows)
        assert texts(read(b"\xef\xbb\xbf" + text.encode())) == want
        assert texts(read(text.encode())) == want


def test_rows_keep_the_number_people_see():
    lines = read(xlsx([[], row(1), [], row(2)]))
    assert [line.number for line in lines] == [1, 3, 5]
    quoted = b'a;b\n"dua\nbaris";x\n\nc;d\n'
    assert [line.number for line in read(quoted)] == [1, 2, 5]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "no rows"),
        (b"%PDF-1.7 \xff\xfe", "neither"),
        (b"\x89PNG\r\n\x1a\n\x00", "neither"),
        (b"a;b\x00;c", "neither"),
        ("Nama peserta;Surel".encode("utf-16"), "neither"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
        (b"PK\x03\x04" + b"broken", "damaged"),
        (b'nama;surel\n"tidak ditutup;x\n' + b"x" * 200_000, "quotation mark"),
    ],
)
def test_what_is_no_list_is_refused_by_its_content(content, said):
    assert said in refusal(content)


def test_another_archive_is_no_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "no XLSX" in refusal(out.getvalue())


def test_a_part_that_unpacks_to_too_much_is_not_unpacked():
    bomb = rezipped(xlsx([row()]), xl__worksheets__sheet1=b" " * (41 * 1024 * 1024))
    assert len(bomb) < 100_000
    assert "too large" in refusal(bomb)


def test_entities_are_not_expanded():
    sheet = (
        b'<!DOCTYPE x [<!ENTITY a "ha">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
    )
    assert "damaged" in refusal(rezipped(xlsx([row()]), xl__worksheets__sheet1=sheet))


def test_a_sheet_that_claims_to_be_huge_costs_nothing():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert texts(read(rezipped(xlsx([row()]), xl__worksheets__sheet1=sheet)))[0][0] == "x"


def test_a_row_number_beyond_all_is_no_endless_loop():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert len(read(rezipped(xlsx([row()]), xl__worksheets__sheet1=sheet))) == 1


def test_more_rows_than_allowed():
    text = "a;b\n" + "c;d\n" * (MOST_ROWS + 1)
    assert "more than 2000 rows" in refusal(text.encode()).replace(",", "").replace(".", "")
    assert len(read(("a;b\n" + "c;d\n" * MOST_ROWS).encode())) == MOST_ROWS + 1


def test_formulas_are_known_as_such():
    book = Workbook()
    book.active.append(["a", '=HYPERLINK("http://example.com")', 12.0, None, True])
    out = io.BytesIO()
    book.save(out)
    [line] = read(out.getvalue())
    assert [cell.formula for cell in line.cells[:3]] == [False, True, False]
    assert line.cells[2].text == "12"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    for start in (b"", b"PK\x03\x04", b"\xef\xbb\xbf"):
        with suppress(UnreadableFile):
            read(start + content)


GOOD = xlsx([row(1), row(2)])
_FLIPS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(_FLIPS)
def test_a_workbook_with_flipped_bytes_is_read_or_refused(flips):
    content = bytearray(GOOD)
    for place, value in flips:
        content[place % len(content)] = value
    with suppress(UnreadableFile):
        read(bytes(content))


_CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=1, max_size=6), min_size=1, max_size=8))
def test_what_csv_writes_is_read_back(rows):
    import csv

    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    kept = [[cell.strip() for cell in cells] for cells in rows]
    for cells in kept:
        while cells and not cells[-1]:
            cells.pop()
    want = [["a", "b", "c"], *[cells for cells in kept if cells]]
    assert texts(read(out.getvalue().encode())) == want
