"""Nothing that needs staff is reached without a second factor."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from accounts.roles import Role
from tests import factories
from tests.factories import PASSWORD
from tests.signin import sign_in

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/totp/activate/"
PERIOD = 30
VALUES = {"int": "1", "str": "a", "slug": "a", "path": "a", "uuid": "00000000-0000-0000-0000-000000000001"}
# These say nothing that an account has to be asked for: icons, words of the interface, and the closed doors.
OPEN_IN_THE_ADMIN = {"/admin/login/", "/admin/logout/", "/admin/password_reset/"}


def code(secret: str, steps: int = 0) -> str:
    """The code an authenticator app shows now, or ``steps`` half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps))


def addresses(resolver: URLResolver | URLPattern, prefix: str = "") -> Iterator[str]:
    """One address for every route below ``resolver``."""
    pattern = prefix + str(resolver.pattern)
    if isinstance(resolver, URLResolver):
        for child in resolver.url_patterns:
            yield from addresses(child, pattern)
        return
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda match: VALUES[match[1] or "str"], pattern)
    path = re.sub(r"\(\?P<\w+>[^()]*\)", "1", path)
    yield "/" + re.sub(r"[\^$\\]|\(\?:.*?\)|\.\*", "", path)


def admin_addresses() -> list[str]:
    found = {
        path
        for resolver in get_resolver().url_patterns
        if str(resolver.pattern) == "admin/"
        for path in addresses(resolver)
    }
    return sorted(found - OPEN_IN_THE_ADMIN)


def without_factor(role: Role) -> Client:
    client = Client()
    client.force_login(factories.user(role))
    return client


def test_there_are_routes_to_ask() -> None:
    found = admin_addresses()
    assert len(found) > 150
    assert {"/admin/", "/admin/pages/1/edit/", "/admin/users/", "/admin/catalogue/innovationpage/"} <= set(
        found
    )


def test_no_admin_route_answers_without_a_second_factor() -> None:
    client = without_factor(Role.ADMINISTRATOR)
    wrong = {}
    for path in admin_addresses():
        answer = client.get(path)
        if (answer.status_code, answer.get("Location")) != (302, SET_UP):
            wrong[path] = answer.status_code
    assert wrong == {}


def test_no_admin_route_takes_a_form_without_a_second_factor() -> None:
    client = without_factor(Role.ADMINISTRATOR)
    wrong = {path for path in admin_addresses() if client.post(path).get("Location") != SET_UP}
    assert wrong == set()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/id/",
        "/id/search/",
        "/documents/1/x.pdf",
        "/styleguide/",
        "/api/v1/innovations",
        "/not-there/",
    ],
)
def test_staff_have_no_site_before_the_second_factor(role: Role, path: str) -> None:
    answer = without_factor(role).get(path)
    assert (answer.status_code, answer["Location"]) == (302, SET_UP)


def test_a_script_gets_an_answer_it_can_read() -> None:
    client = without_factor(Role.CURATOR)
    for headers in ({"X-Requested-With": "XMLHttpRequest"}, {"Accept": "application/json"}):
        answer = client.get("/admin/pages/", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")


def test_somebody_without_a_role_is_never_asked(client: Client) -> None:
    client.force_login(factories.user())
    assert client.get("/id/").status_code == 200
    assert client.get("/accounts/email/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_one_up_opens_the_admin_at_once(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert client.get("/admin/")["Location"] == SET_UP
    page = client.get(SET_UP)
    assert page.status_code == 200, page["Location"]
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    answer = client.post(SET_UP, {"code": code(secret)})
    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200


def with_secret(role: Role) -> tuple[User, str]:
    person, secret = factories.user(role), generate_totp_secret()
    TOTP.activate(person, secret)
    return person, secret


def test_signing_in_asks_for_the_code_and_then_leads_where_one_wanted_to_go(client: Client) -> None:
    person, secret = with_secret(Role.CURATOR)
    form = {"login": person.email, "password": PASSWORD, "next": "/admin/pages/"}
    answer = client.post("/accounts/login/", form)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert answer["Location"] == "/admin/pages/"
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once(client: Client) -> None:
    person, secret = with_secret(Role.CURATOR)
    used = code(secret)
    for expected in (302, 200):
        visitor = Client()
        visitor.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        assert visitor.post("/accounts/2fa/authenticate/", {"code": used}).status_code == expected


def test_a_session_that_never_used_the_factor_has_to(client: Client) -> None:
    """As after a single sign-on that skipped the stage, or a session from before the factor."""
    person, secret = with_secret(Role.CURATOR)
    client.force_login(person)
    answer = client.get("/admin/pages/?p=2")
    way = urlsplit(answer["Location"])
    assert (way.path, parse_qs(way.query)) == (
        "/accounts/2fa/reauthenticate/",
        {"next": ["/admin/pages/?p=2"]},
    )
    answer = client.post(answer["Location"], {"code": code(secret), "next": "/admin/pages/?p=2"})
    assert answer["Location"] == "/admin/pages/?p=2"
    assert client.get("/admin/").status_code == 200


def test_a_form_that_was_sent_leads_back_to_a_page() -> None:
    client = Client()
    client.force_login(with_secret(Role.CURATOR)[0])
    way = client.post("/admin/images/multiple/add/")["Location"]
    assert parse_qs(urlsplit(way).query) == {"next": ["/admin/"]}


def test_a_security_key_is_asked_for_where_it_is_the_only_factor(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(person)
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")


def test_recovery_codes_are_no_factor_by_themselves(client: Client) -> None:
    person = factories.user(Role.CURATOR)
    Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={})
    client.force_login(person)
    assert client.get("/admin/")["Location"] == SET_UP


def test_the_records_of_somebody_else_in_the_session_do_not_count(client: Client) -> None:
    sign_in(client, factories.user(Role.CURATOR))
    session = client.session
    session["account_authentication_methods_user"] = "999999"
    session.save()
    assert client.get("/admin/").status_code == 302


def test_optional_lets_staff_in_and_says_so(settings) -> None:
    settings.STAFF_MFA = "optional"
    page = without_factor(Role.CURATOR).get("/admin/")
    assert page.status_code == 200
    assert "STAFF_MFA=optional" in page.content.decode()


def test_required_shows_no_banner(client: Client) -> None:
    sign_in(client, factories.user(Role.CURATOR))
    assert "STAFF_MFA" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("value", ["", "Optional", "no", "0"])
def test_anything_but_optional_is_required(settings, value: str) -> None:
    settings.STAFF_MFA = value
    assert without_factor(Role.CURATOR).get("/admin/")["Location"] == SET_UP


def test_the_secret_is_not_readable_in_the_database() -> None:
    person, secret = with_secret(Role.CURATOR)
    stored = Authenticator.objects.get(user=person)
    assert secret not in str(stored.data)
    assert stored.wrap().validate_code(code(secret))


def test_a_secret_survives_a_new_secret_key() -> None:
    person, secret = with_secret(Role.CURATOR)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["only-for-tests"]):
        assert Authenticator.objects.get(user=person).wrap().validate_code(code(secret))


def test_a_second_factor_is_not_removed_without_asking_again(client: Client) -> None:
    person, secret = with_secret(Role.CURATOR)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=person).exists()
