"""Keeps the log readable while thousands of pages are made."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_CHATTY = ("wagtail", "django_tasks")


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back the two lines a page that Wagtail and the task queue log; warnings still pass."""
    loggers = [logging.getLogger(name) for name in _CHATTY]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
