"""Fields of a text and formulas of a sheet that start a program of the reader's: Dynamic Data Exchange (DDE).

A field code stands in pieces over many elements, may be written in a field within a field, and is a word
where nothing else is. A formula names the program before a bar: ``cmd|'/c calc'!A0``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from training.looking.refused import Refused

_CODES = {"instrText", "delInstrText"}
_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
_LINKS = {"ddeLink", "oleLink"}
_STARTS = re.compile(r"\s*DDE(AUTO)?\b", re.IGNORECASE)
_TEXTS = re.compile(r'"(?:[^"]|"")*"')
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_COLUMNS = re.compile(r"\[[^\[\]]*\]")
_ENOUGH = 200
"""Characters of a field code: the first word of it decides."""
_LONGEST = 40_000
"""Characters of a formula; programs write 8,192 at most."""


class _Field:
    """A field that has begun; its code ends where its result begins."""

    def __init__(self) -> None:
        self.code, self.is_told = "", False

    def tell(self) -> None:
        """Raises ``Refused`` for a code that starts a program."""
        if _STARTS.match(self.code):
            raise Refused("dde")
        self.is_told = True


class Exchanges:
    """What expat tells of one part. Raises ``Refused``."""

    def __init__(self) -> None:
        self._fields = [_Field()]
        self._reads = ""
        self._formula: list[str] = []

    def start(self, tag: str, told: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in _LINKS:
            raise Refused("dde")
        if name in _CODES or name in _FORMULAS:
            self._reads, self._formula = name, []
        elif name in {"fldSimple", "fldChar"}:
            values = {key.rpartition(":")[2]: value for key, value in told.items()}
            if _STARTS.match(values.get("instr", "")):
                raise Refused("dde")
            self._turn(values.get("fldCharType", ""))

    def _turn(self, kind: str) -> None:
        inner = self._fields[-1]
        if kind == "begin":
            if len(self._fields) > 1 and not inner.is_told and not inner.code.strip():
                raise Refused("dde")  # its name is written by another field: nobody does so but to hide it
            self._fields.append(_Field())
        elif kind in {"separate", "end"}:
            inner.tell()
            if kind == "end" and len(self._fields) > 1:
                self._fields.pop()

    def text(self, data: str) -> None:
        if self._reads in _CODES:
            field = self._fields[-1]
            if not field.is_told and len(field.code.lstrip()) < _ENOUGH:
                field.code = (field.code + data).lstrip()[:_ENOUGH]
        elif self._reads:
            self._formula.append(data)

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name != self._reads:
            return
        if name in _FORMULAS and _names_a_program("".join(self._formula)):
            raise Refused("dde")
        self._reads = ""

    def close(self) -> None:
        """The part has ended, with whatever was begun in it."""
        for field in self._fields:
            field.tell()


def _names_a_program(formula: str) -> bool:
    """Whether a bar stands outside of texts, names of sheets and of columns, where no formula has one."""
    if len(formula) > _LONGEST:
        raise Refused("damaged")
    bare = _TEXTS.sub("", formula)
    # No sheet's name holds these; a program with its command does.
    if any("|" in name and set(name) & set("/\\:") for name in _QUOTED.findall(bare)):
        return True
    bare = _QUOTED.sub("", bare)
    while (less := _COLUMNS.sub("", bare)) != bare:
        bare = less
    return "|" in bare
