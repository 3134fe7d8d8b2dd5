"""How often somebody may try."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from accounts.roles import Role
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

WRONG = "wrong-password-entirely"


def attempt(email: str, password: str = WRONG, address: str = "203.0.113.1"):
    return Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": email, "password": password})


def signed_in(answer: object) -> bool:
    return answer.status_code == 302


def test_five_failures_lock_the_account_from_everywhere() -> None:
    person = factories.user(Role.CURATOR)
    for number in range(5):
        attempt(person.email, address=f"203.0.113.{number}")
    assert not signed_in(attempt(person.email, PASSWORD, "198.51.100.7"))
    assert signed_in(attempt(factories.user(Role.CURATOR).email, PASSWORD, "198.51.100.7"))


def test_four_failures_do_not_lock() -> None:
    person = factories.user(Role.CURATOR)
    for _ in range(4):
        attempt(person.email)
    assert signed_in(attempt(person.email, PASSWORD))


def test_an_unknown_account_locks_with_the_same_words() -> None:
    person = factories.user(Role.CURATOR)
    pages = []
    for email in (person.email, "nobody@example.go.id"):
        for _ in range(5):
            attempt(email)
        pages.append([str(item) for item in attempt(email).context["form"].non_field_errors()])
    assert pages[0] == pages[1] != []


def test_twenty_failures_lock_an_address_for_every_account() -> None:
    person = factories.user(Role.CURATOR)
    for number in range(20):
        attempt(f"nobody{number}@example.go.id")
    assert not signed_in(attempt(person.email, PASSWORD))
    assert signed_in(attempt(person.email, PASSWORD, "198.51.100.7"))


def test_the_address_a_visitor_claims_is_not_believed() -> None:
    person = factories.user(Role.CURATOR)
    for number in range(20):
        headers = {"HTTP_X_FORWARDED_FOR": f"198.51.100.{number}"}
        Client(REMOTE_ADDR="203.0.113.1", **headers).post(
            "/accounts/login/", {"login": f"nobody{number}@example.go.id", "password": WRONG}
        )
    assert not signed_in(attempt(person.email, PASSWORD))


def test_three_resets_an_hour() -> None:
    person = factories.user()
    answers = [
        Client().post("/accounts/password/reset/", {"email": person.email}).status_code for _ in range(4)
    ]
    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3
