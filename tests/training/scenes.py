"""A cast for a whole file of tests, and clients signed in as its people."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.training.people import Cast, cast
from tests.worlds import for_a_file
from training.models import Project

ROLES = ("participant", "mentor", "coach", "examiner", "coordinator")


@pytest.fixture(scope="module")
def shared_cast(django_db_setup, django_db_blocker) -> Iterator[Cast]:
    """One project and its people; what a test changes is gone after it."""
    with for_a_file(django_db_blocker, cast) as made:
        yield made


@pytest.fixture
def people(shared_cast: Cast, db: None) -> Cast:
    return shared_cast


def as_user(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user)
    return client


def address(people: Cast, rest: str = "", language: str = "id") -> str:
    return f"/{language}/training/projects/{people.project.key}/{rest}"


def hidden(response: Any) -> dict[str, str]:
    """Names and values of the hidden fields of the page's own form."""
    html = response.content.decode()
    main = html[html.index("<main") :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: unescape(value) for name, value in found}


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


def in_state(people: Cast, state: str, *, answers: dict[str, Any] | None = None) -> Project:
    """The project right in ``state``, with these answers alone where they are given."""
    if answers is not None:
        Project.objects.filter(pk=people.project.pk).update(answers=answers, title=answers.get("title", ""))
    Project.objects.filter(pk=people.project.pk).update(state_code=state)
    return people.fresh()


def statements(client: Client, path: str) -> int:
    """How many SQL statements a page asks, menu and footer being remembered from a page before."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def submit_key() -> str:
    return str(uuid.uuid4())
