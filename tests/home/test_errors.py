"""The pages that say what went wrong."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.roles import Role
from home import errors
from tests import factories
from tests.signin import sign_in

HANDLERS = {
    400: errors.bad_request,
    403: errors.permission_denied,
    404: errors.not_found,
    500: errors.server_error,
    503: errors.unavailable,
}


def quiet() -> Client:
    """A client that answers as a server would instead of raising."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("status", HANDLERS)
@pytest.mark.parametrize(
    ("path", "order"), [("/id/x/", ["id", "en"]), ("/en/x/", ["en", "id"]), ("/x/", ["id", "en"])]
)
def test_each_speaks_both_languages_and_asks_no_database(status: int, path: str, order: list[str]) -> None:
    answer = HANDLERS[status](RequestFactory().get(path))
    html = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{order[0]}">' in html
    assert re.findall(r'<section lang="(\w+)">', html) == order
    assert html.count("<h1>") == 1
    assert answer["Cache-Control"] == "no-store"
    for language in order:
        assert f'href="/{language}/"' in html
        assert f'action="/{language}/search/"' in html
    assert "<script" not in html
    assert "style=" not in html


def test_without_collected_static_files_the_page_still_comes(settings, monkeypatch) -> None:
    def missing(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr("home.errors.staticfiles_storage.url", missing)
    errors.stylesheet.cache_clear()
    html = errors.not_found(RequestFactory().get("/id/")).content.decode()
    errors.stylesheet.cache_clear()
    assert "stylesheet" not in html
    assert "<h1>" in html


@pytest.mark.django_db
def test_an_address_that_is_not_there(client: Client) -> None:
    long = f"/media/images/{'a' * 300}.png"
    for path in (
        "/id/tidak-ada/",
        "/en/not-there/",
        "/media/images/none.png",
        long,
        "/id/inovasi/tidak-ada/",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert b"errors.css" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "failure", [OperationalError("database is locked"), InterfaceError("connection already closed")]
)
def test_a_database_that_is_away_is_a_503_to_try_again(failure: Exception, monkeypatch) -> None:
    factories.baseline()

    def fail(*args: object, **kwargs: object) -> None:
        raise failure

    monkeypatch.setattr(connection, "cursor", fail)
    client = quiet()
    client.cookies["sessionid"] = "a" * 32
    for path in ("/id/", "/en/", "/id/search/?q=air", "/id/tidak-ada/", "/admin/", "/accounts/email/"):
        answer = client.get(path)
        assert (answer.status_code, answer.get("Retry-After")) == (503, "2"), path
        html = answer.content.decode()
        assert "<h1>" in html
        assert str(failure) not in html
        assert "Traceback" not in html


@pytest.mark.django_db
def test_any_other_fault_is_a_500_that_shows_nothing(monkeypatch) -> None:
    factories.baseline()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("home.models.HomePage.get_context", fail)
    answer = quiet().get("/id/")
    assert answer.status_code == 500
    assert b"secret detail" not in answer.content
    assert b"<h1>" in answer.content
    assert "Retry-After" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/id/%00/",
        "/id/inovasi/a%00b/",
        "/id/search/?q=%00",
        "/id/search/?%00=x",
        "/id/search/?q=a&q=b%00c",
        "/accounts/login/?next=%00",
        "/admin/pages/?q=%00",
        "/documents/1/%00.pdf",
        "/media/images/%00",
        "/api/v1/innovations?q=%00",
        "/accounts/password/reset/key/1-%00/",
        "/?a=%2500%00",
    ],
)
def test_a_nul_is_refused_everywhere(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "language", "other"])
def test_a_nul_in_a_cookie_is_refused(client: Client, name: str) -> None:
    assert client.get("/id/", headers={"Cookie": f'{name}="a\\000b"'}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/id/kontak/"]
)
def test_a_nul_in_a_form_is_never_a_500(path: str) -> None:
    factories.baseline()
    fields = ("login", "email", "password", "password1", "password2", "next", "name", "message", "pesan")
    answer = quiet().post(path, dict.fromkeys(fields, "a\x00b@example.go.id"))
    assert answer.status_code in {200, 400}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/id/%ED%A0%80/",
        "/id/%FF%FE/",
        "/id/search/?q=%ED%A0%80",
        "/id/%E2%80%AE/",
        "/id/" + "a" * 4000 + "/",
        "/id//x//",
    ],
)
def test_odd_addresses_are_never_a_500(path: str) -> None:
    assert quiet().get(path).status_code in {200, 301, 302, 400, 404, 503}


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused() -> None:
    assert quiet().get("/id/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.django_db
def test_a_form_without_its_token_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post(
        "/accounts/login/", {"login": "a@example.go.id", "password": "x"}
    )
    assert answer.status_code == 403
    assert answer.content.decode().count("<section") == 2


@pytest.mark.django_db
def test_what_one_may_not_open_is_a_403(monkeypatch) -> None:
    factories.baseline()

    def refuse(self: object, request: HttpRequest, *args: object, **kwargs: object) -> None:
        raise PermissionDenied

    monkeypatch.setattr("home.models.HomePage.serve", refuse)
    client = sign_in(Client(), factories.user(Role.CURATOR))
    assert client.get("/id/").status_code == 403
