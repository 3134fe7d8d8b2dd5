"""Sign-in by OpenID Connect, against a provider that speaks the protocol, on loopback."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.test import Client, override_settings

from accounts.models import User
from accounts.services import is_civil_servant, verify_address
from tests import factories

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import httpx
    from oidc_provider_mock import User as Person
    from oidc_provider_mock import run_server_in_thread

pytestmark = pytest.mark.django_db

VERIFIED = {
    "email": "siti@dinas.go.id",
    "email_verified": True,
    "given_name": "Siti",
    "family_name": "Aminah",
}
NAMED = {
    "email": "bin@dinas.go.id",
    "email_verified": True,
    "given_name": "Siti\r\nBcc: x",
    "family_name": "\u202eAminah" + "h" * 5_000,
}
NOT_VERIFIED = ("false", "TRUE ", 1, ["true"], None)
PEOPLE = (
    Person(sub="siti", claims=VERIFIED),
    Person(sub="impostor", claims={"email": "kurator@dinas.go.id", "email_verified": False}),
    Person(sub="kurator", claims={"email": "kurator@dinas.go.id", "email_verified": True}),
    Person(sub="renamed", claims=NAMED),
    Person(sub="says-true", claims={"email": "kurator@dinas.go.id", "email_verified": "true"}),
    *(
        Person(sub=f"says-{said}", claims={"email": "kurator@dinas.go.id", "email_verified": said})
        for said in NOT_VERIFIED
    ),
)


@contextmanager
def provider() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as url:
        yield url


@pytest.fixture
def sign_in_as(issuer: str) -> Iterator[Callable[..., tuple[Client, str]]]:
    """Go the whole way as a browser does: to the provider, through its form, and back."""
    app = {
        "provider_id": "sso",
        "name": "SSO ASN",
        "client_id": "katalog",
        "secret": "rahasia",
        "settings": {"server_url": issuer},
    }
    providers = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def go(sub: str, **answer: str) -> tuple[Client, str]:
        client = Client(HTTP_HOST="127.0.0.1")
        away = client.post("/accounts/oidc/sso/login/").headers["Location"]
        assert away.startswith(issuer)
        back = httpx.post(away, data={"sub": sub, **answer}).headers["Location"]
        parts = urlsplit(back)
        assert parts.path == "/accounts/oidc/sso/login/callback/"
        landed = client.get(f"{parts.path}?{parts.query}")
        return client, landed.headers.get("Location", "")

    with override_settings(SOCIALACCOUNT_PROVIDERS=providers):
        yield go


def signed_in(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_somebody_new_gets_an_account_with_a_verified_address(sign_in_as):
    client, _target = sign_in_as("siti")
    user = signed_in(client)
    assert user is not None
    assert (user.email, user.first_name) == ("siti@dinas.go.id", "Siti")
    assert EmailAddress.objects.get(user=user).verified
    assert is_civil_servant(user)
    assert not user.has_usable_password()


def test_the_second_time_it_is_the_same_account(sign_in_as):
    first, _target = sign_in_as("siti")
    again, _target = sign_in_as("siti")
    assert signed_in(first) == signed_in(again)
    assert User.objects.filter(email="siti@dinas.go.id").count() == 1


def test_an_account_is_joined_by_an_address_the_provider_verified(sign_in_as):
    user = factories.user(email="kurator@dinas.go.id")
    verify_address(user=user)
    client, _target = sign_in_as("kurator")
    assert signed_in(client) == user


def test_an_address_nobody_verified_joins_no_account(sign_in_as):
    verify_address(user=factories.user(email="kurator@dinas.go.id"))
    client, _target = sign_in_as("impostor")
    assert signed_in(client) is None


def test_an_address_verified_in_words_joins_it_too(sign_in_as):
    user = factories.user(email="kurator@dinas.go.id")
    verify_address(user=user)
    client, _target = sign_in_as("says-true")
    assert signed_in(client) == user


@pytest.mark.parametrize("said", NOT_VERIFIED, ids=str)
def test_no_other_word_than_true_verifies_an_address(sign_in_as, said):
    """Neither of an account that is there nor of a new one."""
    verify_address(user=factories.user(email="kurator@dinas.go.id"))
    client, _target = sign_in_as(f"says-{said}")
    assert signed_in(client) is None
    User.objects.all().delete()
    client, _target = sign_in_as(f"says-{said}")
    assert signed_in(client) is None
    assert not EmailAddress.objects.get(email="kurator@dinas.go.id").verified


def test_a_name_is_kept_as_people_may_give_their_own(sign_in_as):
    user = signed_in(sign_in_as("renamed")[0])
    assert user is not None
    assert user.first_name == "SitiBcc: x"
    assert user.last_name == "Aminah" + "h" * 144


def test_who_says_no_at_the_provider_is_not_signed_in(sign_in_as):
    client, _target = sign_in_as("siti", action="deny")
    assert signed_in(client) is None
    assert not User.objects.filter(email="siti@dinas.go.id").exists()


def test_an_answer_that_nobody_asked_for_is_refused(sign_in_as):
    client = Client(HTTP_HOST="127.0.0.1")
    answer = client.get("/accounts/oidc/sso/login/callback/?code=stolen&state=guessed")
    assert answer.status_code in {200, 302, 400, 401, 403}
    assert signed_in(client) is None
    assert django_settings.SOCIALACCOUNT_STORE_TOKENS is False
