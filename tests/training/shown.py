"""The demonstration as one world for a whole file: all there is to read and to send, with its people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from catalogue.demo.quiet import quiet
from catalogue.services.access import ensure_access
from tests import factories
from tests.browser import training_pages
from training.models import Refusal

HOST = "127.0.0.1"
"""One that the site answers to, for clients."""


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """``demo_training`` with what it can't hold for long; rolled back after the file."""
    folder = tmp_path_factory.mktemp("shown")
    with override_settings(VAR_DIR=folder, STAFF_MFA="optional", ALLOWED_HOSTS=["*"]):
        with django_db_blocker.unblock():
            outer = transaction.atomic()
            outer.__enter__()
            with quiet():
                factories.baseline()
                ensure_access()
                call_command("demo_accounts", verbosity=0)
                call_command("demo_training", verbosity=0)
            training_pages.prepare()
        yield
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def forms(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Address and fields of every form of a page that is sent by POST, as a browser would send them."""
    for attributes, body in re.findall(r"<form\b([^>]*)>(.*?)</form>", page[page.index("<main") :], re.S):
        if 'method="post"' in attributes:
            address = re.search(r'action="([^"]*)"', attributes)
            yield unescape(address[1]).split("#")[0] if address else "", dict(_fields(body))


def _fields(body: str) -> Iterator[tuple[str, Any]]:
    for field in re.findall(r"<input\b[^>]*>", body):
        of = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', field)}
        kind = of.get("type", "text")
        unticked = kind in {"checkbox", "radio"} and "checked" not in field
        if "name" in of and kind not in {"file", "submit"} and not unticked:
            yield of["name"], of.get("value", "")
    for name, text in re.findall(r'<textarea\b[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.S):
        yield name, unescape(text).lstrip("\n")
    for name, options in re.findall(r'<select\b[^>]*name="([^"]*)"[^>]*>(.*?)</select>', body, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        first = chosen or re.search(r'<option value="([^"]*)"', options)
        yield name, unescape(first[1]) if first else ""
    button = re.search(r'<button\b[^>]*name="([^"]*)" value="([^"]*)"', body)
    if button:
        yield button[1], button[2]


def written(queries: CaptureQueriesContext) -> list[str]:
    """Tables of our own models that were written to, sessions and counters of the site left out.

    That something was refused is written down: tests/training/test_refusals.py.
    """
    models = {model for model in apps.get_models() if model._meta.app_label == "training"}
    tables = {model._meta.db_table for model in models - {Refusal}}
    words = [
        query["sql"].split() for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    return [name for line in words for name in (word.strip('"') for word in line[1:3]) if name in tables]
