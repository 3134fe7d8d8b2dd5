"""What participants of the demonstration wrote, from training/demo/projects.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from catalogue.services.codes import choices
from training.answers import Answers, Row

_FILE = Path(__file__).resolve().parent / "projects.toml"
PLACES = (
    ("Puskesmas Sukamaju", "Kecamatan Sukamaju"),
    ("Dinas Contoh", "Kabupaten Contoh"),
    ("Kantor Camat Tirtasari", "Kecamatan Tirtasari"),
    ("Bagian Umum Contoh", "Kota Contoh"),
    ("Balai Penyuluhan Mekarjaya", "Desa Mekarjaya"),
)
_TEXTS = (
    "abstract",
    "chosen_issue",
    "causes",
    "problem",
    "way",
    "novelty",
    "lessons",
    "stakeholders",
    "risks",
)
_TERMS = ("short", "short", "medium", "long")


@cache
def topics() -> list[dict[str, Any]]:
    """The invented projects."""
    with _FILE.open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["topics"]
    return found


def answers(number: int, *, today: date) -> Answers:
    """All answers of participant ``number``, to the questions of every programme."""
    topic = topics()[number % len(topics())]
    unit, place = PLACES[number % len(PLACES)]
    title = topic["titles"][number // len(topics()) % len(topic["titles"])]

    def filled(text: str) -> str:
        return text.format(unit=unit, place=place)

    texts = {name: filled(topic[name]) for name in _TEXTS}
    chosen = 1 if topic["chosen_issue"].startswith("Isu kedua") else 0
    diagnosis = f"{texts['problem']} {texts['chosen_issue']}"
    return {
        **texts,
        "title": filled(title),
        "diagnosis_service": diagnosis,
        "diagnosis_organisation": diagnosis,
        "issues": [_issue(text, 5 if row == chosen else 4 - row) for row, text in enumerate(topic["issues"])],
        "chosen_row": str(chosen + 1),
        "originality": "new",
        "matrix": _matrix(topic, today),
        "milestones": _milestones(topic, today),
        "outcomes": [_outcome(row, today) for row in topic["outcomes"]],
        "sector": topic["sector"],
        "matter": topic.get("matter", ""),
        "tags": topic["tags"],
        "year_started": str(today.year),
        "consent": "yes",
    }


def _issue(text: str, score: int) -> Row:
    return {"issue": text, **dict.fromkeys(("a", "p", "k", "l", "u", "s", "g"), str(score))}


def _matrix(topic: Mapping[str, Any], today: date) -> list[Row]:
    values = [choice["code"] for choice in choices("value")]
    return [
        {
            "activity": activity,
            "output": "Dokumen hasil kegiatan",
            "value": values[row % len(values)],
            "evidence": "Foto, daftar hadir, dan catatan",
            "date": str(today + timedelta(days=7 * (row + 1))),
        }
        for row, activity in enumerate(topic["activities"])
    ]


def _milestones(topic: Mapping[str, Any], today: date) -> list[Row]:
    return [
        {"term": term, "milestone": activity, "date": str(today + timedelta(days=30 * (row + 1)))}
        for row, (term, activity) in enumerate(zip(_TERMS, topic["activities"], strict=True))
    ]


def _outcome(row: list[str], today: date) -> Row:
    name, unit, before, after = row
    return {"name": name, "unit": unit, "before": before, "after": after, "year": str(today.year)}
