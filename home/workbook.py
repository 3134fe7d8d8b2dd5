"""An XLSX workbook of one sheet, written while its rows are being read: the first bytes leave at once and
memory does not grow with it.

Libraries keep the sheet in memory or in a file and pack it when it is complete. Here the archive goes to a
stream that cannot seek, the sheet last, its texts inline. What names the parts stands at the archive's end,
so a file that breaks off is no archive and no program takes it for a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

from home.archives import Outlet

Cell = str | int | float | bool | date | None
Row = Sequence[Cell]

LONGEST_TEXT = 32_767
"""Characters a cell may have; a spreadsheet calls a file with more damaged."""

_SHEET = "xl/worksheets/sheet1.xml"
_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet, for days from March 1900 on."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>
<Override PartName="/{_SHEET}" ContentType="{_TYPES}.worksheet+xml"/>
</Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/>
</Relationships>""",
    # The second format of a cell, s="1", is a day's: year, month and day.
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>""",
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
_TAIL = "</sheetData></worksheet>"


def pieces(title: str, header: Sequence[str], chunks: Iterable[Iterable[Row]]) -> Iterator[bytes]:
    """A workbook with one sheet, its first row frozen; a piece before the first chunk and one after each."""
    outlet = Outlet()
    archive = ZipFile(outlet, "w", ZIP_DEFLATED)
    for name, content in {**_PARTS, "xl/workbook.xml": _workbook(title)}.items():
        archive.writestr(name, _XML + content)
    with archive.open(_SHEET, "w") as sheet:
        lines = _Lines(len(header))
        sheet.write((_HEAD + lines.line(header)).encode())
        yield outlet.fetch()
        for chunk in chunks:
            sheet.write("".join(map(lines.line, chunk)).encode())
            yield outlet.fetch()
        sheet.write(_TAIL.encode())
    archive.close()
    yield outlet.fetch()


def _workbook(title: str) -> str:
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f'<sheets><sheet name="{_escaped(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


class _Lines:
    """Rows as XML, numbered as they come. An empty cell is left out, so each says where it stands."""

    def __init__(self, width: int) -> None:
        self._columns = [_letters(number) for number in range(width)]
        self._number = 0

    def line(self, row: Row) -> str:
        self._number += 1
        number = self._number
        cells = [
            _cell(f"{column}{number}", value)
            for column, value in zip(self._columns, row, strict=True)
            if value is not None and value != ""
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(place: str, value: Cell) -> str:
    if isinstance(value, str):
        # A text is marked as one, whatever it begins with: never a formula.
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - _EPOCH).days}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _escaped(text: str) -> str:
    text = _NOT_IN_XML.sub(" ", text[:LONGEST_TEXT])
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _letters(number: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    name = ""
    while number >= 0:
        number, rest = divmod(number, 26)
        name, number = chr(65 + rest) + name, number - 1
    return name
