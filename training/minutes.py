"""Drawing the minutes of a seminar (berita acara) from plain data: the same pages for the same data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html import escape
from io import BytesIO
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from training.drawing import proof, register_fonts
from training.models import SignedPaper
from training.privacy import without_nip

UNSIGNED = "SALINAN BELUM DITANDATANGANI"
_INK, _ACCENT, _LINE = HexColor("#1b2733"), HexColor("#8a1c1c"), HexColor("#c9c9c9")
_MARGIN = 20 * mm
_PROOF_MARGIN = 54 * mm
"""Room for the code of the check below the text of every page."""
_SEAL = "Diputuskan dengan akun pribadi; dokumen ini bersegel elektronik."


@dataclass(frozen=True, slots=True)
class Voice:
    """One examiner: name, total from 0 to 100, and their words."""

    name: str
    total: Decimal
    strengths: str = ""
    mending: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its weight in %, the level each examiner gave in the order of the voices, and notes."""

    label: str
    weight: Decimal
    levels: Sequence[int | None]
    notes: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One component: its weight in % of the whole, its criteria, every examiner's mark, what counts."""

    label: str
    weight: Decimal
    criteria: Sequence[Criterion]
    given: Sequence[Decimal]
    mark: Decimal


@dataclass(frozen=True, slots=True)
class Minutes:
    """All that the minutes say; ``place`` is empty where it is not known."""

    title: str
    programme: str
    institution: str
    batch: str
    project: str
    held_on: date
    people: Sequence[tuple[str, str]]
    """Part and name of each who took part."""
    voices: Sequence[Voice]
    parts: Sequence[Part]
    mark: Decimal
    place: str = ""
    note: str = ""
    divergence: Sequence[str] = field(default_factory=tuple)
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Sealed:
    """What stands on minutes that go to a signer: the paper, where it is checked, who closed the seminar."""

    paper: SignedPaper
    address: str
    closed: str


def draw_minutes(minutes: Minutes, *, sealed: Sealed | None = None) -> bytes:
    """The minutes as PDF, A4, in Indonesian.

    With ``sealed`` every page has the number and the way to the check; all others say on every page that they
    are a copy without a signature.
    """
    register_fonts()
    output = BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_PROOF_MARGIN if sealed else _MARGIN,
        title=f"{minutes.title} {sealed.paper.number}" if sealed else minutes.title,
        author=minutes.institution,
        lang="id",
        invariant=1,
    )

    def frame(canvas: Canvas, _document: Any) -> None:
        _edge(canvas, minutes, sealed)

    story = list(_story(minutes))
    if sealed:
        story.insert(1, _text(f"Nomor {sealed.paper.number}"))
        story += [Spacer(1, 10), _text(sealed.closed), _text(_SEAL, _CELL)]
    document.build(story, onFirstPage=frame, onLaterPages=frame)
    return output.getvalue()


def _style(name: str, font: str = "Vera", size: float = 9.5, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.4, textColor=_INK, **more)


_BODY, _CELL = _style("body", spaceAfter=4), _style("cell", size=8.5)
_TITLE = _style("title", "VeraBd", 15, spaceAfter=8)
_HEAD, _STRONG = _style("head", "VeraBd", 11, spaceBefore=10, spaceAfter=4), _style("strong", "VeraBd", 8.5)


def _text(words: object, style: ParagraphStyle = _BODY) -> Paragraph:
    """Words as they are: what somebody typed is no markup."""
    return Paragraph(escape(without_nip(str(words))).replace("\n", "<br/>"), style)


def _story(minutes: Minutes) -> list[Flowable]:
    with translation.override("id"):
        day = date_format(minutes.held_on, "l, j F Y")
    facts = [
        ("Program", minutes.programme),
        ("Lembaga", minutes.institution),
        ("Angkatan", minutes.batch),
        ("Judul", minutes.project),
        ("Hari, tanggal", day),
        ("Tempat", minutes.place),
    ]
    story: list[Flowable] = [_text(minutes.title, _TITLE)]
    story += [_pairs([(name, value) for name, value in facts if value])]
    story += [
        _text("Yang hadir dan yang terlibat", _HEAD),
        _pairs([(role.capitalize(), name) for role, name in minutes.people]),
    ]
    story += [_text("Nilai", _HEAD)]
    for part in minutes.parts:
        story += [_scores(minutes, part), Spacer(1, 6)]
    story += [_text(f"Nilai seminar: {_number(minutes.mark)}", _HEAD)]
    if minutes.divergence:
        story += [_text("Selisih nilai dan penyelesaiannya", _HEAD)]
        story += [_text(line) for line in minutes.divergence]
    story += _words(minutes)
    return story


def _pairs(rows: Sequence[tuple[str, str]]) -> Table:
    cells = [[_text(name, _STRONG), _text(value, _CELL)] for name, value in rows]
    table = Table(cells, colWidths=[38 * mm, None], hAlign="LEFT")
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]))
    return table


def _scores(minutes: Minutes, part: Part) -> Table:
    """Levels of every criterion, a column an examiner, and the marks below."""
    head = [f"{part.label} ({_number(part.weight)}%)", "Bobot", *(voice.name for voice in minutes.voices)]
    rows = [[_text(cell, _STRONG) for cell in head]]
    for one in part.criteria:
        levels = ["–" if level is None else str(level) for level in one.levels]
        rows.append([_text(cell, _CELL) for cell in (one.label, f"{_number(one.weight)}%", *levels)])
    given = [_number(mark) for mark in part.given]
    rows.append([_text(cell, _STRONG) for cell in ("Nilai (0–100)", "", *given)])
    rows.append(
        [
            _text(cell, _STRONG)
            for cell in (f"Nilai yang dihitung: {_number(part.mark)}", "", *("" for _ in given))
        ]
    )
    width = (A4[0] - 2 * _MARGIN - 80 * mm) / max(len(minutes.voices), 1)
    table = Table(
        rows, colWidths=[64 * mm, 16 * mm, *[width] * len(minutes.voices)], repeatRows=1, hAlign="LEFT"
    )
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("SPAN", (0, -1), (-1, -1)),
    ]
    table.setStyle(TableStyle(style))
    return table


def _words(minutes: Minutes) -> list[Flowable]:
    story: list[Flowable] = []
    for voice in minutes.voices:
        if voice.strengths or voice.mending:
            story.append(_text(f"Catatan {voice.name}", _HEAD))
        if voice.strengths:
            story.append(_text(f"Kekuatan: {voice.strengths}"))
        if voice.mending:
            story.append(_text(f"Yang perlu diperbaiki: {voice.mending}"))
    noted = [
        (one.label, name, note) for part in minutes.parts for one in part.criteria for name, note in one.notes
    ]
    if noted:
        story.append(_text("Catatan per kriteria", _HEAD))
        story += [_text(f"{label} – {name}: {note}") for label, name, note in noted]
    if minutes.note:
        story += [_text("Catatan saat seminar ditutup", _HEAD), _text(minutes.note)]
    return story


def _edge(canvas: Canvas, minutes: Minutes, sealed: Sealed | None) -> None:
    """What stands at the edge of every page."""
    canvas.saveState()
    canvas.setFont("Vera", 7.5)
    canvas.setFillColor(_INK)
    canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Halaman {canvas.getPageNumber()}")
    canvas.setFillColor(_ACCENT)
    canvas.setFont("VeraBd", 8)
    if sealed:
        proof(canvas, sealed.paper, sealed.address, A4[0])
    else:
        canvas.drawString(_MARGIN, A4[1] - 12 * mm, UNSIGNED)
    if minutes.is_demo:
        canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 12 * mm, "CONTOH")
    canvas.restoreState()


def _number(value: Decimal) -> str:
    """As Indonesian writes it, without zeros at the end of a weight."""
    text = f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:.2f}"
    return text.replace(".", ",")
