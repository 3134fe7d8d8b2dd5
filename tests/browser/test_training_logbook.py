"""An entry of the logbook is little work: counted in what is filled in and pressed, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import SIDEWAYS, SMALL
from tests.browser.training_people import Team, team

pytestmark = pytest.mark.browser
FIELDS = "main form.entry :is(input, select, textarea):not([type=hidden])"
PRESSES, FIELDS_TO_FILL = 3, 1
"""From the project's page on: to the logbook, to the form, and to save it."""
ACTIVITY = "Uji coba antrean di posyandu Melati"


@pytest.fixture(scope="module")
def people(site) -> Team:
    return team(site, "implementation")


def to_fill(page: Page) -> list[str]:
    """Names of the fields that must be filled and are empty when the form is opened."""
    needed = page.locator(FIELDS).and_(page.locator("[required]")).all()
    return [field.get_attribute("name") or "" for field in needed if not field.input_value()]


@pytest.mark.parametrize("javascript", [False, True], ids=["without", "with"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_one_field_and_three_presses_make_an_entry(site, open_page, people, javascript, language):
    page, pressed, filled = open_page(width=320, height=640, javascript=javascript), 0, 0
    people.sign_in(page, "participant")
    page.goto(people.url(language=language))
    for address in ("logbook/", "logbook/new/"):
        page.locator(f"main a[href$='/{people.project}/{address}']").first.click()
        page.wait_for_url(f"**/{people.project}/{address}")
        pressed += 1
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL) == []
    # The day is there and is today's where the site is; the plan, a photo, files and all else are optional.
    expect(page.locator("[name=on]")).to_have_value(today(people))
    wanted = to_fill(page)
    assert wanted == ["activity"]
    for name in wanted:
        # On the first screen: nobody scrolls for it.
        expect(page.locator(f"[name={name}]")).to_be_in_viewport()
        page.locator(f"[name={name}]").fill(f"{ACTIVITY} {language} {javascript}")
        filled += 1
    page.locator("main form.entry > .actions [type=submit]").click()
    pressed += 1
    page.wait_for_url(f"**/{people.project}/logbook/**")
    expect(page.locator("main")).to_contain_text(f"{ACTIVITY} {language} {javascript}")
    assert (filled, pressed) == (FIELDS_TO_FILL, PRESSES)


def test_what_may_stay_empty_is_folded_away_and_says_so(site, open_page, people):
    page = open_page(width=320, height=640, javascript=False)
    people.sign_in(page, "participant")
    page.goto(people.url("logbook/new/"))
    visible = [field for field in page.locator(FIELDS).all() if field.is_visible()]
    names = [field.get_attribute("name") for field in visible]
    assert names[:2] == ["activity", "on"]
    assert set(names) <= {"activity", "on", "row", "photo", "files"}
    for hidden in ("link", "value", "place", "village", "condition"):
        expect(page.locator(f"[name={hidden}]")).to_be_hidden()


def today(people: Team) -> str:
    found: dict[str, str] = people.site.helper.run(
        "import json\nfrom django.utils import timezone\n"
        "print('MADE ' + json.dumps({'today': str(timezone.localdate())}))"
    )
    return found["today"]
