"""Which language a page speaks: what its controls are called there, and what on it speaks another one.

A page is opened for a reader by ``locale``; their language is that of their browser.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

import polib
from playwright.sync_api import Page

from tests.browser.site import ROOT

_TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, textarea, [lang]:not(html), [dir=auto], ins, del"))
      found.push(walker.currentNode.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const one of document.querySelectorAll(`body [${name}]`))
      if (!one.closest("[lang]:not(html), [dir=auto]")) found.push(one.getAttribute(name));
  return [document.title, ...found];
}"""
"""What the site says on a page; what people wrote stands in elements with ``dir=auto``."""
_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
_MONTHS = {
    "id": "Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember",
    "en": "January|February|March|June|July|August|October|December",
}
_DATE = {
    language: re.compile(rf"\b\d{{1,2}} (?:{months})\b|\b(?:{months}) \d{{4}}\b")
    for language, months in _MONTHS.items()
}
_COMMA = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?!\d)")
"""A number as Indonesian writes it."""
_WORDS = 2
"""Shorter ones may be a name or the same word in both languages."""


def language_of(page: Page) -> str:
    """What the reader of ``page`` reads: ``id`` or ``en``."""
    return str(page.evaluate("navigator.language"))[:2]


def said(page: Page, words: str) -> str:
    """``words``, which are Indonesian, in the language of the reader of ``page``; names stay as they are."""
    return words if language_of(page) == "id" else ENGLISH.get(words, words)


def foreign(page: Page, language: str) -> list[str]:
    """What ``page`` says that is not in ``language``; nothing is as it must be."""
    found = [] if page.evaluate("document.documentElement.lang") == language else ["<html lang>"]
    texts = dict.fromkeys(" ".join(text.split()) for text in page.evaluate(_TEXTS))
    return found + [text for text in texts if _is_foreign(text, language)]


def _is_foreign(text: str, language: str) -> bool:
    other = "en" if language == "id" else "id"
    if _DATE[other].search(text) or (language == "en" and _COMMA.search(text)):
        return True
    return _is_said(text, other) and not _is_said(text, language)


@cache
def _is_said(text: str, language: str) -> bool:
    """Whether the site says exactly that in ``language``, whatever stands in its gaps."""
    whole, gapped = _messages(language)
    return text in whole or any(pattern.fullmatch(text) for pattern in gapped)


def _labels(value: Any, language: str) -> Iterator[str]:
    """What the shipped programmes call things: every ``…_id`` that has its ``…_en``."""
    if isinstance(value, list):
        for one in value:
            yield from _labels(one, language)
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _labels(one, language)
            pair = {name.removesuffix(f"_{language}") + suffix for suffix in ("_id", "_en")}
            if name in pair and pair <= set(value) and isinstance(one, str):
                yield one


@cache
def _messages(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    texts: set[str] = set()
    for entry in polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po")):
        said = [entry.msgstr, *entry.msgstr_plural.values()]
        own = [entry.msgid, entry.msgid_plural] if language == "en" and not any(said) else []
        texts |= {" ".join(text.split()) for text in [*said, *own] if text}
    for path in (ROOT / "training" / "data").glob("*.toml"):
        found = _labels(tomllib.loads(path.read_text(encoding="utf-8")), language)
        texts |= {" ".join(text.split()) for text in found}
    whole = {text for text in texts if not _PLACE.search(text)}
    patterns = []
    for text in texts - whole:
        pieces = _PLACE.split(text)
        if len(" ".join(pieces).split()) >= _WORDS:
            patterns.append(re.compile(".+".join(map(re.escape, pieces))))
    return frozenset(whole), tuple(patterns)


ENGLISH = {
    "1 proyek": "1 project",
    "85,50": "85.50",
    "Ajukan gagasan ke mentor": "Submit the idea to the mentor",
    "Ajukan ke katalog": "Submit to the catalogue",
    "Ajukan lagi ke coach": "Submit to the coach again",
    "Ajukan laporan akhir": "Submit the final report",
    "Ajukan laporan ke coach": "Submit the report to the coach",
    "Ajukan perbaikan ke coach": "Submit the corrections to the coach",
    "Ajukan rancangan ke coach": "Submit the design to the coach",
    "Angkatan saya": "My batches",
    "Apa yang dibahas": "What was discussed",
    "Apa yang dilakukan": "What was done",
    "Apa yang disepakati": "What was agreed",
    "Bagian rencana": "Part of the plan",
    "Bagikan secara merata": "Share them out evenly",
    "Balas catatan": "Reply to the notes",
    "Beri nilai": "Give scores",
    "Beri tempat": "Give it a place",
    "Berkas": "Files",
    "Buat kata sandi": "Choose a password",
    "Buku catatan harian": "Logbook",
    "Buku catatan harian: siapa menulis hari ini": "Logbooks: who wrote today",
    "Catat dan minta konfirmasi pihak lain": "Write down and ask the other side",
    "Catat lulus": "Record as passed",
    "Catatan": "Note",
    "Daftarkan dan undang": "Enrol and invite",
    "Daftarkan peserta": "Enrol participants",
    "Dengan": "With",
    "Dikonfirmasi kedua pihak": "Confirmed by both sides",
    "Gagasan": "Idea",
    "Hasil": "Results",
    "Implementasi": "Implementation",
    "Instansi": "Agency",
    "Isu": "Issue",
    "Jadwalkan": "Set up",
    "Jadwalkan seminar": "Set up a seminar",
    "Jelaskan mengapa belum ada bukti": "Say why something has no evidence",
    "Ke katalog": "Into the catalogue",
    "Kembalikan dengan catatan": "Return with notes",
    "Konfirmasi": "Confirm",
    "Konfirmasi atau sanggah": "Confirm or decline",
    "Konfirmasi perbaikan": "Confirming the design",
    "Konfirmasi: memang ini yang dibicarakan": "Confirm: this is what was said",
    "Konsultasi": "Consultations",
    "Kunci semua yang lengkap": "Lock all that are complete",
    "Kurasi katalog": "With the catalogue's curators",
    "Laporan": "Report",
    "Lembar untuk dicetak": "Sheet for paper",
    "Lihat di katalog": "See it in the catalogue",
    "Lulus": "Passed",
    "Masuk": "Sign in",
    "Mulai": "Begins",
    "Mulai semua yang siap": "Start all that are ready",
    "Nama": "Name",
    "Nama coach": "Coach's name",
    "Nama mentor": "Mentor's name",
    "Nama peserta": "Participant's name",
    "Nilai": "Scores",
    "Nyatakan laporan akhir lengkap": "Confirm that the final report is complete",
    "Nyatakan rancangan final": "Confirm the final design",
    "Penetapan isu": "Choosing the issue",
    "Pengesahan oleh coach": "Coach endorses",
    "Pengesahan oleh mentor": "Mentor endorses",
    "Pengesahan oleh penguji": "Examiner endorses",
    "Penguji": "Examiners",
    "Penyusunan laporan": "Writing the report",
    "Penyusunan rancangan": "Writing the design",
    "Perbaikan akhir": "Last corrections",
    "Perbaikan rancangan": "Mending the design",
    "Periksa": "Check it",
    "Persetujuan gagasan": "Approval of the idea",
    "Persetujuan laporan oleh mentor": "Mentor approves the report",
    "Persetujuan mentor": "Mentor's approval",
    "Pilih": "Choose",
    "Rancangan aktualisasi": "Design of the actualisation",
    "Rapat kelulusan": "Graduation meeting",
    "Revisi rancangan": "Revising the design",
    "Sahkan laporan akhir": "Endorse the final report",
    "Sekarang": "Now",
    "Selesai": "Ends",
    "Selesai menjalankan; tulis laporan": "Implementation is done; write the report",
    "Seminar": "Seminars",
    "Seminar hasil": "Result seminar",
    "Seminar rancangan": "Design seminar",
    "Seminar yang mana": "Which seminar",
    "Serahkan nilai": "Submit the scores",
    "Sertifikat ini asli": "This certificate is genuine",
    "Setujui alasan ini": "Agree to the reason",
    "Setujui gagasan": "Approve the idea",
    "Setujui laporan": "Approve the report",
    "Setujui laporan akhir": "Approve the final report",
    "Setujui laporan untuk seminar": "Approve the report for the seminar",
    "Setujui rancangan": "Approve the design",
    "Setujui rancangan untuk seminar": "Approve the design for the seminar",
    "Simpan alasan": "Save the reasons",
    "Simpan balasan": "Save the replies",
    "Simpan catatan": "Save the entry",
    "Simpan dan cari yang serupa": "Save and look for similar ones",
    "Simpan dan lanjut": "Save and go on",
    "Simpan jawaban": "Save the answer",
    "Surel": "E-mail",
    "Surel coach": "Coach's e-mail",
    "Surel mentor": "Mentor's e-mail",
    "Surel peserta": "Participant's e-mail",
    "Tampilan cetak": "Print view",
    "Tanggal": "Day",
    "Tautan rapat": "Meeting link",
    "Terbit di katalog": "Published in the catalogue",
    "Terdaftar": "Registered",
    "Terima": "Accept",
    "Tetapkan isu ini": "Settle on this issue",
    "Tidak ada yang didaftarkan": "Nobody was enrolled",
    "Tinjauan laporan oleh coach": "Coach reviews the report",
    "Tinjauan rancangan oleh coach": "Coach reviews the design",
    "Tulis di buku catatan harian": "Write in the logbook",
    "Tutup seminar hasil": "Close the result seminar",
    "Tutup seminar rancangan": "Close the design seminar",
    "Ya, saya bersedia": "Yes, I agree",
    "Yang perlu diperbaiki": "What is to be mended",
    "Yang sudah dilakukan": "What you did about it",
    "belum dibalas": "no reply",
    "dikunci": "locked",
}
"""What is pressed, followed and read in the training area: Indonesian, English."""
