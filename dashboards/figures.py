"""Figures over batches: one statement counts the projects, and every table is folded from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models.terms import Scheme
from catalogue.vocabulary import snapshot
from dashboards.places import province_of
from dashboards.selection import LATE, NO_DATE, NONE, ON_TIME, Selection
from training.models import Batch, Project, State


class Cell(NamedTuple):
    """Projects that are alike in everything that is counted by."""

    batch: int
    state: str
    standing: str
    agency: int | None
    sector: str
    matter: str
    people: int
    late: int
    dated: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table. ``query`` and ``late_query`` lead to exactly the projects that are counted."""

    label: str
    people: int
    late: int
    query: str
    late_query: str
    width: float = 0
    """Of the bar, in hundredths of the longest one."""
    late_width: float = 0
    board: str = ""
    """The key of the batch that the row is, where it is one."""


@dataclass(frozen=True, slots=True)
class Table:
    """One figure: a heading, what its rows are, and the rows."""

    code: str
    title: str
    head: str
    rows: Sequence[Row]
    total: int
    has_late: bool = True


@dataclass
class _Sum:
    people: int = 0
    late: int = 0


@dataclass(frozen=True)
class Figures:
    """All tables of one selection; ``projects`` are those the reader may count, and ``selection`` narrows."""

    projects: QuerySet[Project]
    selection: Selection
    language: str = field(default_factory=lambda: get_language() or "id")

    @cached_property
    def batches(self) -> Mapping[int, Batch]:
        return {batch.pk: batch for batch in self.selection.batches}

    @cached_property
    def states(self) -> Mapping[tuple[int, str], State]:
        """States by version and code, in the order of their versions; one query."""
        versions = {batch.version_id for batch in self.batches.values()}
        return {(state.version_id, state.code): state for state in State.objects.filter(version__in=versions)}

    @cached_property
    def cells(self) -> list[Cell]:
        """What everything is folded from; one query. What has ended is never late and has no day to keep."""
        rows = self.selection.narrow(self.projects).order_by()
        answers = {name: KeyTextTransform(name, "answers") for name in _ANSWERS}
        grouped = rows.values("batch_id", "state_code", "standing", "agency_id", **answers).annotate(
            people=Count("pk"),
            late=Count("pk", filter=Q(due_on__lt=timezone.localdate())),
            dated=Count("pk", filter=Q(due_on__isnull=False)),
        )
        return [self._cell(row) for row in grouped]

    def _cell(self, row: Mapping[str, object]) -> Cell:
        cell = Cell(*(row[name] for name in _COLUMNS))  # type: ignore[arg-type]
        cell = cell._replace(sector=cell.sector or "", matter=cell.matter or "")
        state = self.states.get((self.batches[cell.batch].version_id, cell.state))
        return cell._replace(late=0, dated=0) if state is not None and state.is_never_late else cell

    @property
    def total(self) -> int:
        return sum(cell.people for cell in self.cells)

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells)

    def tables(self) -> list[Table]:
        """Every table, in the order they are shown."""
        return [
            self._by_state(), self._by_due(), self._by_standing(), self._by_sector(), self._by_matter(),
            self._by_region(), self._by_agency(), self._by_institution(), self._by_batch(),
        ]  # fmt: skip

    def _fold(self, key: Callable[[Cell], str]) -> dict[str, _Sum]:
        found: dict[str, _Sum] = defaultdict(_Sum)
        for cell in self.cells:
            one = found[key(cell)]
            one.people += cell.people
            one.late += cell.late
        return found

    def _table(
        self, code: str, title: str, head: str, found: Mapping[str, _Sum], labels: Mapping[str, str]
    ) -> Table:
        """The rows by number, the largest first, with what is not known at the end."""
        order = sorted(found, key=lambda key: (key == NONE, -found[key].people, labels.get(key, key)))
        return self._ordered(code, title, head, [(key, labels.get(key, key), found[key]) for key in order])

    def _ordered(
        self, code: str, title: str, head: str, rows: Sequence[tuple[str, str, _Sum]], boards: bool = False
    ) -> Table:
        most = max((one.people for _key, _label, one in rows), default=0) or 1
        made = [
            Row(
                label,
                one.people,
                one.late,
                self.selection.query(**{code: key}),
                self.selection.query(**{code: key, "due": LATE}),
                round(100 * one.people / most, 1),
                round(100 * one.late / most, 1),
                key if boards else "",
            )
            for key, label, one in rows
        ]
        return Table(code, title, head, made, sum(row.people for row in made))

    def _by_state(self) -> Table:
        """In the order of the programmes; states of several programmes with one code are one."""
        found = self._fold(lambda cell: cell.state)
        labels = {code: state.label for (_version, code), state in reversed(list(self.states.items()))}
        order = [code for code in dict.fromkeys(code for _version, code in self.states) if code in found]
        rows = [(code, labels[code], found[code]) for code in order]
        return self._ordered("state", _("Projects by state"), _("State of the project"), rows)

    def _by_due(self) -> Table:
        late, dated = self.late, sum(cell.dated for cell in self.cells)
        numbers = {LATE: late, ON_TIME: dated - late, NO_DATE: self.total - dated}
        labels = {LATE: _("Overdue"), ON_TIME: _("On time"), NO_DATE: _("No due date, or ended")}
        rows = [(key, labels[key], _Sum(number)) for key, number in numbers.items()]
        table = self._ordered("due", _("On time or late"), _("Due"), rows)
        return Table(table.code, table.title, table.head, table.rows, table.total, has_late=False)

    def _by_standing(self) -> Table:
        """Who has left is counted here and nowhere else."""
        every = self.selection.narrow(self.projects, left=True).order_by()
        counts = dict(every.values_list("standing").annotate(people=Count("pk")))
        labels = {one.value: str(one.label).capitalize() for one in Project.Standing}
        rows = [(key, label, _Sum(counts[key])) for key, label in labels.items() if counts.get(key)]
        table = self._ordered("standing", _("Going on or not"), _("Standing"), rows)
        return Table(table.code, table.title, table.head, table.rows, table.total, has_late=False)

    def _by_sector(self) -> Table:
        terms = snapshot().terms[Scheme.SECTOR]
        found = self._fold(lambda cell: cell.sector or NONE)
        labels = {code: terms.label(code, self.language) for code in found} | {NONE: _("not answered yet")}
        return self._table("sector", _("By sector"), _("Sector"), found, labels)

    def _by_matter(self) -> Table:
        """By what participants say of it; versions that don't ask have everybody in the last row."""
        terms = snapshot().terms[Scheme.MATTER]
        found = self._fold(lambda cell: cell.matter or NONE)
        labels = {code: terms.label(code, self.language) for code in found} | {NONE: _("not stated")}
        return self._table("matter", _("By government matter"), _("Government matter"), found, labels)

    def _by_region(self) -> Table:
        labels = snapshot()
        found = self._fold(lambda cell: province_of(cell.agency) or NONE)
        names = {code: labels.regions.label(code, self.language) for code in found}
        names[NONE] = _("without a region, such as a ministry")
        return self._table("region", _("By region"), _("Region"), found, names)

    def _by_agency(self) -> Table:
        agencies = snapshot().agencies
        found = self._fold(lambda cell: agencies.codes.get(cell.agency or 0, NONE))
        labels = {code: agencies.label(code, self.language) for code in found} | {NONE: _("not known")}
        return self._table("agency", _("By agency"), _("Agency"), found, labels)

    def _by_institution(self) -> Table:
        made = {batch.institution.code: str(batch.institution) for batch in self.batches.values()}
        found = self._fold(lambda cell: self.batches[cell.batch].institution.code)
        return self._table("institution", _("By training institution"), _("Institution"), found, made)

    def _by_batch(self) -> Table:
        found = self._fold(lambda cell: str(cell.batch))
        rows = [
            (str(batch.key), str(batch), found[str(pk)])
            for pk, batch in self.batches.items()
            if str(pk) in found
        ]
        return self._ordered("batch", _("By batch"), _("Batch"), rows, boards=True)


_ANSWERS = ("sector", "matter")
"""Questions by whose answers projects are counted."""
_COLUMNS = ("batch_id", "state_code", "standing", "agency_id", *_ANSWERS, "people", "late", "dated")
