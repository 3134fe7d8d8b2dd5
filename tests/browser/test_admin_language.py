"""The admin speaks Indonesian wherever a curator goes; what stays English is listed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import polib
import pytest
from playwright.sync_api import Page

from tests.browser.site import ROOT, Account, Site

pytestmark = pytest.mark.browser

# What Wagtail writes without asking for a translation: the label of its header's buttons, and the empty
# "last published by" of pages that no person published.
ALLOWED = {"Actions", "None"}
QUOTED = re.compile("“[^”]*”")
ENGLISH = re.compile(
    r"\b(the|and|with|this|these|your|you|are|was|were|have|has|will|from|which|there|please|select|choose)\b",
    re.IGNORECASE,
)
READ_TEXTS = """() => {
  const seen = new Set();
  const visible = node => node.checkVisibility({visibilityProperty: true});
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!holder || ["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT"].includes(holder.tagName)) continue;
    if (!visible(holder) || holder.closest("[lang=en], td.title, td a[href*='/pages/'], .w-title-ellipsis"))
      continue;
    seen.add(walker.currentNode.textContent.replace(/\\s+/g, " ").trim());
  }
  for (const name of ["aria-label", "title", "placeholder"])
    for (const node of document.querySelectorAll(`[${name}]`))
      if (visible(node)) seen.add(node.getAttribute(name).replace(/\\s+/g, " ").trim());
  return [...seen].filter(Boolean);
}"""


def english_messages() -> set[str]:
    """Messages that have other words in Indonesian, so that seeing them means a translation is missing."""
    found: set[str] = set()
    for path in (ROOT / "locale").glob("**/id/LC_MESSAGES/*.po"):
        for entry in polib.pofile(str(path)):
            words = entry.msgstr or entry.msgstr_plural.get(0, "")
            if words and words.strip() != entry.msgid.strip() and "%" not in entry.msgid:
                found.add(" ".join(entry.msgid.split()))
    shared = {" ".join(e.msgstr.split()) for p in (ROOT / "locale").glob("**/id/LC_MESSAGES/*.po")
              for e in polib.pofile(str(p))}  # fmt: skip
    return found - shared


def addresses(page: Page) -> Iterator[str]:
    """Every page the curator's menus lead to, one step deep, and the editor of a record."""
    hrefs = page.eval_on_selector_all("a[href]", "nodes => nodes.map(node => node.getAttribute('href'))")
    leads = {href for href in hrefs if href and href.startswith("/admin/") and "logout" not in href}
    yield from sorted(href for href in leads if "#" not in href)


def test_a_curator_reads_no_english(
    site: Site, open_page: Callable[..., Page], sign_in: Callable[[Page, str], Account]
) -> None:
    page = open_page()
    sign_in(page, "kurator")
    page.goto(f"{site.url}/admin/")
    page.locator("nav a").first.wait_for(state="attached")
    visited = [*addresses(page)]
    page.goto(f"{site.url}/admin/catalogue/innovationpage/")
    edit = page.locator("a[href*='/edit/']").first.get_attribute("href")
    assert edit
    visited.append(edit)
    messages, found = english_messages(), {}
    for address in dict.fromkeys(visited):
        page.goto(f"{site.url}{address}")
        page.wait_for_load_state()
        texts = {QUOTED.sub("", text) for text in page.evaluate(READ_TEXTS) if text not in ALLOWED}
        wrong = sorted(t for t in texts if t in messages or ENGLISH.search(t))
        if wrong:
            found[address] = wrong
    assert len(visited) > 8
    assert not found, "\n".join(f"{address}: {texts}" for address, texts in found.items())
