"""A cast for a whole file of tests, and clients signed in as its people."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalogue.demo.quiet import quiet
from tests.training.people import Cast, cast
from training.models import Project

ROLES = ("participant", "mentor", "coach", "examiner", "coordinator")


@pytest.fixture(scope="module")
def shared_cast(django_db_setup, django_db_blocker) -> Iterator[Cast]:
    """One project and its people; what a test changes is gone after it."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        with quiet():
            made = cast()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


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
