"""A passkey is registered, used to sign in and removed, by Chromium's own virtual authenticator.

On a web process of its own, on the data of the running site, that asks staff for a second factor; and at
``localhost``, because no browser makes a passkey for an address of numbers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import CDPSession, Page, expect

from scripts.tooling.checks import free_port
from scripts.tooling.serve import answers
from tests.browser.helper import environment
from tests.browser.journeying import enter
from tests.browser.site import ROOT, Site
from tests.browser.training_people import beside

pytestmark = pytest.mark.browser
START_SECONDS = 120
_MAKE = """
import json
from accounts.roles import Role
from accounts.services import create_staff_user
from tests.factories import PASSWORD
made = create_staff_user(email="{email}", role=Role.CURATOR, password=PASSWORD)
print("MADE " + json.dumps(made.email))
"""
_KEYS = """
import json
from allauth.mfa.models import Authenticator
found = Authenticator.objects.filter(user__email="{email}", type="webauthn")
print("MADE " + json.dumps([row.wrap().is_passwordless for row in found]))
"""


@pytest.fixture(scope="module")
def strict(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same site where staff need a second factor; no host by numbers in its address."""
    port, log = free_port(), tmp_path_factory.mktemp("strict") / "log.txt"
    url = f"http://localhost:{port}"
    env = environment(site.folder) | {"STAFF_MFA": "required", "PORT": str(port), "SITE_URL": url}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:innovation_site.gunicorn"]
    with log.open("wb") as output:
        web = subprocess.Popen(
            [*command, "innovation_site.wsgi"], cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not answers(port):
            assert web.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.2)
        yield replace(site, url=url)
    finally:
        web.terminate()
        web.wait(timeout=30)


@pytest.fixture
def curator(site: Site) -> str:
    email = f"kurator-{uuid.uuid4().hex[:6]}@demo.example"
    return str(beside(site, _MAKE.format(email=email)))


def device(page: Page) -> tuple[CDPSession, str]:
    """Give the page a phone that keeps passkeys and whose owner always agrees."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def credentials(session: CDPSession, authenticator: str) -> list[dict[str, object]]:
    found = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})
    return list(json.loads(json.dumps(found["credentials"])))


def sign_out(page: Page, url: str) -> None:
    page.goto(f"{url}/accounts/logout/")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/logout" not in address)
    assert "/accounts/login/" in page.goto(f"{url}/admin/").url


def register(page: Page, url: str) -> None:
    page.goto(f"{url}/accounts/2fa/webauthn/add/")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "/webauthn/add/" not in address)


def test_a_passkey_signs_staff_in_as_far_as_the_admin(strict, curator, open_page):
    page = open_page(width=320)
    session, authenticator = device(page)
    enter(page, strict, curator)
    page.goto(f"{strict.url}/admin/")
    assert "/accounts/2fa/" in page.url
    register(page, strict.url)
    [key] = credentials(session, authenticator)
    assert (key["isResidentCredential"], key["rpId"]) == (True, "localhost")
    assert beside(strict, _KEYS.format(email=curator)) == [True]
    assert page.goto(f"{strict.url}/admin/").url == f"{strict.url}/admin/"
    sign_out(page, strict.url)
    page.goto(f"{strict.url}/accounts/login/?next=/admin/")
    page.locator("#passkey_login").click()
    page.wait_for_url(f"{strict.url}/admin/")
    [used] = credentials(session, authenticator)
    assert int(str(used["signCount"])) > int(str(key["signCount"]))
    page.goto(f"{strict.url}/accounts/2fa/webauthn/")
    expect(page.locator(".keys li")).to_have_count(1)
    expect(page.locator(".keys")).to_contain_text("Terakhir dipakai")


def test_the_password_alone_is_not_enough_any_more(strict, curator, open_page):
    page = open_page()
    device(page)
    enter(page, strict, curator)
    register(page, strict.url)
    thief = open_page()
    device(thief)
    thief.goto(f"{strict.url}/accounts/login/")
    enter(thief, strict, curator)
    assert "/accounts/2fa/authenticate/" in thief.goto(f"{strict.url}/admin/").url


def test_a_device_without_the_key_is_told_so(strict, open_page):
    page = open_page()
    device(page)
    page.goto(f"{strict.url}/accounts/login/")
    expect(page.locator("#webauthn-error")).to_be_hidden()
    page.locator("#passkey_login").click()
    expect(page.locator("#webauthn-error")).to_be_visible()
    assert "/accounts/login/" in page.url
