"""Every template, narrow and wide, light and dark, both languages: axe finds nothing, nothing sticks out."""

from __future__ import annotations

import pytest

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
        "/en/not-there/",
    ],
}
CASES = [
    (language, width, scheme)
    for language in PAGES
    for width, scheme in ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark"))
]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
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
