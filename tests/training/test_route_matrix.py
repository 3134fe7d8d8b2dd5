"""Every address of training, checks and overviews, for every role: matrix.yaml's `routes` is what is right.

One that is not in it fails by its name. Whoever is not named there gets what they would get for something
that does not exist.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import translation

from accounts.models import User
from tests.training.reached import Place, around, place, prepare, written
from tests.training.worlds import HOST, shown
from training.models import Refusal

__all__ = ["shown"]
pytestmark = pytest.mark.django_db

ORACLE = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))["routes"]
SPACES = ("training", "training_batches", "verify", "dashboards")
METHODS = ("get", "post")
SIGNED_OUT = ("anonymous", "inactive")
EVERYBODY, SIGNED_IN = "everybody", "signed-in"
ANSWERS = {200, 302, 400, 405, 409, 410, 422}
"""Of whoever may come in; with nothing sent, a form is wrong or the page is another's turn."""
FILES = ("training:file", "training:document", "training:certificate", "training:minutes")


def names() -> set[str]:
    """Every name of every address of the area."""
    found = set()
    for space in SPACES:
        _prefix, resolver = _namespace(space)
        found |= {f"{space}:{name}" for name in resolver.reverse_dict if isinstance(name, str)}
    return found


def _namespace(space: str) -> Any:
    with translation.override("id"):
        return get_resolver().namespace_dict[space]


def test_every_address_is_decided():
    assert names() == set(ORACLE)


def let_in(name: str, method: str, role: str) -> bool:
    named = ORACLE[name].get(method, [])
    return named == EVERYBODY or (named == SIGNED_IN and role not in SIGNED_OUT) or role in named


class Asking:
    """One person's requests; nothing they change stays."""

    def __init__(self, role: str, user: User | None) -> None:
        self.role, self.user = role, user or AnonymousUser()
        self.signed_in = role not in SIGNED_OUT
        self.client = Client(SERVER_NAME=HOST)
        if user:
            self.client.force_login(user)

    def ask(self, method: str, address: str, **more: Any) -> tuple[int, bytes, str]:
        """Status, body and where it leads, each without what is another in every answer.

        What is refused changes nothing and is kept once, by route and answer.
        """
        before = transaction.savepoint()
        Refusal.objects.all().delete()  # of what was looked for before
        if "/verify/" in address:
            cache.clear()  # how often somebody may ask is not what is asked here
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(self.client, method)(address, **more)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        refused = [(self.user.pk, method.upper(), answer.resolver_match.view_name, answer.status_code)]
        kept = list(Refusal.objects.values_list("user", "method", "route", "status"))
        transaction.savepoint_rollback(before)
        if answer.status_code in {400, 404}:
            assert kept == (refused if self.signed_in else []), (method, address)
            assert written(queries) == [], (method, address)
        return answer.status_code, _same(body, address), answer.headers.get("Location", "")


def _same(body: bytes, address: str) -> bytes:
    return re.sub(rb'nonce="[^"]*"', b"", body.replace(address.encode(), b"address"))


class Missing:
    """What anybody gets for something that is not there; asked once, as it is the same for everybody."""

    def __init__(self, name: str, where: Place) -> None:
        self.address = reverse(name, kwargs=where.missing)
        self.is_other = where.missing != where.arguments
        self.known: dict[str, bytes] = {}

    def body(self, method: str, asking: Asking) -> bytes:
        if method not in self.known:
            status, body, _leads = asking.ask(method, self.address)
            assert status == 404 or not self.is_other
            self.known[method] = body
        return self.known[method]


def asked(asking: Asking, name: str, here: str, missing: Missing) -> list[str]:
    """What is wrong about the answers to one person at one address."""
    wrong = []
    for method in METHODS:
        status, body, leads = asking.ask(method, here)
        if let_in(name, method, asking.role):
            right = status in ANSWERS and "/login" not in leads
        elif asking.role in SIGNED_OUT:
            right = status in {401, 405} or "/login" in leads
        else:
            right = status == 405 or (status == 404 and body == missing.body(method, asking))
        if not right:
            wrong.append(f"{name} {method} {asking.role}: {status} {leads}")
        if method == "get":
            wrong += _otherwise(asking, name, here, status, body)
    return wrong


def _otherwise(asking: Asking, name: str, here: str, status: int, body: bytes) -> list[str]:
    """HEAD says what GET says, and a part of a file is as closed as the whole."""
    wrong = []
    if asking.ask("head", here)[:2] != (status, b""):
        wrong.append(f"{name} head {asking.role}: not {status}")
    if name in FILES:
        part = asking.ask("get", here, headers={"Range": "bytes=0-9"})
        if part[:2] != (status, body) and not (status == 200 and part[0] == 206):
            wrong.append(f"{name} range {asking.role}: {part[0]}")
    return wrong


@pytest.mark.parametrize("name", sorted(names()))
def test_every_role_at(shown, db, name):
    wrong, met = [], set()
    with translation.override("id"):
        prepare(name)
        where = place(name)
        people: dict[str, User | None] = {"anonymous": None, **around(where)}
        here, missing = reverse(name, kwargs=where.arguments), Missing(name, where)
        for role, user in people.items():
            wrong += asked(Asking(role, user), name, here, missing)
            met |= {method for method in METHODS if let_in(name, method, role)}
    assert wrong == []
    assert set(ORACLE[name]) == met
