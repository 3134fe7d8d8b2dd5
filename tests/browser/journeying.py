"""One project's people, each with a phone of their own, and what they do with forms again and again."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.training_people import beside
from tests.factories import PASSWORD

T = TypeVar("T")
ROLES = ("participant", "mentor", "coach", "examiner", "coordinator")
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
_LINK = re.compile(r"https?://[^/\s]+(/id/training/invitations/[0-9a-f-]{36}/)")


@dataclass
class Journey:
    """Pages and addresses by role; ``batch`` and ``project`` are keys."""

    site: Site
    look: Callable[[Page], None]
    pages: dict[str, Page]
    emails: dict[str, str]
    batch: str
    project: str = ""

    def url(self, rest: str = "") -> str:
        return f"{self.site.url}/id/training/projects/{self.project}/{rest}"

    def batch_url(self, rest: str = "") -> str:
        return f"{self.site.url}/id/training/batches/{self.batch}/{rest}"

    def at(self, role: str, rest: str = "") -> Page:
        """The person's phone, on a page of the project that was looked at."""
        return self.open(role, self.url(rest))

    def in_batch(self, rest: str = "") -> Page:
        """The coordinator's phone, on a page of the batch that was looked at."""
        return self.open("coordinator", self.batch_url(rest))

    def open(self, role: str, url: str) -> Page:
        page = self.pages[role]
        page.goto(url)
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
    site: Site, look: Callable[[Page], None], open_page: Callable[..., Page], *, script: bool
) -> Journey:
    """A batch with its coordinator; nobody else has an account yet."""
    found = beside(site, _START.format(name=uuid.uuid4().hex[:6]))
    emails = {role: f"{role}-{uuid.uuid4().hex[:6]}@dinas.go.id" for role in ROLES}
    emails["coordinator"] = found["coordinator"]
    pages = {role: open_page(width=320, height=640, javascript=script) for role in ROLES}
    return Journey(site, look, pages, emails, found["batch"])


def enter(page: Page, site: Site, email: str) -> None:
    if "/accounts/login/" not in page.url:
        page.goto(f"{site.url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) [type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def invitation_of(site: Site, email: str) -> str:
    """The address in the mail that invites ``email``, from what the site's worker sends by itself."""

    def found() -> str | None:
        log = (site.folder.parent / "log.txt").read_text(encoding="utf-8")
        for mail in log.split("Content-Type: text/plain")[::-1]:
            link = _LINK.search(mail)
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


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    page.locator("main").get_by_role("link", name=name).first.click()


def now(page: Page, state: str) -> None:
    expect(page.locator("#now")).to_have_text(f"Sekarang: {state}")


def move(journey: Journey, role: str, label: str, *, leads_to: str, note: str = "") -> Page:
    """Make a move from the project's page, as the person named."""
    page = journey.at(role)
    follow(page, label)
    journey.look(page)
    if note:
        page.locator("[name=note]").fill(note)
    press(page, label)
    now(page, leads_to)
    return page


def write(journey: Journey, step: str, answers: Mapping[str, str | Sequence[Mapping[str, str]]]) -> Page:
    """Fill a step in and save it; a list is the rows of a table."""
    page = journey.at("participant", f"steps/{step}/")
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


def put(page: Page, name: str, value: str) -> None:
    """Fill in whatever kind of field it is."""
    field = page.locator(f"[name='{name}']")
    kind = field.first.evaluate("one => one.type")
    if kind == "radio":
        page.locator(f"[name='{name}'][value='{value}']").check()
    elif kind.startswith("select"):
        field.select_option(value)
    else:
        field.fill(value)
