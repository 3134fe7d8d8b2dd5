"""Fields and formulas by which a document starts a program of its reader's (DDE) are refused."""

from __future__ import annotations

import io

import pytest

from tests.training.made_files import office, relations
from training.looking.office import office_kind
from training.looking.refused import Refused

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BEGIN, PARTED, END = (
    f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
)


def word(*content: str, part: str = "word__document.xml") -> bytes:
    body = f"<w:document {W}><w:body><w:p>{''.join(content)}</w:p></w:body></w:document>"
    return office("docx", **{part: body})


def code(*pieces: str) -> str:
    return "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)


def sheet(content: str, part: str = "xl__worksheets__sheet1.xml") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return office("xlsx", **{part: f'<worksheet xmlns="{space}">{content}</worksheet>'})


def cell(formula: str) -> bytes:
    return sheet(f'<sheetData><row r="1"><c r="A1"><f>{formula}</f></c></row></sheetData>')


BAD = {
    "field": word(BEGIN, code(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" '), PARTED, END),
    "in pieces": word(BEGIN, code("D", "DE", "au", "to cmd"), PARTED, END),
    "simple": word('<w:fldSimple w:instr=" dde excel a.xls "/>'),
    "in a header": word(BEGIN, code("DDE cmd x"), END, part="word__header1.xml"),
    "unclosed": word(BEGIN, code("DDEAUTO cmd")),
    "within another": word(BEGIN, code("IF 1 = "), BEGIN, code("DDE cmd x"), END, END),
    "spelt by another": word(BEGIN, BEGIN, code("QUOTE 68 68 69"), PARTED, END, code(" cmd x"), END),
    "formula": cell("cmd|'/C calc'!A0"),
    "formula within": cell("1+MSEXCEL|'\\..\\cmd.exe /c calc'!A1*2"),
    "after a text": cell("\"a|b\"&amp;cmd|'/C calc'!A0"),
    "name": office("xlsx", **{"xl__n.xml": "<a><definedName>cmd|'/c'!A0</definedName></a>"}),
    "rule": sheet("<dataValidation><formula1>cmd|'/c'!A0</formula1></dataValidation>"),
    "link": sheet('<ddeLink ddeService="cmd" ddeTopic="/c calc"/>', "xl__externalLinks__externalLink1.xml"),
}
GOOD = {
    "words about it": word("<w:r><w:t>DDEAUTO cmd adalah serangan</w:t></w:r>"),
    "page numbers": word(BEGIN, code(" PAGE "), PARTED, END, BEGIN, code("DATE \\@ d"), END),
    "a field in a field": word(BEGIN, code("IF "), BEGIN, code("PAGE"), END, code(" = 1"), END),
    "contents": word('<w:fldSimple w:instr=" TOC \\o 1-3"/>'),
    "texts and sheets": cell('\'lembar | satu\'!A1&amp;"a|b "" c|d"&amp;Tabel1[a|b]'),
    "a link": office(**{"word___rels__document.xml.rels": relations("hyperlink")}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_starts_a_program_is_refused(name):
    with pytest.raises(Refused) as refused:
        office_kind(io.BytesIO(BAD[name]))
    assert refused.value.code == "dde"


@pytest.mark.parametrize("name", GOOD)
def test_what_only_looks_like_it_is_kept(name):
    assert office_kind(io.BytesIO(GOOD[name])) in {"docx", "xlsx"}


def test_a_part_of_xml_under_another_name_is_not_left_unread():
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    hidden = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/>'
        f'<Override PartName="/word/kop.dat" ContentType="{main}"/></Types>'
    )
    content = office("docx", **{"[Content_Types].xml": hidden, "word__kop.dat": "<x/>"})
    with pytest.raises(Refused):
        office_kind(io.BytesIO(content))
