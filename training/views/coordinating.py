"""The door to a coordinator's pages: whoever does not lead the batch learns nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.models import User
from training.models import Batch
from training.permissions import led_batches

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Decorator: whoever is not signed in is led there, and back."""

    @wraps(view)
    def inner(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, **arguments)
        query = urlencode({"next": request.get_full_path(), "language": get_language() or "id"})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")

    return inner


def person(request: HttpRequest) -> User:
    """Who is signed in. Raises ``Http404`` for nobody, which ``signed_in`` rules out."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


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
    batches = led_batches(request.user).select_related("version__programme", "institution")
    found = batches.filter(key=key).first()
    if found is None:
        raise Http404
    return found
