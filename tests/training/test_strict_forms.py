"""A form takes no field but its own: owner, state or project beside them is refused, and nothing changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from accounts.models import User
from tests.browser import training_pages
from tests.training.reached import around, place, written
from tests.training.scenes import forms
from tests.training.test_route_matrix import ORACLE, SIGNED_OUT, let_in
from tests.training.worlds import HOST, shown
from training.models import Refusal

__all__ = ["shown"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EXTRA = {"owner": "1", "state_code": "passed", "project": str(uuid.uuid4())}
HAS = {"training_batches:remind": {"project"}}
"""Fields of ``EXTRA`` that a form really has."""
NOT_OURS = ("account",)
AUDITED = ("training", "dashboards")
LEAST = 60
"""Forms that the demonstration shows."""


@dataclass(frozen=True, slots=True)
class Found:
    """A form on a page, with who reads it there."""

    name: str
    page: str
    reader: str
    address: str
    fields: dict[str, str]


def everything() -> Iterator[Found]:
    """Every form of every page, once for each reader."""
    seen = set()
    for page, readers in training_pages.PAGES.items():
        for reader, what in [] if page.startswith(NOT_OURS) else readers:
            path = training_pages._answering(page, reader, what)
            answer = client_of(reader).get(f"/id{path}") if path else None
            body = answer.content.decode() if answer is not None and answer.status_code == 200 else ""
            for address, fields in forms(body) if "<main" in body else ():
                target = address if address.startswith("/") else f"/id{path}{address}"
                name, about = _route(target)
                if name and (name, about, page, reader) not in seen:
                    seen.add((name, about, page, reader))
                    yield Found(name, page, reader, target, fields)


def _route(address: str) -> tuple[str, str]:
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return "", ""
    return match.view_name, str(match.kwargs.get("what", ""))


def client_of(reader: str) -> Client:
    client = Client(SERVER_NAME=HOST)
    user = User.objects.filter(email=f"{reader}@demo.example").first()
    if user:
        client.force_login(user)
    return client


def test_a_field_that_was_never_shown_is_refused_and_changes_nothing(shown, db):
    lax, writing, number = [], [], 0
    with translation.override("id"):
        for form in everything():
            number += 1
            extra = {name: value for name, value in EXTRA.items() if name not in HAS.get(form.name, ())}
            client = client_of(form.reader)
            for sent in (form.fields | extra, extra):  # as it was shown, and empty: errors come second
                before = transaction.savepoint()
                Refusal.objects.all().delete()  # of pages that were looked for
                with CaptureQueriesContext(connection) as queries:
                    status = client.post(form.address, sent).status_code
                kept = list(Refusal.objects.values_list("user__email", "route", "status"))
                transaction.savepoint_rollback(before)
                if form.reader and form.name.startswith(AUDITED):
                    assert kept == [(f"{form.reader}@demo.example", form.name, status)], form
                if status not in (400, 404):
                    lax.append((form.name, form.page, form.reader, form.address.split("/")[-2], status))
                if tables := written(queries):
                    writing.append((form.name, tables))
    assert lax == []
    assert writing == []
    assert number >= LEAST


def test_a_route_whose_form_no_page_shows_takes_no_other_field_either(shown, db):
    """Beside the forms of pages: whatever else takes a form, with each field of others."""
    with translation.override("id"):
        seen = {form.name for form in everything()}
        hidden = [name for name, named in ORACLE.items() if "post" in named and name not in seen]
        assert {"training:draft"} <= set(hidden)
        for name in hidden:
            before = transaction.savepoint()
            where = place(name)
            people = around(where)
            role = next(one for one in people if one not in SIGNED_OUT and let_in(name, "post", one))
            client = Client(SERVER_NAME=HOST)
            client.force_login(people[role])
            here = reverse(name, kwargs=where.arguments)
            for field, value in EXTRA.items():
                Refusal.objects.all().delete()
                with CaptureQueriesContext(connection) as queries:
                    status = client.post(here, {field: value}).status_code
                assert status in (400, 404), (name, role, field)
                assert written(queries) == [], name
                assert list(Refusal.objects.values_list("user", "route", "status")) == [
                    (people[role].pk, name, status)
                ], name
            transaction.savepoint_rollback(before)
