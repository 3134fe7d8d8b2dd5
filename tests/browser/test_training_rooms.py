"""Discussions, team, peer reviews and open learning of the demonstration, on a phone and without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import SIDEWAYS, SMALL

pytestmark = pytest.mark.browser
WORDS = "Kami mencatat jam datang dan jam dilayani selama sepuluh hari."


def paths_of(page: Page, url: str) -> list[str]:
    """Addresses of the rooms that the participant comes to from their workspace, without the language."""

    def first(path: str, pattern: str) -> str:
        page.goto(f"{url}/id{path}")
        found = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        return next(re.sub("^/id", "", href) for href in found if re.search(pattern, href))

    project = first("/training/", r"/training/projects/[^/]+/$")
    with_design = f"{project}discussion/"
    thread = first(with_design, r"/training/discussions/")
    batch = first(with_design, r"/training/batches/.*/discussion/")
    in_batch = first(batch, r"/training/discussions/")
    report = first(thread, r"/messages/.*/report/")
    request = first("/training/peers/", r"/training/peers/[0-9a-f]")
    course = "/training/open/open-1/"
    return [
        project, with_design, thread, batch, in_batch, report, f"{project}team/", f"{project}peers/",
        "/training/peers/", request, "/training/open/", course, f"{course}what-it-is/",
        f"{course}sharing/", f"{course}the-problem/discussion/",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_violation_and_nothing_sticks_out(site, open_page, sign_in, axe, language):
    page, problems = open_page(width=1280), []
    sign_in(page, "peserta")
    paths = paths_of(page, site.url)
    for width, scheme in ((320, "light"), (320, "dark"), (1280, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for path in paths[1:]:  # the project's own page is looked at with the journey of its five people
            page.goto(f"{site.url}/{language}{path}")
            found = axe(page)
            problems += [f"{path} {width} {kind}: {line}" for kind in found for line in found[kind]]
            if page.evaluate(SIDEWAYS):
                problems.append(f"{path} is wider than {width}")
            problems += [f"{path} small: {html}" for html in page.evaluate(SMALL)]
    assert problems == []


def test_moderators_pages_too(site, open_page, sign_in, axe):
    page, problems = open_page(width=320), []
    sign_in(page, "penyelenggara")
    page.goto(f"{site.url}/id/training/batches/")
    page.locator("main h2 a").first.click()
    board = page.url
    paths = [f"{board}peers/", f"{board}discussion/"]
    page.goto(paths[1])
    page.locator("main .hits a").last.click()
    paths.append(page.url)
    hiding = page.locator("a[href*='/hide/']").first.get_attribute("href")
    paths.append(f"{site.url}{hiding}")
    for path in paths:
        page.goto(path)
        found = axe(page)
        problems += [f"{path} {kind}: {line}" for kind in found for line in found[kind]]
        if page.evaluate(SIDEWAYS):
            problems.append(f"{path} is wider than the window")
        problems += [f"{path} small: {html}" for html in page.evaluate(SMALL)]
    assert problems == []


def test_without_a_script_people_talk_learn_and_read_each_other(site, open_page, sign_in):
    page = open_page(width=320, javascript=False)
    sign_in(page, "peserta")
    paths = paths_of(page, site.url)
    page.goto(f"{site.url}/id{paths[4]}")
    page.locator("main").get_by_role("link", name="Balas").first.click()
    page.locator("textarea[name=text]").fill(WORDS)
    page.locator("select[name=mention]").select_option(index=1)
    page.get_by_role("button", name="Kirim", exact=True).click()
    expect(page.locator(".talk .reply", has_text=WORDS)).to_have_count(1)
    page.get_by_role("link", name="Ubah").first.click()
    page.locator("textarea[name=text]").fill(f"{WORDS} Lembarnya ada di https://lan.go.id/.")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".talk a[rel~=nofollow]", has_text="https://lan.go.id/").first).to_be_visible()
    page.goto(f"{site.url}/id{paths[9]}")
    page.get_by_role("button", name="Ya, saya bersedia membaca").click()
    for part in ("strong", "unclear", "suggestion"):
        page.locator(f"[name={part}]").fill("Langkahnya jelas dan dapat diperiksa.")
    page.get_by_role("button", name="Serahkan ulasan").click()
    expect(page.locator("main dd.written").first).to_have_text("Langkahnya jelas dan dapat diperiksa.")
    page.goto(f"{site.url}/id/training/open/open-1/")
    expect(page.get_by_label("2 dari 5 sesi selesai")).to_be_visible()
    page.get_by_role("link", name="Lanjutkan").click()
    page.get_by_role("button", name="Tandai selesai").click()
    page.goto(f"{site.url}/id/training/open/open-1/")
    expect(page.get_by_label("3 dari 5 sesi selesai")).to_be_visible()
