"""Everything shown is translated, and says each thing with the one word the glossary has for it."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext

from scripts.tooling.quality import COLLECT, GETTEXT_MISSING
from tests.architecture.source import ROOT, tracked_files

CATALOGUES = sorted((ROOT / "locale").glob("**/*.po"))
INDONESIAN = [path for path in CATALOGUES if "id" in path.parts]
OF_THE_PROJECT = [ROOT / "locale" / language / "LC_MESSAGES" / "django.po" for language in ("id", "en")]
NAME = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}|<[^>]*>")
# Names of other things than the glossary's: stages of the IGA, and users, tasks and workflows in use.
OF_OTHER_THINGS = re.compile(
    r"\bIGA\b|^Open data|\b(workflow|task|user|authenticator)s?\b|^(Mark as )?active$", re.I
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "locale"))


def entries(path: Path) -> polib.POFile:
    return polib.pofile(str(path))


def said(entry: polib.POEntry) -> str:
    return " ".join([entry.msgstr, *entry.msgstr_plural.values()])


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_nothing_is_doubtful_or_left_over(path: Path) -> None:
    assert [entry.msgid for entry in entries(path) if entry.fuzzy or entry.obsolete] == []


@pytest.mark.parametrize("path", INDONESIAN, ids=name_of)
def test_every_message_has_its_indonesian(path: Path) -> None:
    assert [entry.msgid for entry in entries(path) if not entry.translated()] == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason=GETTEXT_MISSING)
def test_the_catalogues_hold_the_messages_of_the_sources(tmp_path: Path) -> None:
    """In a copy, because collecting writes."""
    for path in tracked_files():
        if path.suffix in {".py", ".html", ".txt", ".po"}:
            target = tmp_path / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    subprocess.run([sys.executable, "manage.py", *COLLECT], cwd=tmp_path, check=True, capture_output=True)
    for path in OF_THE_PROJECT:
        collected = entries(tmp_path / path.relative_to(ROOT))
        assert {entry.msgid for entry in entries(path)} == {entry.msgid for entry in collected}


def glossary() -> Iterator[tuple[list[str], list[str]]]:
    """The English words of an idea, and the Indonesian ones that are not used for it."""
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [_words(cell) for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[2] and "---" not in line and cells[2] != ["not"]:
            yield cells[0], cells[2]


def _words(cell: str) -> list[str]:
    return [word.strip() for word in re.sub(r"\([^)]*\)", "", cell).split(",") if word.strip()]


def _has(text: str, words: list[str], endings: str = "") -> bool:
    return any(re.search(rf"\b{re.escape(word)}{endings}\b", text, re.IGNORECASE) for word in words)


@pytest.mark.parametrize("path", INDONESIAN, ids=name_of)
def test_one_word_an_idea(path: Path) -> None:
    ideas = list(glossary())
    assert len(ideas) > 40
    wrong = [
        (entry.msgid, said(entry))
        for entry in entries(path)
        for english, avoided in ideas
        if _has(entry.msgid, english, "(s|ed|ing)?")
        and _has(NAME.sub(" ", said(entry)), avoided)
        and not OF_OTHER_THINGS.search(entry.msgid)
    ]
    assert wrong == []


def test_what_stands_in_place_of_allauth_s_words_is_still_asked_for() -> None:
    found = importlib.util.find_spec("allauth")
    assert found
    assert found.origin
    shipped = entries(Path(found.origin).parent / "locale" / "en" / "LC_MESSAGES" / "django.po")
    ours = entries(ROOT / "locale" / "allauth" / "id" / "LC_MESSAGES" / "django.po")
    assert {entry.msgid for entry in ours} <= {entry.msgid for entry in shipped}


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("Password", "Kata sandi"),
        ("Email", "Surel"),
        ("Two-Factor Authentication", "Verifikasi Dua Langkah"),
        ("Publish", "Terbitkan"),
        ("Unpublish", "Tarik"),
        ("Popular tags", "Label populer"),
    ],
)
def test_libraries_speak_the_glossary_s_words(english: str, indonesian: str) -> None:
    with translation.override("id"):
        assert gettext(english) == indonesian
