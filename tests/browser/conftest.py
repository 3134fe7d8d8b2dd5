"""Fixtures of the browser tests: one running site and one Chromium a run, a fresh profile a page.

    @pytest.mark.browser
    def test_home(site, open_page):
        page = open_page(width=320, javascript=False, locale="en-GB")
        page.goto(f"{site.url}/id/")

A failed test leaves what each of its pages showed under test-results/: a picture and the HTML. With TRACES=1
it leaves a trace, too, to be opened with `playwright show-trace`; recording one costs a fifth of a long test.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from scripts.tooling.services import find_chromium
from tests.browser.looking import SIDEWAYS, SMALL, STICKING
from tests.browser.site import ROOT, Account, Site, running_site

AXE = ROOT / "tests" / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RESULTS = ROOT / "test-results"
TRACES = os.environ.get("TRACES") == "1"
PATIENCE = 10_000  # milliseconds a locator or a navigation may take
# Chromium by itself asks the outside for updates and settings; the tests talk to the site alone.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "var").mkdir()
    shutil.copyfile(migrated_sqlite, folder / "var" / "catalogue.sqlite3")  # saves half of a first start
    with running_site(folder) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would take for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), headless=True, args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def open_context(
    request: pytest.FixtureRequest, chromium: Browser
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile: width, height, javascript, locale, and whatever new_context takes."""
    contexts: list[BrowserContext] = []

    def open_one(
        *, width: int = 1280, height: int = 900, javascript: bool = True, locale: str = "id-ID", **others: Any
    ) -> BrowserContext:
        viewport = {"width": width, "height": height}
        context = chromium.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            locale=locale,
            timezone_id="Asia/Jakarta",
            **others,
        )
        context.set_default_timeout(PATIENCE)
        if TRACES:
            context.tracing.start(screenshots=True, snapshots=True)
        contexts.append(context)
        return context

    yield open_one
    failed = request.node.stash.get(FAILED, False)
    for number, context in enumerate(contexts):
        kept = RESULTS / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', request.node.name)}-{number}"
        if failed:
            keep(context, kept)
        if TRACES:
            context.tracing.stop(path=f"{kept}.zip" if failed else None)
        context.close()


def keep(context: BrowserContext, path: Path) -> None:
    """Keep what the pages of ``context`` show, as files whose names begin with ``path``."""
    RESULTS.mkdir(exist_ok=True)
    for number, page in enumerate(context.pages):
        with suppress(PlaywrightError):  # a page that hangs hides no other, nor why the test failed
            Path(f"{path}-{number}.html").write_text(page.content(), encoding="utf-8")
            page.screenshot(path=f"{path}-{number}.png", full_page=True)


@pytest.fixture
def open_page(open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Make a page in a profile of its own; the arguments are those of open_context."""
    return lambda **options: open_context(**options).new_page()


@pytest.fixture
def sign_in(site: Site) -> Callable[[Page, str], Account]:
    """Sign a demo account in by the site's own form; the second argument is the account's name."""

    def sign_in(page: Page, name: str) -> Account:
        account = site.accounts[name]
        page.goto(f"{site.url}/accounts/login/")
        page.locator("input[name=login]").fill(account.email)
        page.locator("input[name=password]").fill(account.password)
        page.locator("form:has(input[name=password]) [type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return account

    return sign_in


@pytest.fixture
def axe() -> Callable[[Page], dict[str, list[str]]]:
    """Run axe on a page: its violations and what it could not decide, as lines of rule and element."""

    def run(page: Page) -> dict[str, list[str]]:
        scripting = page.evaluate("matchMedia('(scripting: enabled)').matches")
        assert scripting, "axe waits for ever in a page without JavaScript"
        page.evaluate(AXE.read_text(encoding="utf-8"))  # not a script tag: the site's CSP would refuse it
        options = {"runOnly": AXE_TAGS, "resultTypes": ["violations", "incomplete"]}
        result = page.evaluate("options => axe.run(document, options)", options)
        return {kind: readable(result[kind]) for kind in ("violations", "incomplete")}

    return run


@pytest.fixture
def look(axe) -> Callable[[Page], None]:
    """Hold a page to what each must be: no violation, nothing that sticks out, no small target."""

    def look(page: Page) -> None:
        page.wait_for_load_state()
        assert not page.evaluate(SIDEWAYS), page.url
        assert page.evaluate(SMALL) == [], page.url
        assert page.evaluate(STICKING) == [], page.url
        if page.evaluate("matchMedia('(scripting: enabled)').matches"):
            assert axe(page)["violations"] == [], page.url

    return look


def readable(findings: list[dict[str, Any]]) -> list[str]:
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}" for rule in findings for node in rule["nodes"]
    ]
