"""One project's people, each with a phone of their own, and what they do with forms again and again."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site
from tests.browser.spoken import foreign, language_of, said
from tests.browser.training_people import beside
from tests.factories import PASSWORD

T = TypeVar("T")
LOCALES = {"id": "id-ID", "en": "en-GB"}
ROLES = ("participant", "mentor", "coach", "examiner", "coordinator")
TITLE = "Antrean jam pasti untuk ibu hamil"
NAMES = {
    "participant": "Sari Peserta Percobaan",
    "mentor": "Made Mentor Percobaan",
    "coach": "Cahya Coach Percobaan",
    "examiner": "Petrus Penguji Percobaan",
}
PATIENCE = 120.0  # seconds until the worker has done what it is asked for
_START = """
import json
from tests.training.people import batch, person
made = person("penyelenggara")
group = batch(coordinator=made, name="Angkatan {name}")
print("MADE " + json.dumps({{"coordinator": made.email, "batch": str(group.key)}}))
"""
_MINUTE_IS_OVER = """
from search.models import Lease
Lease.objects.filter(name="turn:training_mails").delete()
"""
_LINK = r"https?://[^/\s]+(/{language}/training/invitations/[0-9a-f-]{{36}}/)"
"""A mail has it in each language that its reader wants: in both, before they choose."""


@dataclass
class Journey:
    """Pages and addresses by role; ``batch`` and ``project`` are keys. All read the same language.

    ``home``, ``at`` and ``in_batch`` open what somebody has among their bookmarks; from there they go by what
    they read.
    """

    site: Site
    holds: Callable[[Page], None]
    language: str
    pages: dict[str, Page]
    emails: dict[str, str]
    batch: str
    project: str = ""

    def url(self) -> str:
        return self.address(f"training/projects/{self.project}/")

    def address(self, rest: str) -> str:
        return f"{self.site.url}/{self.language}/{rest}"

    def look(self, page: Page) -> None:
        """Hold a page to what each must be, and to the language of its reader."""
        self.holds(page)
        assert foreign(page, self.language) == [], page.url

    def home(self, role: str, *links: str) -> Page:
        """The person's phone, on their workspace or where ``links`` lead from there."""
        return self.open(role, self.address("training/"), *links)

    def at(self, role: str, *links: str) -> Page:
        """The person's phone, on the project's page or where ``links`` lead from there."""
        return self.open(role, self.url(), *links)

    def in_batch(self, *links: str) -> Page:
        """The coordinator's phone, on the batch's page or where ``links`` lead from there."""
        return self.open("coordinator", self.address(f"training/batches/{self.batch}/"), *links)

    def open(self, role: str, url: str, *links: str) -> Page:
        page = self.pages[role]
        page.goto(url)
        for link in links:
            follow(page, link)
        self.look(page)
        return page

    def change(self, script: str) -> Any:
        """Run Python on the site's database; ``project`` and ``batch`` are there."""
        head = (
            "import json\nfrom datetime import timedelta\nfrom training.models import *\n"
            f"batch = Batch.objects.get(key='{self.batch}')\n"
            f"project = Project.objects.filter(key='{self.project or uuid.UUID(int=0)}').first()\n"
        )
        return beside(self.site, head + script)


def begin(
    site: Site, look: Callable[[Page], None], open_page: Callable[..., Page], *, language: str, script: bool
) -> Journey:
    """A batch with its coordinator; nobody else has an account yet. All have phones in ``language``."""
    found = beside(site, _START.format(name=uuid.uuid4().hex[:6]))
    emails = {role: f"{role}-{uuid.uuid4().hex[:6]}@dinas.go.id" for role in ROLES}
    emails["coordinator"] = found["coordinator"]
    phone = {"width": 320, "height": 640, "javascript": script, "locale": LOCALES[language]}
    pages = {role: open_page(**phone) for role in ROLES}
    return Journey(site, look, language, pages, emails, found["batch"])


def enter(page: Page, site: Site, email: str) -> None:
    """Sign in, from wherever the page is."""
    if "/accounts/login/" not in page.url:
        page.goto(f"{site.url}/{language_of(page)}/")
        page.get_by_role("link", name=said(page, "Masuk")).first.click()
    assert foreign(page, language_of(page)) == []
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def invitation_of(site: Site, email: str, language: str) -> str:
    """The address in the mail that invites ``email``, from what the site's worker sends by itself."""
    pattern = re.compile(_LINK.format(language=language))

    def found() -> str | None:
        log = (site.folder.parent / "log.txt").read_text(encoding="utf-8")
        for mail in log.split("Content-Type: text/plain")[::-1]:
            link = pattern.search(mail)
            if link and f"To: {email}" in mail:
                return site.url + link[1]
        return None

    if link := found():
        return link
    beside(site, _MINUTE_IS_OVER)  # it sends the mails of one minute together
    return until(found, f"no invitation for {email} left")


def until(ask: Callable[[], T | None], failure: str) -> T:
    """What ``ask`` answers once it answers; it asks again while the worker is at work."""
    deadline = time.monotonic() + PATIENCE
    while (answer := ask()) is None:
        assert time.monotonic() < deadline, failure
        time.sleep(0.3)
    return answer


def named(page: Page, words: str) -> re.Pattern[str]:
    """A control of that name, and whatever is read out after it to tell it from others."""
    return re.compile(rf"^{re.escape(said(page, words))}\s*(:|\(|\d|$)")


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=named(page, name)).first.click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=named(page, name)).first.click()


def reads(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(said(page, words))


def now(page: Page, state: str) -> None:
    expect(page.locator("#now")).to_have_text(f"{said(page, 'Sekarang')}: {said(page, state)}")


def move(journey: Journey, role: str, label: str, *, leads_to: str, note: str = "") -> Page:
    """Make a move from the project's page, as the person named."""
    page = journey.at(role)
    follow(page, label)
    journey.look(page)
    if note:
        fill(page, "Catatan", note)
    press(page, label)
    now(page, leads_to)
    return page


def write(journey: Journey, step: str, answers: Mapping[str, str | Sequence[Mapping[str, str]]]) -> Page:
    """Fill a step in and save it; a list is the rows of a table."""
    page = journey.at("participant", step)
    for question, answer in answers.items():
        if isinstance(answer, str):
            put(page, f"a-{question}", answer)
            continue
        for number, row in enumerate(answer):
            if not page.locator(f"[name=a-{question}-{number}-{next(iter(row))}]").count():
                page.locator(f"[data-more={question}]").click()
            for column, value in row.items():
                put(page, f"a-{question}-{number}-{column}", value)
    press(page, "Simpan dan lanjut")
    return page


def fill(page: Page, label: str, value: str) -> None:
    """Fill in the field of that label, whatever kind it is."""
    _fill(page.locator("main").get_by_label(named(page, label)).first, value)


def put(page: Page, name: str, value: str) -> None:
    """Fill in a question of a step by its code: what it asks for differs from programme to programme."""
    field = page.locator(f"[name='{name}']")
    if field.first.evaluate("one => one.type") == "radio":
        page.locator(f"[name='{name}'][value='{value}']").check()
    else:
        _fill(field, value)


def _fill(field: Locator, value: str) -> None:
    if field.evaluate("one => one.type").startswith("select"):
        field.select_option(value)
    else:
        field.fill(value)


def press_each(page: Page, name: str, *, count: int) -> None:
    """Press every button of that name; each is gone once it was pressed."""
    buttons = page.locator("main").get_by_role("button", name=named(page, name))
    for left in range(count, 0, -1):
        expect(buttons).to_have_count(left)
        buttons.first.click()
    expect(buttons).to_have_count(0)


def score(journey: Journey, role: str) -> None:
    """Level 4 everywhere, or 85.5 where a mark is entered, written as the language does."""
    page = journey.at(role, "Nilai", "Beri nilai")
    press(page, "Serahkan nilai")
    expect(page.locator("#problems")).to_be_visible()
    journey.look(page)
    for choice in page.locator("input[type=radio][value='4']").all():
        choice.check()
    for field in page.locator("main input[name^=e-]").all():
        field.fill(said(page, "85,50"))
    fill(page, "Yang perlu diperbaiki", "Tuliskan siapa yang melanjutkan setelah pelatihan.")
    press(page, "Serahkan nilai")
    page.wait_for_url("**/scores/")
    journey.look(page)
