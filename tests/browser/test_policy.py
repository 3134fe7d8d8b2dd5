"""The content policies hold in a real browser, and what they forbid is not missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.site import Site

pytestmark = pytest.mark.browser

ADMIN = [
    "/admin/",
    "/admin/catalogue/innovationpage/",
    "/admin/catalogue/innovationpage/create/",
    "/admin/images/multiple/add/",
    "/admin/workflows/tasks/index/",
    "/admin/account/",
    "/admin/settings/home/sitesettings/",
    "/admin/users/new/",
    "/admin/redirects/add/",
]
ACCOUNTS = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/login/?language=en",
]
OWN = ["/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/"]


@pytest.fixture
def listening(open_page: Callable[..., Page]) -> tuple[Page, list[str]]:
    """A page, and the list that its errors are written to."""
    page, complaints = open_page(), []

    def note(item: ConsoleMessage) -> None:
        # The editor keeps drafts by itself and is told 400 while a new record has no title.
        if item.type == "error" and "status of 400" not in item.text:
            complaints.append(item.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def test_the_admin_needs_no_script_in_the_page(site: Site, sign_in, listening) -> None:
    page, complaints = listening
    sign_in(page, "admin")
    for path in ADMIN:
        assert page.goto(f"{site.url}{path}").status == 200
        assert page.locator("[data-controller=site-start]").count() == 0, path
    assert complaints == []


def test_rows_choosers_and_calendars_of_the_editor_start(site: Site, sign_in, listening) -> None:
    page, complaints = listening
    sign_in(page, "kurator")
    page.goto(f"{site.url}/admin/catalogue/innovationpage/create/")
    for name in ("status_history", "awards"):
        page.locator(f"#id_{name}-ADD").evaluate("button => button.click()")
        assert page.locator(f"[name={name}-TOTAL_FORMS]").input_value() == "1"
    chooser = page.locator("[data-chooser-action-choose]:visible").first
    chooser.click()
    page.locator(".modal-body").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("Boolean(jQuery('[name=status_history-0-date]').data('xdsoft_datetimepicker'))")
    assert complaints == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ACCOUNTS)
def test_sign_in_pages_are_accessible(site: Site, open_page, axe, path: str, width: int) -> None:
    page: Any = open_page(width=width)
    page.goto(f"{site.url}{path}")
    found = axe(page)
    assert found["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pages_of_ones_own_account_are_accessible(site: Site, open_page, sign_in, axe) -> None:
    page: Any = open_page(width=320)
    sign_in(page, "editor")
    for path in OWN:
        page.goto(f"{site.url}{path}")
        assert axe(page)["violations"] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_signing_in_and_out_without_javascript(site: Site, open_page, sign_in) -> None:
    page: Any = open_page(javascript=False)
    sign_in(page, "kurator")
    page.goto(f"{site.url}/accounts/logout/")
    page.locator("main form [type=submit]").click()
    page.goto(f"{site.url}/admin/")
    assert "/accounts/login/" in page.url
