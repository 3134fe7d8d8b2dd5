"""The end of a project's journey: result, certificate and its check, and the record in the catalogue."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.journeying import NAMES, TITLE, Journey, follow, move, now, press, reads, score, until
from tests.browser.spoken import said


def graduate(journey: Journey) -> None:
    score(journey, "coordinator")
    page = journey.in_batch("Hasil")
    press(page, "Kunci semua yang lengkap")
    reads(page, "dikunci")
    journey.look(page)
    follow(page, NAMES["participant"])
    journey.look(page)
    move(journey, "coordinator", "Catat lulus", leads_to="Lulus", note="Memenuhi semua syarat kelulusan.")
    page = journey.at("participant", "Nilai")
    expect(page.locator("#result")).to_be_visible()


def check_the_certificate(journey: Journey, visitor: Page) -> None:
    """Once the worker has signed it, anybody may check it by its code."""

    def signed() -> str | None:
        page = journey.pages["participant"]
        page.goto(journey.url())
        found = page.get_by_role("link", name=said(page, "Periksa"), exact=True)
        return found.first.get_attribute("href") if found.count() else None

    address = until(signed, "the certificate was not signed")
    journey.look(journey.pages["participant"])
    visitor.goto(journey.address("verify/"))
    journey.look(visitor)
    visitor.locator("[name=code]").fill(address.rstrip("/").rpartition("/")[2])
    visitor.locator("main form:has([name=code]) [type=submit]").first.click()
    expect(visitor.locator("#verdict")).to_contain_text(said(visitor, "Sertifikat ini asli"))
    expect(visitor.locator("main")).to_contain_text(NAMES["participant"])
    journey.look(visitor)


def publish(journey: Journey, curator: Page) -> None:
    """A curator approves what the coordinator submitted; record and project lead to each other.

    The record speaks the language it was written in; from there the reader goes back to their own.
    """
    key = journey.change(
        "from catalogue.models import InnovationPage\n"
        "print('MADE', json.dumps(InnovationPage.objects.get(translation_key=project.record_key).pk))"
    )
    curator.goto(f"{journey.site.url}/admin/pages/{key}/edit/")
    approve(curator)

    def published() -> bool | None:
        page = journey.pages["participant"]
        page.goto(journey.url())
        return page.get_by_role("link", name=said(page, "Lihat di katalog")).count() > 0 or None

    until(published, "the record is not live")
    page = journey.at("participant")
    now(page, "Terbit di katalog")
    follow(page, "Lihat di katalog")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    journey.holds(page)
    page.get_by_role("link", name="Proyek Anda untuk inovasi ini").click()
    if journey.language == "en":
        page.get_by_role("link", name="English", exact=True).click()
    now(page, "Terbit di katalog")
    journey.look(page)


def approve(page: Page) -> None:
    page.locator("[data-controller='w-dropdown'] [data-w-dropdown-target='toggle']").last.click()
    page.locator("[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])").click()
    page.wait_for_url(lambda url: not url.endswith("/edit/"))
