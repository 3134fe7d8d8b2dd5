"""What every answer carries, and who may keep it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client

from accounts.roles import Role
from search.engines import get_engine
from search.rebuild import rebuild
from tests import factories
from tests.architecture.source import ROOT
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
def test_results_may_be_kept_for_a_moment(client: Client, path: str, settings, tmp_path) -> None:
    settings.SEARCH_ENGINES = {"embedded": {**settings.SEARCH_ENGINES["embedded"], "DIR": tmp_path}}
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


# --- The profiles -------------------------------------------------------------------------------

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "innovation_site.settings.production",
    "SECRET_KEY": "2Qk8vT-zpWm5Xe1Jc9Rb7Ya3Ud6Hf0Gs4Nl8Po2Iw6Et0Kx5Mv9Bq3Cz7",
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
    "ELASTICSEARCH_URL": "http://127.0.0.1:1",
    "SITE_URL": "https://katalog.example.go.id",
}


def manage(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VAR_DIR") if name in os.environ}
    env = {name: value for name, value in {**kept, **COMPLETE, **changes}.items() if value}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *command], env=env, cwd=ROOT, capture_output=True, text=True
    )


def test_a_deployed_site_passes_djangos_own_check() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", SEARCH_ENGINE="embedded")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "sqlite:////var/x.sqlite3"}, "must name a PostgreSQL database"),
        ({"ELASTICSEARCH_URL": ""}, "ELASTICSEARCH_URL is not set"),
        ({"STAFF_MFA": "optional"}, "STAFF_MFA=optional"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"OIDC_SERVER_URL": "https://sso.example.go.id"}, "OIDC_CLIENT_ID is not set"),
        ({"TRUSTED_PROXY_COUNT": "two"}, "TRUSTED_PROXY_COUNT=two is not a number"),
        ({"SQLITE_TIMEOUT": "-1"}, "SQLITE_TIMEOUT=-1 is not a number"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT=xml is unknown: set it to one of plain, json"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud is unknown"),
    ],
)
def test_production_refuses_with_one_clear_line(changes: dict[str, str], line: str) -> None:
    done = manage("check", **changes)
    assert done.returncode == 1
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_server_does_not_start_with_an_engine_that_is_not_there(settings) -> None:
    from innovation_site.gunicorn import on_starting

    settings.SEARCH_ENGINE = "lucene"
    with pytest.raises(SystemExit, match=r"SEARCH_ENGINE=lucene .* set it to embedded, elasticsearch\."):
        on_starting(None)


def test_https_makes_cookies_secure_and_plain_http_does_not() -> None:
    code = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    secure = manage("shell", "--no-imports", "-c", code)
    assert secure.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "31536000"], (
        secure.stderr
    )
    plain = manage("shell", "--no-imports", "-c", code, SITE_URL="http://127.0.0.1:8000")
    assert plain.stdout.split() == ["sessionid", "csrftoken", "False", "0"]


def test_debug_is_off_unless_asked_for(settings) -> None:
    code = "from django.conf import settings as s; print(s.DEBUG)"
    demo = {"DJANGO_SETTINGS_MODULE": "innovation_site.settings.dev"}
    assert manage("shell", "--no-imports", "-c", code, **demo).stdout.strip() == "False"
    assert manage("shell", "--no-imports", "-c", code, **demo, DEBUG="true").stdout.strip() == "True"
