"""Weight, stillness, and names written from right to left."""

from __future__ import annotations

import gzip

import pytest

from tests.browser.halting import halting
from tests.browser.site import ROOT

pytestmark = pytest.mark.browser

HEAVIEST_FIRST_VIEW = 150 * 1024
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""

FIRST_PAINT = """() => new Promise(done => {
  new PerformanceObserver(list => {
    if (list.getEntriesByName("first-contentful-paint").length) done();
  }).observe({ type: "paint", buffered: true });
})"""


@pytest.mark.parametrize("path", ["/id/", "/id/search/", "/id/inovasi/edat-malaria-teluk-bintuni/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_a_first_view_is_light_and_still(site, open_page, path, width):
    page = open_page(width=width)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(f"{site.url}{path}", wait_until="networkidle")
    assert sum(received) <= HEAVIEST_FIRST_VIEW
    assert page.evaluate(SHIFT) < 0.05


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    ("path", "stop"),
    [
        ("/id/search/", b'<section id="results"'),
        ("/id/search/", b'<li class="card">'),
        ("/id/search/", b'<footer class="foot"'),
        ("/id/inovasi/edat-malaria-teluk-bintuni/", b'<aside class="side"'),
        ("/id/inovasi/edat-malaria-teluk-bintuni/", b'<footer class="foot"'),
        ("/id/", b'<section class="section"'),
    ],
)
def test_a_page_that_arrives_in_two_pieces_is_still(site, open_page, path, stop, width):
    """On a poor line a page is drawn while it arrives: what follows must not push away what stands."""
    with halting(site.url, stop) as line:
        page = open_page(width=width)
        page.goto(f"{line.url}{path}", wait_until="commit")
        page.evaluate(FIRST_PAINT)
        line.go_on()
        page.wait_for_load_state("networkidle")
        assert line.halted
        assert page.evaluate(SHIFT) < 0.05


def test_nothing_comes_from_elsewhere(site, open_page):
    page = open_page()
    elsewhere = []
    page.on(
        "request", lambda request: None if request.url.startswith(site.url) else elsewhere.append(request.url)
    )
    for path in ("/id/", "/id/search/?q=puskesmas", "/styleguide/"):
        page.goto(f"{site.url}{path}", wait_until="networkidle")
    assert elsewhere == []


def test_the_style_is_small():
    sheets = b"".join(path.read_bytes() for path in sorted((ROOT / "static" / "css").glob("*.css")))
    assert len(gzip.compress(sheets)) < 20 * 1024


def test_a_name_from_right_to_left_keeps_its_direction(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/styleguide/")
    heading = page.locator(".card h3 a[lang=ar]")
    assert heading.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_on_paper_the_navigation_is_left_out(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/inovasi/edat-malaria-teluk-bintuni/")
    page.emulate_media(media="print")
    assert not page.locator("#menu").is_visible()
    assert page.locator(".outcomes").is_visible()
