"""Find by three facets, open, back: by keyboard alone, with results swapped in place."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FACETS = ("#f-sector-health", "#f-region-35", "#f-measured-true")


def press_until(page: Page, selector: str, key: str = "Tab", limit: int = 150) -> None:
    """Press ``key`` until ``selector`` has the focus; raises AssertionError when it never does."""
    for _press in range(limit):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {limit} × {key}")


def announced(page: Page) -> str:
    return page.locator("#announce").inner_text()


def test_three_facets_by_keyboard(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/search/")
    all_of_them = announced(page)
    for number, facet in enumerate(FACETS, 1):
        press_until(page, facet)
        page.keyboard.press("Space")
        expect(page.locator(".chips a[rel=remove]")).to_have_count(number)
        expect(page.locator(facet)).to_be_checked()
        expect(page.locator(facet)).to_be_focused()
    assert announced(page) != all_of_them
    assert re.search(r"sector=health&region=35&measured=true$", page.url)
    number_found = announced(page)
    press_until(page, ".card a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inovasi/**")
    press_until(page, ".back a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    assert announced(page) == number_found
    for facet in FACETS:
        expect(page.locator(facet)).to_be_checked()


def test_back_and_forward_tell_the_truth(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/search/")
    page.locator("#f-sector-health").check()
    page.wait_for_url("**sector=health")
    page.locator("#f-region-35").check()
    page.wait_for_url("**region=35")
    page.go_back()
    expect(page.locator("#f-region-35")).not_to_be_checked()
    expect(page.locator("#f-sector-health")).to_be_checked()
    page.go_forward()
    expect(page.locator("#f-region-35")).to_be_checked()


def test_words_sort_pages_and_chips_swap_in_place(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/search/")
    page.evaluate("window.sameDocument = true")
    page.locator(".pages a[rel=next]").click()
    page.wait_for_url("**page=2")
    expect(page.locator("#results")).to_be_focused()
    page.locator("#sort").focus()
    page.locator("#sort").select_option("title")
    page.wait_for_url("**sort=title")
    expect(page.locator("#sort")).to_be_focused()
    page.locator("#q").fill("puskesmas")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=puskesmas**")
    page.locator("#f-sector-health").check()
    page.wait_for_url("**sector=health**")
    page.locator(".chips a[rel=remove]").first.click()
    page.wait_for_url(lambda url: "sector" not in url)
    expect(page.locator("#results")).to_be_focused()
    assert page.evaluate("window.sameDocument")
    assert "puskesmas" in page.title()


def test_groups_stay_as_the_reader_left_them(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/search/")
    page.locator("#group-region > summary").click()
    page.locator("#group-others > summary").click()
    page.locator("#f-sector-health").check()
    page.wait_for_url("**sector=health")
    expect(page.locator("#group-others")).to_have_attribute("open", "")
    expect(page.locator("#group-region")).not_to_have_attribute("open", "")


def test_suggestions_are_reached_by_arrow_keys(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/")
    page.locator("#q").press_sequentially("banyu")
    options = page.locator("[role=option]")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[role=listbox]")).to_be_hidden()
    page.locator("#q").press_sequentially("w")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inovasi/**")


def test_suggestions_close_when_the_search_is_sent_also_after_a_swap(site, open_page):
    page = open_page()
    page.goto(f"{site.url}/id/search/")
    page.locator("#f-sector-health").check()
    page.wait_for_url("**sector=health**")
    page.locator("#q").press_sequentially("banyu")
    expect(page.locator("[role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**q=banyu**")
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_on_a_phone_results_come_first_and_the_button_sticks(site, open_page):
    page = open_page(width=320, height=640)
    page.goto(f"{site.url}/id/search/")
    results, filters = page.locator("#results"), page.locator("#filters")
    assert results.bounding_box()["y"] < filters.bounding_box()["y"]
    page.locator(".to-filters").click()
    page.locator("#f-sector-health").check()
    page.wait_for_url("**sector=health**")
    button = page.locator("[data-results]")
    expect(button).to_be_in_viewport()
    button.click()
    expect(results).to_be_focused()
    expect(page.locator("#total")).to_be_in_viewport()


def test_focus_is_never_hidden_by_what_sticks(site, open_page):
    page = open_page(width=320, height=640)
    page.goto(f"{site.url}/id/search/")
    page.locator("#f-sector-health").focus()
    covered = """() => {
      const box = document.activeElement.getBoundingClientRect();
      const bar = document.querySelector(".sticky").getBoundingClientRect();
      return document.activeElement.closest(".sticky") === null && bar.height > 0 && box.bottom > bar.top;
    }"""
    for _press in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#filters')"):
            assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
