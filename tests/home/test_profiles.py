"""The settings of each profile, and how a start is refused that lacks one or has one that means nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "innovation_site.settings.production",
    "SECRET_KEY": "2Qk8vT-zpWm5Xe1Jc9Rb7Ya3Ud6Hf0Gs4Nl8Po2Iw6Et0Kx5Mv9Bq3Cz7",
    "DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
    "ELASTICSEARCH_URL": "http://127.0.0.1:1",
    "SITE_URL": "https://katalog.example.go.id",
}


def manage(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT / "manage.py", *command, **changes)


def run(*command: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Python with the complete settings of a production site, changed; an empty one is left out."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VAR_DIR") if name in os.environ}
    env = {name: value for name, value in {**kept, **COMPLETE, **changes}.items() if value}
    return subprocess.run([sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True)


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
        ({"TRUSTED_PROXY_COUNT": "1.5"}, "set it to one such as 0"),
        ({"EXPORTS_AT_ONCE": "0"}, "EXPORTS_AT_ONCE=0 is not a number from 1"),
        ({"SEARCH_COPY": "maybe"}, "SEARCH_COPY=maybe is unknown: set it to true or false"),
        ({"API_RATE": "often"}, "as in 60/min"),
        ({"SITE_URL": "katalog"}, "SITE_URL cannot be read: set it to an address such as https://"),
        (
            {"DATABASE_URL": "mysql://u:secret@h/x"},
            "DATABASE_URL cannot be read: set it to an address such as",
        ),
        ({"DATABASE_URL": "postgres://u:secret@h:x/x"}, "DATABASE_URL cannot be read"),
        ({"CACHE_URL": "memory"}, "CACHE_URL cannot be read: set it to an address such as dbcache://cache"),
        ({"EMAIL_URL": "smtp://u:secret@h:x"}, "EMAIL_URL cannot be read: set it to an address such as smtp"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT=xml is unknown: set it to one of plain, json"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud is unknown"),
    ],
)
def test_production_refuses_with_one_clear_line(changes: dict[str, str], line: str) -> None:
    done = manage("check", **changes)
    assert done.returncode == 1
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "secret@" not in done.stderr


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"WEB_WORKERS": "abc"}, "WEB_WORKERS=abc is not a number from 1 to 1000: set it to one such as 2"),
        ({"WEB_THREADS": "0"}, "WEB_THREADS=0 is not a number"),
        ({"PORT": "http"}, "PORT=http is not a number"),
        ({"SQLITE_TIMEOUT": "soon"}, "SQLITE_TIMEOUT=soon is not a number: set it to one such as 2"),
        ({"TRUSTED_PROXY_COUNT": "two"}, "TRUSTED_PROXY_COUNT=two"),
    ],
)
def test_the_server_refuses_with_one_clear_line(changes: dict[str, str], line: str) -> None:
    command = ["-m", "gunicorn", "--config", "python:innovation_site.gunicorn", "innovation_site.wsgi"]
    done = run(*command, **{"PORT": "0"} | changes)
    assert done.returncode == 1
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_server_does_not_start_with_an_engine_that_is_not_there(settings) -> None:
    from innovation_site.gunicorn import on_starting

    settings.SEARCH_ENGINE = "lucene"
    with pytest.raises(SystemExit, match=r"SEARCH_ENGINE=lucene .* set it to embedded, elasticsearch\."):
        on_starting(None)


def test_a_mail_server_is_spoken_to_by_what_tells_a_mail_in_doubt() -> None:
    code = "from django.conf import settings as s; print(s.EMAIL_BACKEND, s.MAIL_TRANSPORT)"
    done = manage("shell", "--no-imports", "-c", code, EMAIL_URL="smtp+tls://u:p@h:587")
    assert done.stdout.split() == ["home.mail.AfterCommit", "home.mail.Transport"], done.stderr


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
