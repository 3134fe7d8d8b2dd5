"""Without JavaScript everything public works: search, facets, paging, suggestions left out, records, form."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 1280])
def test_find_by_three_facets_open_and_back(site, open_page, width):
    page = open_page(width=width, javascript=False)
    page.goto(f"{site.url}/id/search/")
    everything = page.locator("#total").inner_text()
    for facet in ("#f-sector-health", "#f-region-35", "#f-measured-true"):
        page.locator(facet).check()
    page.locator(".apply button").click()
    expect(page.locator(".chips a[rel=remove]")).to_have_count(3)
    found = page.locator("#total").inner_text()
    assert found != everything
    page.locator(".card a").first.click()
    page.wait_for_url("**/inovasi/**")
    page.locator(".back a").click()
    expect(page.locator("#total")).to_have_text(found)
    page.locator(".chips a[rel=remove]").first.click()
    expect(page.locator(".chips a[rel=remove]")).to_have_count(2)


def test_words_keep_the_filters_and_sorting_both(site, open_page):
    page = open_page(javascript=False)
    page.goto(f"{site.url}/id/search/?sector=health")
    page.locator("#q").fill("puskesmas")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=puskesmas**")
    assert "sector=health" in page.url
    page.locator("#sort").select_option("newest")
    page.locator(".sort button").click()
    page.wait_for_url("**sort=newest**")
    for part in ("sector=health", "q=puskesmas", "sort=newest"):
        assert part in page.url


def test_a_long_facet_is_searched_and_chosen_from(site, open_page):
    page = open_page(javascript=False)
    page.goto(f"{site.url}/id/search/?sector=health")
    page.locator("#group-region .more").click()
    page.locator("#facet_q").fill("banyuwangi")
    page.keyboard.press("Enter")
    page.locator("[name=region][value='35.10']").check()
    page.locator("form button.btn:not([formaction])").click()
    expect(page.locator(".chips a[rel=remove]")).to_have_count(2)
    assert "facet_q" not in page.locator("footer a", has_text="CSV").get_attribute("href")


def test_pages_follow_each_other(site, open_page):
    page = open_page(javascript=False)
    page.goto(f"{site.url}/id/search/")
    first = page.locator(".card a").first.inner_text()
    page.locator(".pages a[rel=next]").click()
    assert page.locator(".card a").first.inner_text() != first


def test_the_menu_opens_on_a_phone(site, open_page):
    page = open_page(width=320, javascript=False)
    page.goto(f"{site.url}/id/")
    menu = page.locator("#menu")
    expect(menu).to_be_hidden()
    page.locator(".menu-button").click()
    expect(menu).to_be_visible()
    menu.get_by_role("link").nth(1).click()
    page.wait_for_url("**/agencies/")


def test_the_language_switch_keeps_the_search(site, open_page):
    page = open_page(javascript=False)
    page.goto(f"{site.url}/id/search/?q=puskesmas&sector=health")
    page.locator(".tools [hreflang=en]").click()
    assert page.url.endswith("/en/search/?q=puskesmas&sector=health")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_message_with_gaps_comes_back_and_a_whole_one_is_sent(site, open_page):
    page = open_page(javascript=False)
    page.goto(f"{site.url}/id/kontak/")
    page.locator("main form button").click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    page.locator("#id_nama").fill("Siti")
    page.locator("#id_surel").fill("siti@example.go.id")
    page.locator("#id_perihal").select_option(index=1)
    page.locator("#id_pesan").fill("Terima kasih.")
    page.locator("main form button").click()
    expect(page.locator("main [role=status]")).to_be_visible()
