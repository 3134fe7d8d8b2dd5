"""Every template, narrow and wide, light and dark, both languages: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from functools import partial

import pytest
from django.test import RequestFactory

from home import errors
from tests.browser.looking import SIDEWAYS

pytestmark = pytest.mark.browser

PAGES = {
    "id": [
        "/id/",
        "/id/search/",
        "/id/search/?q=puskesmas&sector=health&region=35&year_from=2010",
        "/id/search/?q=puskesmas&sector=health&stage=idea",
        "/id/search/?sector=tidak-ada&page=0",
        "/id/search/facet/region/?sector=health",
        "/id/inovasi/edat-malaria-teluk-bintuni/?from=q%3Dmalaria",
        "/id/inovasi/",
        "/id/agencies/",
        "/id/agencies/?q=zzz",
        "/id/agencies/gov-35.10/",
        "/id/agencies/gov-32.01/",
        "/id/browse/sector/",
        "/id/browse/sector/health/",
        "/id/collections/",
        "/id/collections/kerja-fleksibel/",
        "/id/berita/",
        "/id/berita/contoh-katalog-dibuka/",
        "/id/agenda/",
        "/id/agenda/contoh-klinik-replikasi/",
        "/id/tentang/",
        "/id/kontak/",
        "/id/training/open/",
        "/id/training/open/open-1/",
        "/id/tidak-ada/",
        "/styleguide/",
        "/api/v1/docs",
    ],
    "en": [
        "/en/",
        "/en/search/?q=health",
        "/en/search/facet/agency/",
        "/en/innovations/edat-malaria-teluk-bintuni/",
        "/en/agencies/gov-35.10/",
        "/en/search/?sector=not-there&page=0",
        "/en/agencies/",
        "/en/browse/sector/",
        "/en/browse/region/35/",
        "/en/news/",
        "/en/events/",
        "/en/collections/",
        "/en/about/",
        "/en/contact/",
        "/en/training/open/open-1/",
        "/en/not-there/",
    ],
}
CASES = [
    (language, width, scheme)
    for language in PAGES
    for width, scheme in ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark"))
]
SMALL_TARGETS = """() => [...document.querySelectorAll("button, select, summary, .btn, .pages a, .menu a")]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 0)
  .filter(one => one.getBoundingClientRect().height < 43.5)
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize(("language", "width", "scheme"), CASES)
def test_no_violation_no_doubt_no_overflow(site, open_page, axe, language, width, scheme):
    page = open_page(width=width, locale=f"{language}-{language.upper()}", color_scheme=scheme)
    problems = []
    for path in PAGES[language]:
        page.goto(f"{site.url}{path}")
        found = axe(page)
        problems += [f"{path} {kind}: {line}" for kind, lines in found.items() for line in lines]
        if page.evaluate(SIDEWAYS):
            problems.append(f"{path} is wider than the window")
        problems += [f"{path} small target: {html}" for html in page.evaluate(SMALL_TARGETS)]
    assert problems == []


def test_words_twice_as_large_still_fit(site, open_page):
    page = open_page(width=640)
    problems = []
    for path in PAGES["id"]:
        page.goto(f"{site.url}{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate(SIDEWAYS):
            problems.append(path)
    assert problems == []


def test_the_policy_refuses_nothing_of_ours(site, open_page):
    page = open_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("/id/", "/id/search/?q=puskesmas", "/id/inovasi/edat-malaria-teluk-bintuni/", "/id/kontak/"):
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state("networkidle")
    assert complaints == []


# --- What no address leads to -------------------------------------------------------------------

LOOKS = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_pages_of_a_fault_and_of_an_outage(site, open_page, axe, width, scheme):
    """As the handlers write them, at an address of the running site: that serves their style sheet."""
    page = open_page(width=width, color_scheme=scheme)
    problems = []
    for language in PAGES:
        for handler in (errors.server_error, errors.unavailable):
            path = f"/{language}/fault/"
            answer = handler(RequestFactory().get(path))
            page.route(f"**{path}", partial(fulfil, status=answer.status_code, body=answer.content.decode()))
            assert page.goto(f"{site.url}{path}").status == answer.status_code
            assert page.locator("link[rel=stylesheet]").count() == 1
            found = axe(page)
            problems += [f"{answer.status_code} {kind}: {line}" for kind in found for line in found[kind]]
            if page.evaluate(SIDEWAYS):
                problems.append(f"{answer.status_code} is wider than the window")
    assert problems == []


def fulfil(route, *, status: int, body: str) -> None:
    route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_that_lacks_something_and_the_thanks_for_a_message(site, open_page, axe, scheme):
    page = open_page(color_scheme=scheme)
    page.goto(f"{site.url}/id/kontak/")
    page.locator("main form [type=submit]").click()
    assert page.locator("main form [name=pesan]").count() == 1
    lacking = axe(page)
    page.locator("[name=nama]").fill("Warga")
    page.locator("[name=surel]").fill("warga@example.go.id")
    page.locator("[name=pesan]").fill("Apakah data ini boleh dipakai?")
    page.locator("main form [type=submit]").click()
    page.locator("main [role=status]").wait_for()
    assert {"lacking": lacking, "sent": axe(page)} == {
        "lacking": {"violations": [], "incomplete": []},
        "sent": {"violations": [], "incomplete": []},
    }


# What axe finds in the admin that is Wagtail's own, by rule and element: it draws an arrow into its lists of
# choices by a background image, in which axe can't tell a contrast.
OF_WAGTAIL = {("color-contrast", "SELECT")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admins_main_screens(site, open_page, sign_in, axe, scheme):
    page = open_page(color_scheme=scheme)
    sign_in(page, "kurator")
    problems = []
    for path in ("/admin/", "/admin/catalogue/innovationpage/", None):
        path = path or page.locator("a[href*='/edit/']").first.get_attribute("href")
        page.goto(f"{site.url}{path}")
        page.wait_for_load_state("networkidle")
        found = axe(page)
        for kind, line in [(kind, line) for kind, lines in found.items() for line in lines]:
            rule, _, target = line.partition(": ")
            if kind == "violations" or (rule, tag_of(page, target)) not in OF_WAGTAIL:
                problems.append(f"{path} {kind}: {line}")
    assert problems == []


def tag_of(page, target: str) -> str:
    return page.locator(target).first.evaluate("node => node.tagName")
