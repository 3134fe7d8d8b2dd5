"""Papers, their check, the offline form, notices and one's own data: on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document as Docx
from playwright.sync_api import expect

from tests.browser.looking import SIDEWAYS
from tests.browser.test_a11y import LOOKS, SMALL_TARGETS
from tests.browser.training_people import Team, beside, team

pytestmark = pytest.mark.browser
_ISSUE = """
import json
from accounts.models import User
from training.models import Certificate, Document
from training.services import certificates, documents
for name, email in {emails}.items():
    User.objects.filter(email=email).update(first_name=name.capitalize(), last_name="Bernama Panjang Sekali")
for _time in range(5):
    certificates.issue_waiting(), documents.issue_waiting()
own = dict(project__key="{project}", state="issued")
codes = [Certificate.objects.get(**own).code, Document.objects.filter(**own).first().code]
print("MADE", json.dumps(codes))
"""


@pytest.fixture(scope="module")
def passed(site: Any) -> tuple[Team, list[str]]:
    """Somebody who passed, and the codes of their certificate and of a document."""
    made = team(site, "passed")
    script = _ISSUE.format(emails=made.emails, project=made.project)
    return made, beside(site, script)


def wrong_with(page: Any, axe: Any, path: str) -> list[str]:
    found = axe(page)
    problems = [f"{path} {kind}: {line}" for kind, lines in found.items() for line in lines]
    if page.evaluate(SIDEWAYS):
        problems.append(f"{path} is wider than the window")
    return problems + [f"{path} small target: {html}" for html in page.evaluate(SMALL_TARGETS)]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_check_of_papers(site: Any, passed: Any, open_page: Any, axe: Any, width: int, scheme: str):
    _team, codes = passed
    page = open_page(width=width, color_scheme=scheme)
    problems = []
    for language in ("id", "en"):
        for code in ("", "AAAA-BBBB-CCCC-DDDD/", *[f"{code}/" for code in codes]):
            path = f"/{language}/verify/{code}"
            page.goto(f"{site.url}{path}")
            problems += wrong_with(page, axe, path)
    page.goto(f"{site.url}/id/verify/")
    page.locator("main [type=submit]").click()
    problems += wrong_with(page, axe, "nothing given")
    assert problems == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_ones_own_pages(site: Any, passed: Any, open_page: Any, axe: Any, width: int, scheme: str):
    made, _codes = passed
    page = open_page(width=width, color_scheme=scheme)
    made.sign_in(page, "participant")
    problems = []
    for language in ("id", "en"):
        for rest in (
            "preferences/",
            "notices/",
            f"projects/{made.project}/",
            f"projects/{made.project}/offline/",
        ):
            path = f"/{language}/training/{rest}"
            page.goto(f"{site.url}{path}")
            problems += wrong_with(page, axe, path)
    page.goto(f"{site.url}/accounts/data/")
    problems += wrong_with(page, axe, "/accounts/data/")
    page.locator("input[name=name]").fill("")
    page.locator("form:has(input[name=name]) [type=submit]").click()
    expect(page.locator("#name_error")).to_be_visible()
    problems += wrong_with(page, axe, "no name")
    assert problems == []


@pytest.mark.parametrize(("width", "javascript"), [(320, True), (1280, False)])
def test_a_form_goes_offline_and_comes_back(
    site: Any, open_page: Any, axe: Any, tmp_path: Path, width: int, javascript: bool
):
    made = team(site, "design")
    page = open_page(width=width, javascript=javascript)
    made.sign_in(page, "participant")
    page.goto(made.url())
    page.get_by_role("link", name="Kerja luring").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh formulir").click()
    file = tmp_path / "formulir.docx"
    download.value.save_as(file)
    document = Docx(str(file))
    table = next(table for table in document.tables if "[[matrix:" in table.cell(0, 0).text)
    table.rows[2].cells[0].text = "Kegiatan yang ditulis di kereta"
    document.save(str(file))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Bandingkan").click()
    expect(page.locator("ins")).to_contain_text("kereta")
    assert not page.evaluate(SIDEWAYS)
    if javascript:  # of the words for screen readers within what was added axe can't tell a contrast
        assert axe(page)["violations"] == []
    page.get_by_role("button", name="Simpan 1 perubahan").click()
    page.goto(made.url("steps/design/"))
    assert "Kegiatan yang ditulis di kereta" in page.content()


@pytest.mark.parametrize("width", [320, 1280])
def test_the_calendars_address_is_made_and_closed(
    site: Any, passed: Any, open_page: Any, axe: Any, width: int
):
    made, _codes = passed
    page = open_page(width=width)
    made.sign_in(page, "mentor")
    page.goto(f"{site.url}/id/training/preferences/")
    page.get_by_role("button", name="Buat alamat").click()
    address = page.locator("#address").input_value()
    assert address.startswith(f"{site.url}/id/training/calendar/")
    assert wrong_with(page, axe, "with an address") == []
    assert page.request.get(address).ok
    page.get_by_role("button", name="Tutup alamat").click()
    assert page.request.get(address).status == 404
