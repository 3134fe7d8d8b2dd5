"""The door to a coordinator's pages: whoever does not lead the batch learns nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalogue.services import codes
from training.errors import GuardsUnmet
from training.models import Batch
from training.permissions import led_batches
from training.views.access import View, person, signed_in


def batch_view(*methods: str) -> Callable[[View], View]:
    """Decorator: the view gets the ``Batch`` that the address names.

    Raises ``Http404`` for a batch that is not led by the person, as for one that is not there. Whoever is
    not signed in is led to do so.
    """

    def decorate(view: View) -> View:
        @require_http_methods([*methods, *(["HEAD"] if "GET" in methods else [])])
        @signed_in
        @wraps(view)
        def inner(request: HttpRequest, key: UUID, **arguments: Any) -> HttpResponseBase:
            return view(request, led_batch(request, key), **arguments)

        return inner

    return decorate


def led_batch(request: HttpRequest, key: UUID) -> Batch:
    """The batch with ``key``. Raises ``Http404`` unless the person leads it."""
    batches = led_batches(person(request)).select_related("version__programme", "institution")
    found = batches.filter(key=key).first()
    if found is None:
        raise Http404
    return found


def agency_key(code: str) -> int:
    """The key of the agency with ``code``.

    Raises ``GuardsUnmet`` for one that was taken out of the catalogue since the page was opened.
    """
    key = codes.agency_id(code)
    if key is None:
        raise GuardsUnmet([_("Choose one of the answers offered.")])
    return key
