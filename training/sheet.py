"""Drawing a document of a project: one page upright, who decided what about which text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.utils import timezone, translation
from django.utils.formats import date_format
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from training.drawing import ACCENT, INK, MARGIN, proof, register_fonts, watermark
from training.models import Document, DocumentKind, Holder

_LABEL_WIDTH = 120
_MOST_LINES = 6
_TITLES = {
    DocumentKind.DESIGN_APPROVAL: "LEMBAR PERSETUJUAN RANCANGAN",
    DocumentKind.REPORT_APPROVAL: "LEMBAR PERSETUJUAN LAPORAN",
    DocumentKind.ENDORSEMENT: "LEMBAR PENGESAHAN",
    DocumentKind.ORIGINALITY: "PERNYATAAN ORISINALITAS",
}
_WORDS = {
    DocumentKind.DESIGN_APPROVAL: (
        "Rancangan inovasi tersebut di atas telah diperiksa dan disetujui untuk disajikan dalam seminar"
        " rancangan."
    ),
    DocumentKind.REPORT_APPROVAL: (
        "Laporan pelaksanaan inovasi tersebut di atas telah diperiksa dan disetujui untuk disajikan dalam"
        " seminar hasil."
    ),
    DocumentKind.ENDORSEMENT: (
        "Laporan akhir inovasi tersebut di atas telah diperbaiki menurut catatan seminar, diperiksa"
        " kelengkapannya, dan disahkan."
    ),
    DocumentKind.ORIGINALITY: (
        "Saya menyatakan bahwa inovasi dan laporan tersebut di atas adalah hasil kerja saya sendiri, bahwa"
        " inovasi serupa dan gagasan orang lain yang dipakai telah disebutkan sumbernya, dan bahwa saya"
        " bersedia menerima akibatnya bila pernyataan ini tidak benar."
    ),
}
_ROLES = {
    Holder.PARTICIPANT: "Peserta",
    Holder.MENTOR: "Mentor",
    Holder.COACH: "Coach",
    Holder.EXAMINER: "Penguji",
    Holder.COORDINATOR: "Penyelenggara",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, in which part, and when."""

    name: str
    role: Holder
    at: datetime


def draw_sheet(document: Document, address: str, decisions: Sequence[Decision]) -> bytes:
    """The page as PDF, not signed yet. ``address`` is where the QR leads.

    ``decisions`` stand beside each other in their order. The document comes with its event and the event's
    revision. Its words are Indonesian: it is official.
    """
    register_fonts()
    output = BytesIO()
    width, height = A4
    canvas = Canvas(output, pagesize=A4, lang="id")
    title = _TITLES[DocumentKind(document.kind)]
    canvas.setTitle(f"{title.capitalize()} {document.number}")
    canvas.setAuthor(document.institution)
    if document.is_demo:
        watermark(canvas, width, height)
    y = _head(canvas, document, title, width, height)
    for label, value in _facts(document):
        y = _fact(canvas, label, value, width, y)
    y = _lines(canvas, _WORDS[DocumentKind(document.kind)], "Vera", 11, MARGIN, width - 2 * MARGIN, y - 18)
    _decisions(canvas, decisions, width, y - 26)
    proof(canvas, document, address, width)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def _head(canvas: Canvas, document: Document, title: str, width: float, height: float) -> float:
    y = height - 80
    canvas.setFillColor(INK)
    for line in simpleSplit(document.institution, "VeraBd", 12, width - 2 * MARGIN)[:2]:
        canvas.setFont("VeraBd", 12)
        canvas.drawCentredString(width / 2, y, line)
        y -= 17
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(1.5)
    canvas.line(MARGIN, y, width - MARGIN, y)
    canvas.setFillColor(ACCENT)
    canvas.setFont("VeraBd", 17)
    canvas.drawCentredString(width / 2, y - 40, title)
    canvas.setFillColor(INK)
    canvas.setFont("Vera", 10)
    canvas.drawCentredString(width / 2, y - 58, f"Nomor {document.number}")
    return y - 96


def _facts(document: Document) -> list[tuple[str, str]]:
    revision = document.event.revision
    facts = [
        ("Peserta", document.holder),
        ("Program", document.programme),
        ("Angkatan", document.batch),
        ("Judul inovasi", document.title),
    ]
    if revision is not None:
        facts.append(("Naskah", f"revisi ke-{revision.number}, diajukan {_day(revision.made_at)}"))
    return facts


def _day(moment: datetime) -> str:
    with translation.override("id"):
        return str(date_format(timezone.localtime(moment), "j F Y"))


def _fact(canvas: Canvas, label: str, value: str, width: float, y: float) -> float:
    canvas.setFont("Vera", 10)
    canvas.drawString(MARGIN, y, label)
    left = MARGIN + _LABEL_WIDTH
    return _lines(canvas, value, "VeraBd", 10, left, width - MARGIN - left, y) - 4


def _lines(canvas: Canvas, text: str, font: str, size: float, left: float, width: float, y: float) -> float:
    """Lines from the left edge; the y of the line after them."""
    canvas.setFont(font, size)
    for line in (simpleSplit(text, font, size, width) or [""])[:_MOST_LINES]:
        canvas.drawString(left, y, line)
        y -= size * 1.6
    return y


def _decisions(canvas: Canvas, decisions: Sequence[Decision], width: float, y: float) -> None:
    canvas.setFillColor(INK)
    column = (width - 2 * MARGIN) / len(decisions)
    size = 11 if len(decisions) == 1 else 10
    lowest = y
    for number, decision in enumerate(decisions):
        left = MARGIN + number * column
        canvas.setFont("Vera", size)
        canvas.drawString(left, y, _day(decision.at))
        canvas.drawString(left, y - 18, _ROLES[decision.role])
        below = _lines(canvas, decision.name, "VeraBd", size, left, column - 12, y - 40)
        lowest = min(lowest, below)
    canvas.setFont("Vera", 8)
    canvas.drawString(MARGIN, lowest, "Diputuskan dengan akun pribadi; dokumen ini bersegel elektronik.")
