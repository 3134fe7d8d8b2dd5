"""Enrolling from a list: read, looked at, and then applied exactly as it was shown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from catalogue.services import codes
from home import workbook
from training.errors import NotAllowed
from training.models import Batch, EnrolmentList, Project
from training.permissions import led_batches
from training.services.enrolment import Entry, Person, enrol_all, switched_off
from training.services.sheets import Cell, Line, UnreadableFile, read

KEPT = timedelta(days=1)
"""How long a list that nobody applies is kept."""
COLUMNS: Mapping[str, Any] = {
    "participant_name": gettext_lazy("Participant's name"),
    "participant_email": gettext_lazy("Participant's e-mail"),
    "mentor_name": gettext_lazy("Mentor's name"),
    "mentor_email": gettext_lazy("Mentor's e-mail"),
    "coach_name": gettext_lazy("Coach's name"),
    "coach_email": gettext_lazy("Coach's e-mail"),
    "agency": gettext_lazy("Agency"),
}
OPTIONAL = "agency"
PARTS = ("participant", "mentor", "coach")
LONGEST_NAME = 200
_LIKE_A_FORMULA = re.compile(r"^[=+\-@\t]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell, and what to do about it."""

    row: int
    column: str
    text: str


class WrongRows(Exception):
    """The list can be read, but not applied; nothing was kept of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems, key=lambda problem: problem.row)


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a list before it is applied; ``there`` when the person is in the batch already."""

    number: int
    entry: Entry
    agency: str
    there: bool


def forget_unapplied() -> int:
    """Delete lists that nobody applied within a day: they hold names and addresses. How many rows went."""
    count, _by_model = EnrolmentList.objects.filter(
        applied_at=None, created_at__lt=timezone.now() - KEPT
    ).delete()
    return count


def template(language: str) -> bytes:
    """An empty list with its header, as XLSX."""
    with translation.override(language):
        header = [str(label) for label in COLUMNS.values()]
        return b"".join(workbook.pieces(_("Participants"), header, []))


def receive(*, batch: Batch, content: bytes, by: User) -> EnrolmentList:
    """Keep a list that could be applied, in the place of the one the person brought before.

    Raises ``NotAllowed`` when ``by`` does not lead the batch, ``UnreadableFile`` when it is no list,
    ``WrongRows`` when something in it has to be mended first.
    """
    if not led_batches(by).filter(pk=batch.pk).exists():
        raise NotAllowed(str(batch.key))
    rows = parse(read(content))
    with transaction.atomic():
        forget_unapplied()
        waiting = EnrolmentList.objects.filter(applied_at=None)
        waiting.filter(batch=batch, uploaded_by=by).delete()
        digest = hashlib.sha256(content).hexdigest()
        return EnrolmentList.objects.create(batch=batch, uploaded_by=by, digest=digest, rows=rows)


def parse(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The rows of a list, each with its number, its cells by column, and the agency by code.

    Raises ``UnreadableFile`` for a header that is not the template's, ``WrongRows``.
    """
    places = _header(lines[0])
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    known: dict[str, list[str]] = {}
    for line in lines[1:]:
        cells = {name: line.cells[at] if at < len(line.cells) else Cell() for name, at in places.items()}
        row = {"row": line.number, **{name: cell.text for name, cell in cells.items()}}
        problems += [Problem(line.number, str(COLUMNS[name]), text) for name, text in _wrong(cells)]
        problems += _beyond(line, set(places.values()))
        problems += _agency(row, known)
        rows.append(row)
    if not rows:
        raise UnreadableFile(_("Below the header there is no row. Write one row for each participant."))
    problems += [*_twice(rows), *_off(rows)]
    if problems:
        raise WrongRows(problems)
    return rows


def _header(line: Line) -> dict[str, int]:
    """Which column stands where, in any order and in any of the site's languages."""
    names = _names()
    places: dict[str, int] = {}
    for at, cell in enumerate(line.cells):
        if not cell.text:
            continue
        name = names.get(_folded(cell.text))
        if name is None:
            raise UnreadableFile(
                _("The column “%(column)s” is not in the template. Take it out: nothing else is kept.")
                % {"column": cell.text[:60]}
            )
        if name in places:
            raise UnreadableFile(_("The column “%(column)s” is there twice.") % {"column": cell.text[:60]})
        places[name] = at
    if missing := [str(label) for name, label in COLUMNS.items() if name not in places and name != OPTIONAL]:
        raise UnreadableFile(
            _("The first row must be the template's header. Missing: %(columns)s. Start from the template.")
            % {"columns": ", ".join(missing)}
        )
    return dict(sorted(places.items(), key=lambda place: place[1]))


def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found |= {_folded(str(label)): name for name, label in COLUMNS.items()}
    return found | {name: name for name in COLUMNS}


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _wrong(cells: Mapping[str, Cell]) -> Iterator[tuple[str, str]]:
    for name, cell in cells.items():
        if text := _wrong_cell(name, cell):
            yield name, text
    addresses = [cells[f"{part}_email"].text.lower() for part in PARTS]
    for number, part in enumerate(PARTS):
        if addresses[number] and addresses[number] in addresses[:number]:
            yield f"{part}_email", _("Participant, mentor and coach must be three different people.")


def _wrong_cell(name: str, cell: Cell) -> str:
    if cell.formula:
        return _("This is a formula. Write what it should show instead.")
    if not cell.text:
        return "" if name == OPTIONAL else _("This cell is empty.")
    if _CONTROL.search(cell.text):
        return _("There is a line break or another unprintable character in this cell. Type it again.")
    if name.endswith("_email"):
        try:
            validate_email(cell.text)
        except ValidationError:
            return _("“%(text)s” is not an e-mail address.") % {"text": cell.text[:60]}
        return _("This address is too long.") if len(cell.text) > 254 else ""
    if _LIKE_A_FORMULA.match(cell.text):
        return _("A name can't begin with this sign; spreadsheets take it for a formula.")
    return _("This is too long.") if len(cell.text) > LONGEST_NAME and name != OPTIONAL else ""


def _beyond(line: Line, places: set[int]) -> Iterator[Problem]:
    if any(cell.text or cell.formula for at, cell in enumerate(line.cells) if at not in places):
        text = _("Something stands in a column without a header. Move it or take it out.")
        yield Problem(line.number, "", text)


def _agency(row: dict[str, Any], known: dict[str, list[str]]) -> list[Problem]:
    """Put the agency's code in the place of what was written; ``known`` remembers what was looked up."""
    written = row.setdefault("agency", "")
    if not written:
        return []
    if written not in known:
        known[written] = codes.agencies_called(written)
    found = known[written]
    if len(found) == 1:
        row["agency"] = found[0]
        return []
    text = (
        _("Several agencies are called “%(name)s”. Write the code from the agency's page.")
        if found
        else _("No agency is called “%(name)s”. Write its name or code as the catalogue has it.")
    )
    return [Problem(row["row"], str(COLUMNS["agency"]), text % {"name": written[:60]})]


def _twice(rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in rows:
        address = row["participant_email"].lower()
        if address and (seen := first.setdefault(address, row["row"])) != row["row"]:
            text = _("The same participant stands in row %(row)d already. Take one of the two out.")
            yield Problem(row["row"], str(COLUMNS["participant_email"]), text % {"row": seen})


def _off(rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    names = [f"{part}_email" for part in PARTS]
    off = switched_off({row[name].lower() for row in rows for name in names})
    for row in rows if off else ():
        for name in names:
            if row[name].lower() in off:
                text = _("This account is switched off. Ask an administrator, or use another address.")
                yield Problem(row["row"], str(COLUMNS[name]), text)


def shown(kept: EnrolmentList, language: str) -> list[Shown]:
    """What applying the list would do, row by row; two queries."""
    owners = Project.objects.filter(batch=kept.batch_id).values_list("owner__email", flat=True)
    there = {address.lower() for address in owners}
    return [
        Shown(
            row["row"],
            entry,
            codes.agency_label(entry.agency_id, language),
            entry.participant.address in there,
        )
        for row, entry in zip(kept.rows, entries(kept.rows), strict=True)
    ]


def entries(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The people of the rows of a list; one query."""
    rows = list(rows)
    agencies = codes.agency_ids({row["agency"] for row in rows if row["agency"]})
    return [
        Entry(
            participant=_named(row, "participant"),
            mentor=_named(row, "mentor"),
            coach=_named(row, "coach"),
            agency_id=agencies.get(row["agency"]),
        )
        for row in rows
    ]


def _named(row: Mapping[str, Any], part: str) -> Person:
    return Person(row[f"{part}_email"], row[f"{part}_name"])


def apply(*, kept: EnrolmentList, by: User) -> int:
    """Enrol everybody on the list, or nobody; how many were not in the batch before.

    Once more changes nothing and gives the same number. Raises what ``enrol_all`` raises.
    """
    people = entries(kept.rows)  # before the transaction: while it is open, nobody else writes on SQLite
    with transaction.atomic():
        claimed = EnrolmentList.objects.filter(pk=kept.pk, applied_at=None)
        if not claimed.update(applied_at=timezone.now()):
            return EnrolmentList.objects.get(pk=kept.pk).enrolled
        made = sum(result.made for result in enrol_all(batch=kept.batch, entries=people, by=by))
        EnrolmentList.objects.filter(pk=kept.pk).update(rows=[], enrolled=made)
    return made
