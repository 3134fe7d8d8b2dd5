"""People and a project in the database of a running site, made beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.browser.site import Site
from tests.factories import PASSWORD

_MAKE = """
import json, sys
from tests.training.people import cast
people = cast()
people.answer_all() if "{state}" != "issue" else None
people.walk_to("{state}")
names = ("participant", "mentor", "coach", "examiner", "coordinator")
found = {{name: people.of(name).email for name in names}}
print("MADE " + json.dumps(found | {{"key": str(people.project.key)}}))
"""


@dataclass(frozen=True)
class Team:
    """Addresses by role, and the project's address without host and language."""

    site: Site
    emails: dict[str, str]
    project: str

    def sign_in(self, page: Page, role: str) -> None:
        """By the site's own form, from wherever the page is."""
        if "/accounts/login/" not in page.url:
            page.goto(f"{self.site.url}/accounts/login/")
        page.locator("input[name=login]").fill(self.emails[role])
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) [type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    def url(self, rest: str = "", language: str = "id") -> str:
        return f"{self.site.url}/{language}/training/projects/{self.project}/{rest}"


def team(site: Site, state: str = "issue") -> Team:
    """A project in ``state`` with its people; raises AssertionError when it can't be made."""
    found = beside(site, _MAKE.format(state=state))
    return Team(site, found, found.pop("key"))


def beside(site: Site, script: str) -> Any:
    """Run Python on the site's database, with Django set up; see ``Helper.run``."""
    return site.helper.run(script)
