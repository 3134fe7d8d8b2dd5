"""Whether the site lives, and whether it is ready to answer. Said without any personal data."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

Check = Callable[[], dict[str, Any]]


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nothing else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database and every check of READINESS_CHECKS say ``"ok": true``, else 503."""
    checks = {"database": database()}
    if checks["database"]["ok"]:
        checks |= {name: import_string(path)() for name, path in settings.READINESS_CHECKS.items()}
    is_ready = all(check["ok"] for check in checks.values())
    response = JsonResponse(
        {"status": "ready" if is_ready else "unavailable", **checks}, status=200 if is_ready else 503
    )
    if not is_ready:
        response.headers["Retry-After"] = "2"
    return response


def database() -> dict[str, Any]:
    """Whether the database answers, which one it is, and in how many milliseconds."""
    started = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return {"ok": False, "vendor": connection.vendor}
    took = round((time.perf_counter() - started) * 1000, 1)
    return {"ok": True, "vendor": connection.vendor, "took_ms": took}
