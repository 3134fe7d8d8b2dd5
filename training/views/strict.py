"""Forms know no field but their own and no row but those of their place.

Whoever adds one, or names another's row, tries what the page never offered.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from training.views.kept import CONTROLS

EVERYWHERE = CONTROLS | {"submit_key"}
"""What any form may carry beside its answers."""


def must_name(form: forms.BaseForm, name: str, rows: QuerySet[Any], by: str = "pk") -> None:
    """Let through a form whose field ``name`` names one of ``rows``, or nothing, by their column ``by``.

    ``rows`` are all that the field could ever have offered there: what it offers no more is for the form to
    say, a row of somewhere else does not exist. Raises ``Http404``, also for what names no row at all.
    """
    given = form.data.get(form.add_prefix(name), "") if name in form.fields else ""
    if given and not _among(rows, by, [given]):
        raise Http404


def _among(rows: QuerySet[Any], by: str, given: Iterable[object]) -> bool:
    """Whether each of ``given`` is the column ``by`` of one of ``rows``; one query."""
    wanted = {str(one) for one in given}
    try:
        found = rows.order_by().filter(**{f"{by}__in": wanted}).values_list(by, flat=True)
        return {str(one) for one in found} == wanted
    except (ValueError, ValidationError, OverflowError):
        return False


def must_be_of(rows: QuerySet[Any], by: str, given: Iterable[object]) -> None:
    """Raises ``Http404`` unless each of ``given`` is the column ``by`` of one of ``rows``; one query."""
    if not _among(rows, by, given):
        raise Http404


def only(request: HttpRequest, *declared: str | forms.BaseForm) -> None:
    """Let through a form that has no field or file but those ``declared``, by name or by the form itself.

    Called before anything else is read from it, so that the answer is the same whatever the rest is.
    Raises ``BadRequest``, also where the other fields are wrong as well.
    """
    if foreign({*request.POST, *request.FILES}, *declared):
        raise BadRequest("unknown field")


def foreign(names: Iterable[str], *declared: str | forms.BaseForm) -> set[str]:
    """The names that are neither ``declared`` nor of every form; for what is no request, as a kept form."""
    known = set(EVERYWHERE)
    for one in declared:
        known |= {one} if isinstance(one, str) else {one.add_prefix(name) for name in one.fields}
    return set(names) - known


def submit_key(request: HttpRequest, *, needed: bool = True) -> uuid.UUID:
    """What makes a form that is sent twice do its work once; where it isn't ``needed``, no key is a new one.

    Raises ``BadRequest`` for one that is none.
    """
    text = request.POST.get("submit_key", "")
    if not (text or needed):
        return uuid.uuid4()
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise BadRequest("no key") from error
