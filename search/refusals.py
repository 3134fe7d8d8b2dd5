"""Why a record was refused: in a user's words, and as a detail that holds nothing of the record.

An engine's error likes to quote the value it could not take, and so does an exception. Both are shown to
staff and logged, so what is kept of them is cut down here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from traceback import extract_tb
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from search.types import Acknowledgement, Refusal

LONGEST: Final = 500
HIDDEN: Final = "…"
EXPLANATIONS: Final = {
    Refusal.FIELD: _("A value of the record does not fit its field in the index."),
    Refusal.TOO_LARGE: _("A value of the record is longer than the index takes."),
    Refusal.UNREADABLE: _("The record could not be prepared for the index: a fault of the site itself."),
    Refusal.SILENT: _("The search engine did not say what became of the record."),
    Refusal.OTHER: _("The search engine refused the record for a reason that is not known here."),
}
_QUOTING: Final = re.compile(r"\b(preview of|the prefix of|for input string)\b.*", re.IGNORECASE | re.DOTALL)
"""Where an engine begins to quote: nothing after it is kept."""
_SET_APART: Final = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|\"[^\"]*\"|'[^']*'|`[^`]*`")
_HIDDEN_TWICE: Final = re.compile(rf"{HIDDEN}(?:[\s.,:;=]*{HIDDEN})+")
_WORD: Final = re.compile(r"[^\W_]+(?:[_.][^\W_]+)*|\d+")


class Unindexable(ValueError):
    """A document that no engine takes; the message names the field and never its value."""

    def __init__(self, message: str, refusal: Refusal) -> None:
        super().__init__(message)
        self.refusal = refusal


def explanation(refusal: str) -> str:
    """A sentence for staff in their language; for a kind nobody knows that of ``OTHER``."""
    known = refusal in set(Refusal)
    return str(EXPLANATIONS[Refusal(refusal) if known else Refusal.OTHER])


def without_content(text: str, *, content: str, names: Collection[str]) -> str:
    """``text`` of an engine with nothing of ``content``, the document it refused, as one string.

    ``names`` are the fields of the index, which stay. Whatever else stands in quotes or brackets goes, and so
    does every number and every word that the document holds too; a harmless word that happens to be there as
    well goes with them.
    """
    fields = {name.casefold() for name in names}
    held = {word.casefold() for word in _WORD.findall(content)} - fields
    text = _QUOTING.sub(HIDDEN, " ".join(text.split()))

    def set_apart(found: re.Match[str]) -> str:
        return found[0] if found[0][1:-1].casefold() in fields else HIDDEN

    def word(found: re.Match[str]) -> str:
        said = found[0].casefold()
        return HIDDEN if said.isdigit() or (said in held and said not in fields) else found[0]

    return _HIDDEN_TWICE.sub(HIDDEN, _WORD.sub(word, _SET_APART.sub(set_apart, text)))[:LONGEST]


def refused(*, key: str, version: int, error: Exception) -> Acknowledgement:
    """The answer for a change that could not be made a document, or not be handed to the engine."""
    if isinstance(error, Unindexable):
        return Acknowledgement(key, version, str(error), refusal=error.refusal)
    return Acknowledgement(key, version, where(error), refusal=Refusal.UNREADABLE)


def where(error: BaseException) -> str:
    """An exception's type and the lines of this project it passed, the innermost first; never its message."""
    lines = list(_lines(error))[:4]
    return f"{type(error).__name__} ({', '.join(lines)})" if lines else type(error).__name__


def _lines(error: BaseException) -> Iterator[str]:
    for frame in reversed(extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if path.is_relative_to(settings.BASE_DIR) and ".venv" not in path.parts:
            yield f"{path.relative_to(settings.BASE_DIR).as_posix()}:{frame.lineno}"
