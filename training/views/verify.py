"""Checking a certificate or document: by its code, or by the file itself. Open to everybody, and counted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from home.errors import unavailable
from home.rates import address_of, rest_of_window, within
from training.checking import LARGEST, Finding, TooBusy, Verdict, by_file
from training.checking import by_code as find_code
from training.models import Document
from training.models.papers import read_code
from training.views.strict import only

LIMIT, SECONDS = 30, 60
"""Checks an address may make, and the window in seconds."""
_LONGEST = 64
_MISSING = {Verdict.UNKNOWN}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """A form for a code or a file."""
    if request.method != "POST":
        return render(request, "pages/training/verify.html")
    only(request, "code", "file")
    upload = request.FILES.get("file")
    if upload is None:
        code = read_code(request.POST.get("code", "")[:_LONGEST])
        if code:
            return redirect("verify:code", code)
        return _again(request, _("Type the code of the certificate or document, or choose its PDF file."))
    if (upload.size or 0) > LARGEST:
        return _again(request, _("This file is larger than 10 MB; what is issued here is not."))
    if not _counted(request):
        return _too_often(request)
    try:
        finding = by_file(upload.read())
    except TooBusy:
        return unavailable(request)
    return _answer(request, finding, by_file=True)


@never_cache
@require_safe
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the register says about one code."""
    if not _counted(request):
        return _too_often(request)
    return _answer(request, find_code(code[:_LONGEST]))


def _answer(request: HttpRequest, finding: Finding, **more: Any) -> HttpResponse:
    status = 404 if finding.verdict in _MISSING and not more else 200
    context = {
        "finding": finding,
        "verdict": str(finding.verdict),
        "paper": finding.paper,
        "is_document": isinstance(finding.paper, Document),
        **more,
    }
    return render(request, "pages/training/verify.html", context, status=status)


def _again(request: HttpRequest, error: str) -> HttpResponse:
    return render(request, "pages/training/verify.html", {"error": error}, status=400)


def _counted(request: HttpRequest) -> bool:
    return within(name=f"verify-{address_of(request)}", limit=LIMIT, seconds=SECONDS)


def _too_often(request: HttpRequest) -> HttpResponse:
    wait = rest_of_window(SECONDS)
    error = _("That was many checks in a short time. Try again in %d seconds.") % wait
    response = render(request, "pages/training/verify.html", {"error": error}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
