"""Drawing a certificate: one page, the same content for the same certificate; and what all papers share."""

from __future__ import annotations

from io import BytesIO

from django.utils import timezone, translation
from django.utils.formats import date_format
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from training.models import Certificate, SignedPaper

INK, ACCENT, FAINT = HexColor("#1b2733"), HexColor("#8a1c1c"), HexColor("#e4e4e4")
_QR_SIZE = 92
MARGIN = 48
_MOST_LINES = 3


def draw(certificate: Certificate, *, address: str) -> bytes:
    """The page as PDF, not signed yet. ``address`` is where the QR leads."""
    register_fonts()
    output = BytesIO()
    width, height = landscape(A4)
    canvas = Canvas(output, pagesize=(width, height), lang="id")
    canvas.setTitle(f"Sertifikat {certificate.number}")
    canvas.setAuthor(certificate.institution)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(2)
    canvas.rect(MARGIN / 2, MARGIN / 2, width - MARGIN, height - MARGIN)
    canvas.setLineWidth(0.5)
    canvas.rect(MARGIN / 2 + 5, MARGIN / 2 + 5, width - MARGIN - 10, height - MARGIN - 10)
    if certificate.is_demo:
        watermark(canvas, width, height)
    _words(canvas, certificate, width, height)
    proof(canvas, certificate, address, width)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def register_fonts() -> None:
    """Bitstream Vera, which comes with the library, has every letter of names in Latin script."""
    if "Vera" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
        pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))


def _words(canvas: Canvas, certificate: Certificate, width: float, height: float) -> None:
    y = height - 145
    canvas.setFillColor(ACCENT)
    _centred(canvas, "SERTIFIKAT", "VeraBd", 34, width, y)
    canvas.setFillColor(INK)
    _centred(canvas, f"Nomor {certificate.number}", "Vera", 11, width, y - 24)
    _centred(canvas, "diberikan kepada", "Vera", 12, width, y - 62)
    _centred(canvas, certificate.holder, "VeraBd", 24, width, y - 96)
    lines = [
        f"yang telah lulus {certificate.programme}",
        certificate.batch,
        f"dengan predikat {certificate.predicate.lower()}" if certificate.predicate else "",
        "dengan inovasi",
    ]
    y -= 130
    for line in filter(None, lines):
        y = _paragraph(canvas, line, "Vera", 12, width, y)
    y = _paragraph(canvas, f"“{certificate.title}”", "VeraBd", 14, width, y - 6)
    with translation.override("id"):
        day = date_format(timezone.localtime(certificate.reserved_at), "j F Y")
    _paragraph(canvas, f"{certificate.institution}, {day}", "Vera", 12, width, y - 14)


def _centred(canvas: Canvas, text: str, font: str, size: float, width: float, y: float) -> None:
    """One line in the middle, set smaller where it would not fit."""
    while size > 8 and pdfmetrics.stringWidth(text, font, size) > width - 3 * MARGIN:
        size -= 1
    canvas.setFont(font, size)
    canvas.drawCentredString(width / 2, y, text)


def _paragraph(canvas: Canvas, text: str, font: str, size: float, width: float, y: float) -> float:
    """Lines in the middle; the y of the line after them."""
    canvas.setFont(font, size)
    for line in simpleSplit(text, font, size, width - 5 * MARGIN)[:_MOST_LINES]:
        canvas.drawCentredString(width / 2, y, line)
        y -= size * 1.5
    return y


def proof(canvas: Canvas, paper: SignedPaper, address: str, width: float) -> None:
    """The QR code and the address of the check, in the lower right corner."""
    code = QrCodeWidget(address, barLevel="M")
    left, bottom, right, top = code.getBounds()
    scale = [_QR_SIZE / (right - left), 0, 0, _QR_SIZE / (top - bottom), 0, 0]
    picture = Drawing(_QR_SIZE, _QR_SIZE, transform=scale)
    picture.add(code)
    renderPDF.draw(picture, canvas, width - MARGIN - _QR_SIZE, MARGIN)
    canvas.setFont("Vera", 8)
    canvas.setFillColor(INK)
    right_edge = width - MARGIN - _QR_SIZE - 10
    canvas.drawRightString(right_edge, MARGIN + 40, "Periksa keasliannya:")
    canvas.drawRightString(right_edge, MARGIN + 28, address)
    canvas.drawRightString(right_edge, MARGIN + 16, f"Kode {paper.code}")


def watermark(canvas: Canvas, width: float, height: float) -> None:
    """Says across the page that nothing on it is to be relied on."""
    canvas.saveState()
    canvas.setFillColor(FAINT)
    canvas.setFont("VeraBd", 120)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(28)
    canvas.drawCentredString(0, -40, "CONTOH")
    canvas.restoreState()
