"""Sign-in by OpenID Connect, against a provider that speaks the protocol, on loopback."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client, override_settings

from accounts.models import User
from accounts.services import is_civil_servant, verify_address
from tests import factories
from tests.training.people import batch
from training.services.enrolment import Person as Invited
from training.services.enrolment import enrol

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
PASSWORD = "kata-sandi-yang-panjang"
MENTOR = "mentor@dinas.go.id"
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
    Person(sub="squatter", claims={"email": MENTOR, "email_verified": False, "given_name": "Palsu"}),
    Person(sub="mentor", claims={"email": MENTOR, "email_verified": True, "given_name": "Asli"}),
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


class TestSomebodyElsesAddress:
    """Signed on with first, unverified: it must not stay a way in once the address is proved."""

    @pytest.fixture
    def squatted(self, sign_in_as) -> User:
        assert signed_in(sign_in_as("squatter")[0]) is None
        user = User.objects.get(email=MENTOR)
        assert SocialAccount.objects.filter(user=user, uid="squatter").exists()
        return user

    @staticmethod
    def shut_out(sign_in_as, user: User) -> None:
        assert signed_in(sign_in_as("squatter")[0]) is None
        assert not SocialAccount.objects.filter(uid="squatter").exists()
        assert EmailAddress.objects.get(user=user).verified
        user.refresh_from_db()
        assert user.get_full_name() != "Palsu"

    @staticmethod
    def set_password(client: Client, link: str) -> None:
        form = client.get(link, follow=True).redirect_chain[-1][0]
        assert client.post(form, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302

    def test_by_the_link_of_an_invitation(self, sign_in_as, squatted: User):
        coordinator = factories.user()
        project = enrol(
            batch=batch(coordinator=coordinator),
            participant=Invited("peserta@dinas.go.id"),
            mentor=Invited(MENTOR, "Ibu Mentor"),
            coach=Invited("coach@dinas.go.id"),
            agency_id=None,
            by=coordinator,
        ).project
        key = project.invitations.get(user=squatted).key
        client = Client()
        self.set_password(client, client.post(f"/id/training/invitations/{key}/")["Location"])
        self.shut_out(sign_in_as, squatted)
        assert squatted.check_password(PASSWORD)

    def test_by_a_reset(self, sign_in_as, squatted: User):
        Authenticator.objects.create(user=squatted, type=Authenticator.Type.TOTP, data={})
        client = Client()
        client.post("/accounts/password/reset/", {"email": MENTOR})
        link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
        assert link, mail.outbox[-1].body
        self.set_password(client, link[1])
        self.shut_out(sign_in_as, squatted)
        assert squatted.check_password(PASSWORD)
        assert not Authenticator.objects.exists()

    def test_by_their_own_sign_on(self, sign_in_as, squatted: User):
        assert signed_in(sign_in_as("mentor")[0]) == squatted
        self.shut_out(sign_in_as, squatted)
        assert signed_in(sign_in_as("mentor")[0]) == squatted

    def test_added_to_an_account_of_ones_own_it_draws_nobody_in(self, sign_in_as):
        other = factories.user(email="penyerang@contoh.example")
        verify_address(user=other)
        EmailAddress.objects.create(user=other, email=MENTOR, verified=False, primary=False)
        user = signed_in(sign_in_as("mentor")[0])
        assert user is not None
        assert (user.email, user.first_name) == (MENTOR, "Asli")
        assert EmailAddress.objects.get(user=other).email == other.email

    def test_an_account_somebody_proved_by_another_address_is_theirs(self, sign_in_as):
        """An administrator changed its address, and nobody proved the new one."""
        other = factories.user(email="lama@dinas.go.id")
        verify_address(user=other)
        User.objects.filter(pk=other.pk).update(email=MENTOR)
        assert signed_in(sign_in_as("mentor")[0]) is None
        other.refresh_from_db()
        assert other.has_usable_password()


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
