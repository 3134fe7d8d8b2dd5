"""Every page of the training area, filled, in both languages on a phone and on a desk: axe finds nothing,
nothing sticks out, and nothing is said in the other language.
"""

from __future__ import annotations

import pytest
from django.urls import URLPattern

from accounts import urls as accounts_urls
from dashboards import urls as dashboards_urls
from tests.browser.looking import SIDEWAYS, SMALL, STICKING
from tests.browser.spoken import foreign
from tests.browser.training_pages import NO_PAGES, PAGES
from tests.browser.training_people import beside
from training import urls, urls_coordinator, urls_verify

pytestmark = pytest.mark.browser
_ASK = """
import json
from tests.browser.training_pages import addresses
print("MADE " + json.dumps(addresses()))
"""


@pytest.fixture(scope="module")
def pages(site) -> list[list[str]]:
    found = beside(site, _ASK)
    assert [(name, reader) for name, reader, path in found if not path] == []
    return found


def test_no_page_is_left_out():
    names = {
        f"{module.app_name}:{route.name}" if hasattr(module, "app_name") else str(route.name)
        for module in (urls, urls_coordinator, urls_verify, dashboards_urls, accounts_urls)
        for route in module.urlpatterns
        if isinstance(route, URLPattern)
    }
    assert names == set(PAGES) | NO_PAGES
    assert not set(PAGES) & NO_PAGES


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_fits_and_has_no_violation(site, pages, open_page, sign_in, axe, language):
    problems: list[str] = []
    for reader in dict.fromkeys(reader for _name, reader, _path in pages):
        page = open_page(width=320)
        if reader:
            sign_in(page, reader)
        for path in dict.fromkeys(path for _name, who, path in pages if who == reader):
            address = f"{path}?language={language}" if path.startswith("/accounts/") else f"/{language}{path}"
            page.goto(f"{site.url}{address}")
            problems += [f"{reader} {address} says {text}" for text in foreign(page, language)]
            for width in (320, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                problems += [f"{reader} {address} {width}: {line}" for line in wrong_with(page, axe)]
    assert problems == []


def wrong_with(page, axe) -> list[str]:
    sideways = ["wider than the window"] if page.evaluate(SIDEWAYS) else []
    return [*axe(page)["violations"], *page.evaluate(SMALL), *page.evaluate(STICKING), *sideways]
