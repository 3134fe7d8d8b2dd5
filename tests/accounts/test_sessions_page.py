"""Where somebody is signed in: what browsers call themselves, in words that people know."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.services import verify_address
from accounts.templatetags.browsers import browser
from tests import factories
from tests.pages import text_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (PHONE, "Chrome · Android"),
        (f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (f"{APPLE} Version/18.0 Mobile/15E148 Safari/604.1", "Safari · iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 200, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_as_people_know_it(agent, shown):
    assert browser(agent) == shown


@pytest.mark.django_db
def test_the_page_names_each_browser_and_ends_the_other_sessions():
    factories.baseline()
    user, here, other = factories.user(), Client(headers={"user-agent": PHONE}), Client()
    verify_address(user=user)
    for client, agent in ((here, PHONE), (other, f"{WINDOWS} Firefox/140.0")):
        form = {"login": user.email, "password": factories.PASSWORD}
        client.post("/accounts/login/", form, headers={"user-agent": agent})
    shown = text_of(here.get("/accounts/sessions/"))
    assert "Chrome · Android di sini, sekarang" in shown
    assert "Firefox · Windows" in shown
    assert "Mozilla" not in shown
    here.post("/accounts/sessions/")
    assert "Firefox" not in text_of(here.get("/accounts/sessions/"))
    assert other.get("/accounts/sessions/").status_code == 302
