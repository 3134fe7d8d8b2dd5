"""What a PDF shows and holds, read by a program that had no part in making it."""

from __future__ import annotations

import re
import zlib

import pypdfium2
import zxingcpp

_SCALE = 2  # 144 dots an inch: less than any printer, about what a screen shows
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def qr_codes(pdf: bytes) -> list[list[str]]:
    """The texts of the QR codes on each page, as a camera reads them from the page."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.render(scale=_SCALE).to_pil() for page in document]
    return [[found.text for found in zxingcpp.read_barcodes(page)] for page in pages]


def words(pdf: bytes) -> str:
    """All that can be copied out of the pages, and the title, author and so on that stand behind them."""
    with pypdfium2.PdfDocument(pdf) as document:
        shown = [page.get_textpage().get_text_range() for page in document]
        return "\n".join([*shown, *document.get_metadata_dict().values()])


def unpacked(pdf: bytes) -> bytes:
    """The file with every packed stream beside it as it reads unpacked."""
    parts = [pdf]
    for match in _STREAM.finditer(pdf):
        try:
            parts.append(zlib.decompressobj().decompress(match[1]))
        except zlib.error:
            continue  # packed in another way, or not at all
    return b"\n".join(parts)
