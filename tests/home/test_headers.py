"""What every answer carries, and who may keep it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.roles import Role
from search.engines import get_engine
from search.rebuild import rebuild
from tests import factories
from tests.signin import sign_in

pytestmark = pytest.mark.django_db

PAGES = ["/id/", "/en/", "/id/inovasi/"]
PUBLIC = [*PAGES, "/id/search/", "/en/search/"]
ANY = [
    *PUBLIC,
    "/id/not-there/",
    "/accounts/login/",
    "/admin/",
    "/healthz",
    "/robots.txt",
    "/id/%00",
    "/api/v1/innovations",
]


@pytest.fixture(autouse=True)
def site() -> None:
    factories.baseline()


def policy(answer) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


@pytest.mark.parametrize("path", ANY)
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == ("cross-origin" if "/api/" in path else "same-origin")
    found = policy(answer)
    assert found["default-src"] == found["script-src"] == "'self'"
    assert found["object-src"] == "'none'"
    assert found["base-uri"] == found["form-action"] == found["frame-ancestors"] == "'self'"


@pytest.mark.parametrize("path", PUBLIC)
def test_the_public_policy_allows_nothing_in_the_page(client: Client, path: str) -> None:
    header = client.get(path)["Content-Security-Policy"]
    assert "unsafe" not in header
    assert "nonce" not in header
    assert "http" not in header
    assert policy(client.get(path))["img-src"] == "'self' data:"


def test_the_admin_allows_styles_in_the_page_but_no_script(client: Client) -> None:
    sign_in(client, factories.user(Role.CURATOR))
    for path in ("/admin/", "/admin/catalogue/innovationpage/", "/admin/account/"):
        found = policy(client.get(path))
        assert found["script-src"] == "'self'"
        assert found["style-src"] == "'self' 'unsafe-inline'"


@pytest.mark.parametrize("path", [*PUBLIC, "/robots.txt", "/id/not-there/", "/healthz", "/readyz"])
def test_a_reader_gets_no_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    assert not answer.cookies


@pytest.mark.parametrize("path", PAGES)
def test_public_pages_may_be_kept_for_a_moment_and_are_asked_for_by_tag(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["Cache-Control"] == "public, max-age=5, must-revalidate"
    assert "HX-Request" in answer["Vary"]
    assert "Accept-Language" not in answer["Vary"]
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [*PUBLIC, "/admin/", "/accounts/email/", "/robots.txt", "/id/not-there/"])
@pytest.mark.parametrize("role", [None, Role.CURATOR])
def test_nothing_is_kept_of_somebody_signed_in(client: Client, path: str, role: Role | None) -> None:
    sign_in(client, factories.user(role))
    answer = client.get(path)
    assert answer["Cache-Control"] == "private, no-store"
    assert "ETag" not in answer


@pytest.mark.parametrize("path", ["/id/search/", "/en/search/?q=air&sort=newest"])
def test_results_may_be_kept_for_a_moment(client: Client, path: str, index_folder: Path) -> None:
    rebuild(engine=get_engine())
    answer = client.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=5, must-revalidate")
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert not answer.cookies


def test_a_page_with_a_form_is_its_readers_alone(client: Client) -> None:
    answer = client.get("/id/kontak/")
    assert answer.status_code == 200
    assert "csrftoken" in answer.cookies
    assert answer["Cache-Control"] == "private, no-store"


def test_errors_and_redirects_for_now_are_not_kept(client: Client) -> None:
    assert client.get("/id/not-there/")["Cache-Control"] == "no-store"
    assert client.get("/")["Cache-Control"] == "no-store"


def test_pages_are_compressed(client: Client) -> None:
    answer = client.get("/id/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 150_000


def test_originals_and_documents_are_not_served_beside_their_address(
    client: Client, settings, tmp_path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    for folder in ("images", "original_images", "documents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes(b"\x89PNG")
    shown = client.get("/media/images/x.png")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown["Content-Security-Policy"] == "default-src 'none'"
    assert "max-age=86400" in shown["Cache-Control"]
    assert b"".join(shown.streaming_content) == b"\x89PNG"
    for path in ("original_images/x.png", "documents/x.png", "images/../documents/x.png", "images/"):
        assert client.get(f"/media/{path}").status_code in {400, 404}


def test_robots_are_kept_from_what_is_not_theirs(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert {"Disallow: /admin/", "Disallow: /accounts/", "Disallow: /*/search/export."} <= set(
        text.splitlines()
    )
    assert "/sitemap.xml" in text


def test_the_icon_has_its_old_address(client: Client) -> None:
    assert client.get("/favicon.ico")["Location"] == "/static/icons/favicon.svg"
