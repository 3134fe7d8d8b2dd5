"""The pages of sign-in and of one's own account: two languages, no script in the page, nothing kept."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests import factories
from tests.factories import PASSWORD
from tests.signin import sign_in

pytestmark = pytest.mark.django_db

ANONYMOUS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-bad/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/bad/",
    "/accounts/inactive/",
    "/accounts/3rdparty/login/cancelled/",
    "/accounts/3rdparty/login/error/",
]
OWN = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/3rdparty/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/reauthenticate/",
]


@pytest.fixture
def member(client: Client) -> Client:
    """Somebody with every kind of second factor, who confirmed it is them."""
    person = factories.user(Role.CURATOR)
    sign_in(client, person)
    RecoveryCodes.activate(person)
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "reauthenticated": True} for record in session["account_authentication_methods"]
    ]
    session.save()
    return client


def check(page, read_page) -> None:
    html = page.content.decode()
    found = read_page(html)
    assert found.scripts_in_the_page() == []
    assert found.inline == []
    assert '<meta name="robots" content="noindex">' in html
    assert page["Cache-Control"] == "private, no-store"
    assert html.count("<h1") == 1


@pytest.mark.parametrize("path", ANONYMOUS)
def test_pages_without_an_account(client: Client, path: str, read_page) -> None:
    page = client.get(path)
    assert page.status_code == (401 if path.endswith("/error/") else 200)
    check(page, read_page)


@pytest.mark.parametrize("path", OWN)
def test_pages_of_ones_own_account(member: Client, path: str, read_page) -> None:
    page = member.get(path)
    assert page.status_code == 200, page.get("Location")
    check(page, read_page)


def test_the_page_that_sets_a_second_factor_up(client: Client, read_page) -> None:
    client.post("/accounts/login/", {"login": factories.user(Role.CURATOR).email, "password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    check(page, read_page)
    assert "data:image/svg+xml" in page.content.decode()


def test_the_page_that_asks_for_the_code(client: Client, read_page) -> None:
    person = factories.user(Role.CURATOR)
    sign_in(Client(), person)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    check(client.get("/accounts/2fa/authenticate/"), read_page)


def test_errors_stand_at_their_fields(client: Client) -> None:
    html = client.post(
        "/accounts/signup/", {"email": "no address", "password1": "x", "password2": "y"}
    ).content.decode()
    assert 'aria-invalid="true"' in html
    assert 'id="id_email_error"' in html
    assert "id_email_error" in html.split('name="email"')[1].split(">")[0]


def test_indonesian_whatever_the_browser_prefers(client: Client, read_page) -> None:
    page = client.get("/accounts/login/", headers={"Accept-Language": "en-GB,en"})
    assert read_page(page.content.decode()).language == "id"
    assert page["Content-Language"] == "id"
    assert "Accept-Language" not in page.get("Vary", "")


def test_a_chosen_language_is_kept(client: Client, read_page) -> None:
    assert read_page(client.get("/accounts/login/?language=en").content.decode()).language == "en"
    assert read_page(client.get("/accounts/signup/").content.decode()).language == "en"
    assert read_page(client.get("/accounts/signup/?language=id").content.decode()).language == "id"


@pytest.mark.parametrize("language", ["fr", "../en", "", "EN"])
def test_a_language_the_site_does_not_speak_changes_nothing(client: Client, language: str, read_page) -> None:
    page = client.get("/accounts/login/", {"language": language})
    assert read_page(page.content.decode()).language == "id"
    assert "language" not in page.cookies


def test_each_language_links_to_the_other(client: Client) -> None:
    assert 'href="/accounts/login/?language=en"' in client.get("/accounts/login/").content.decode()
    assert (
        'href="/accounts/login/?language=id"' in client.get("/accounts/login/?language=en").content.decode()
    )


def test_the_single_sign_on_is_offered_only_where_there_is_one(client: Client, settings) -> None:
    assert "/accounts/oidc/" not in client.get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "SSO Instansi",
                    "client_id": "x",
                    "secret": "y",
                    "settings": {},
                }
            ]
        }
    }
    html = client.get("/accounts/login/").content.decode()
    assert "/accounts/oidc/sso/login/" in html
    assert "SSO Instansi" in html


def test_the_single_sign_on_may_receive_the_form(client: Client, settings) -> None:
    settings.SSO_ORIGINS = ["https://sso.example.go.id"]
    assert (
        "form-action 'self' https://sso.example.go.id"
        in client.get("/accounts/login/")["Content-Security-Policy"]
    )
    assert "form-action 'self';" in client.get("/healthz")["Content-Security-Policy"] + ";"


def test_one_can_leave_the_other_places_one_is_signed_in(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    person.emailaddress_set.update(verified=True)
    secret_free = User.objects.get(pk=person.pk)
    there = Client()
    for visitor in (there, client):
        visitor.post("/accounts/login/", {"login": secret_free.email, "password": PASSWORD})
    client.post("/accounts/sessions/")
    assert there.get("/accounts/email/")["Location"].startswith("/accounts/login/")
    assert client.get("/accounts/email/").status_code == 200
    assert not Authenticator.objects.filter(user=person).exists()


def test_the_way_back_survives_another_language(client: Client) -> None:
    factories.baseline()
    html = client.get("/accounts/login/?next=/admin/pages/").content.decode()
    assert 'href="/accounts/login/?next=%2Fadmin%2Fpages%2F&amp;language=en"' in html
    assert 'href="/accounts/login/?language=en"' in client.get("/en/").content.decode()
