"""What is counted, as an address says it: the batches, and one cell of a table where a number was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dashboards.outcomes import holding
from dashboards.places import agencies_called, agencies_in
from training.models import Batch, Project, State

NONE = "-"
"""The value of what is not known: a project without an agency, a region, a sector or a government matter."""
LATE, ON_TIME, NO_DATE = "late", "on-time", "no-date"
_LONGEST = 200


class SelectionForm(forms.Form):
    """The filters above the figures; ``batches`` are those the reader may count."""

    batch = forms.ChoiceField(label=_("Batch"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    since = forms.DateField(
        label=_("Batches that start from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("… up to"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, batches: Sequence[Batch]) -> None:
        super().__init__(data, auto_id="filter-%s")
        programmes = {batch.version.programme.code: str(batch.version.programme) for batch in batches}
        fields: dict[str, Any] = self.fields
        fields["batch"].choices = [("", _("all")), *((str(batch.key), str(batch)) for batch in batches)]
        fields["programme"].choices = [("", _("all")), *sorted(programmes.items(), key=lambda pair: pair[1])]


class Selection:
    """Which batches and which of their projects are meant. Values that can't be read narrow nothing."""

    CELLS = ("state", "standing", "due", "sector", "matter", "region", "agency", "institution", "outcomes")
    """What a number in a table narrows besides the filters."""

    def __init__(self, data: Any, batches: Sequence[Batch]) -> None:
        self.form = SelectionForm(data, batches)
        self.form.is_valid()
        given = self.form.cleaned_data
        self.filters = {name: given[name] for name in self.form.fields if given.get(name)}
        self.cell = {name: str(data.get(name, ""))[:_LONGEST] for name in self.CELLS if data.get(name)}
        self.batches = [batch for batch in batches if self._wants(batch)]

    def _wants(self, batch: Batch) -> bool:
        wanted, first = self.filters, batch.starts_on
        return (
            wanted.get("batch", str(batch.key)) == str(batch.key)
            and wanted.get("programme", batch.version.programme.code) == batch.version.programme.code
            and wanted.get("since", first) <= first <= wanted.get("until", first)
            and self.cell.get("institution", batch.institution.code) == batch.institution.code
        )

    def query(self, **cell: str) -> str:
        """The address's query for this selection, narrowed to one cell of a table."""
        own = {name: str(value) for name, value in self.filters.items()}
        return urlencode({name: value for name, value in {**own, **self.cell, **cell}.items() if value})

    def narrow(self, projects: QuerySet[Project], *, left: bool = False) -> QuerySet[Project]:
        """Those of ``projects`` that are meant; who has left only with ``left`` or where that is asked."""
        rows = projects.filter(batch__in=[batch.pk for batch in self.batches])
        if "standing" in self.cell:
            rows = rows.filter(standing=self.cell["standing"])
        elif not left:
            rows = rows.exclude(standing__in=Project.LEFT)
        for name, condition in (
            ("state", Q(state_code=self.cell.get("state"))),
            ("sector", _answer("sector", self.cell.get("sector", ""))),
            ("matter", _answer("matter", self.cell.get("matter", ""))),
            ("region", _region(self.cell.get("region", ""))),
            ("agency", _agency(self.cell.get("agency", ""))),
        ):
            if name in self.cell:
                rows = rows.filter(condition)
        if "due" in self.cell:
            rows = rows.filter(due(self.cell["due"], self.batches))
        return holding(self.cell["outcomes"], rows) if "outcomes" in self.cell else rows


def ended(batches: Sequence[Batch]) -> Q:
    """Projects of ``batches`` that are where they may end and have no day to keep; one query."""
    found = Q(pk__in=[])
    ends = State.objects.filter(
        version__in={batch.version_id for batch in batches}, is_end=True, due_days__isnull=True
    )
    for version, code in ends.values_list("version_id", "code"):
        found |= Q(version=version, state_code=code)
    return found


def due(kind: str, batches: Sequence[Batch]) -> Q:
    """Projects that are late, on time, or have no day to keep: what has ended has none."""
    over = ended(batches)
    today = timezone.localdate()
    kinds = {
        LATE: Q(due_on__lt=today) & ~over,
        ON_TIME: Q(due_on__gte=today) & ~over,
        NO_DATE: Q(due_on=None) | over,
    }
    return kinds.get(kind, Q(pk__in=[]))


def _answer(question: str, code: str) -> Q:
    name = f"answers__{question}"
    if code != NONE:
        return Q(**{name: code})
    return Q(**{f"{name}__isnull": True}) | Q(**{name: ""})


def _agency(code: str) -> Q:
    return Q(agency=None) if code == NONE else Q(agency__in=agencies_called(code))


def _region(code: str) -> Q:
    if code != NONE:
        return Q(agency__in=agencies_in(code))
    return Q(agency=None) | Q(agency__in=agencies_in(""))
