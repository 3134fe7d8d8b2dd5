"""The door to a coordinator's pages: whoever does not lead the batch learns nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

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
