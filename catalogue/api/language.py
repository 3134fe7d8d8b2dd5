"""The language of an answer: what ``lang`` says; a browser's own preference is never asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.utils import translation

from search.types import LANGUAGES


def language_of(request: HttpRequest) -> str:
    """The language asked for, Indonesian where none or an unknown one is."""
    wanted = request.GET.get("lang")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


@contextmanager
def speaking(request: HttpRequest) -> Iterator[str]:
    """Answer in the request's language."""
    language = language_of(request)
    with translation.override(language):
        yield language
