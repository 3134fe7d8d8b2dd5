"""What a record looks like in a list: a card from the payload its document carries, without a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from catalogue.models.innovation import InnovationPage
from catalogue.models.terms import Scheme
from catalogue.vocabulary import Snapshot, snapshot
from search.presenting import presenter
from search.types import Highlight, Hit

FULL_BAR = 100
LABELLED = "demo-synthetic"
ALIVE = {"active", "growing"}


@dataclass(frozen=True, slots=True)
class Change:
    """One outcome as two bars of at most ``FULL_BAR`` and as words: "14 hari → 3 jam"."""

    name: str
    before: int
    after: int
    before_text: str
    after_text: str
    worse: bool = False

    @property
    def text(self) -> str:
        return f"{self.before_text} → {self.after_text}"


@dataclass(frozen=True, slots=True)
class Card:
    """``title`` and ``summary`` are safe HTML with their matches marked; ``lang`` is set where the text is
    in another language than the page."""

    key: str
    url: str
    title: SafeString
    summary: SafeString
    lang: str
    title_lang: str
    sector: str
    matched: str
    facts: Sequence[str]
    status: str
    alive: bool
    change: Change | None
    badges: Sequence[tuple[str, str]]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What cards say around their facts."""

    places: Mapping[str, str]
    """Field whose text a card need not show → where a match in it is."""
    since: str
    confirmed: str
    digital: str
    invented: str


@cache
def _wording(language: str) -> Wording:
    """That of ``language``, looked up once a process: twenty cards asked for it a hundred times."""
    with override(language):
        matched = _("matches in: %(field)s")
        return Wording(
            places={
                "problem": matched % {"field": _("problem")},
                "body": matched % {"field": _("description")},
            },
            since=_("since %(year)s"),
            confirmed=_("%(status)s, confirmed %(when)s"),
            digital=_("digital"),
            invented=_("invented example"),
        )


@presenter
def cards(hits: Sequence[Hit], language: str) -> list[Card]:
    """A card for each hit, labels as they are now."""
    labels = snapshot()
    return [card(hit, language, labels) for hit in hits]


def card(hit: Hit, language: str, labels: Snapshot, reason: str = "") -> Card:
    stored, wording = hit.stored, _wording(language)
    title = hit.highlights.get("title")
    text, text_language = _best_text(hit, language)
    status = labels.terms[Scheme.STATUS].label(stored["status"], language) if stored.get("status") else ""
    return Card(
        key=hit.key,
        url=address(stored["url"], language),
        title=marked(title) if title else mark_safe(escape(pick(stored["title"], language))),  # noqa: S308
        summary=text,
        lang=text_language if text_language != language else "",
        title_lang="" if language in stored["title"] else stored["language"],
        sector=labels.terms[Scheme.SECTOR].label(stored["sector"], language) if stored.get("sector") else "",
        matched=_matched(hit, wording),
        facts=_facts(stored, language, labels, wording),
        status=_status(status, stored, wording),
        alive=stored.get("status") in ALIVE,
        change=change(stored["outcome"], language) if stored.get("outcome") else None,
        badges=_badges(stored, wording),
        reason=reason,
    )


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text in ``language``, or in the language it was written in."""
    return texts.get(language) or next(iter(texts.values()), "")


def address(urls: Mapping[str, str], language: str) -> str:
    return urls.get(language) or next(iter(urls.values()), "")


def marked(highlight: Highlight) -> SafeString:
    """A highlight as HTML; everything but the marks is escaped."""
    parts = (
        f"<mark>{escape(part.text)}</mark>" if part.match else escape(part.text)
        for part in highlight.segments
    )
    return mark_safe("".join(parts))  # noqa: S308 - escaped piece by piece


def _best_text(hit: Hit, language: str) -> tuple[SafeString, str]:
    """The extract that shows the match best, else the summary; with its language."""
    for name in ("summary", "problem", "body"):
        if found := hit.highlights.get(name):
            return marked(found), found.language
    texts = hit.stored["summary"]
    shown = language if language in texts else next(iter(texts), language)
    return mark_safe(escape(texts.get(shown, ""))), shown  # noqa: S308


def _matched(hit: Hit, wording: Wording) -> str:
    """Where the match is, when it is not in the text a card always shows."""
    if "summary" in hit.highlights:
        return ""
    return next((place for field, place in wording.places.items() if field in hit.highlights), "")


def _facts(stored: Mapping[str, Any], language: str, labels: Snapshot, wording: Wording) -> list[str]:
    facts = []
    if agency := stored.get("agency"):
        facts.append(labels.agencies.label(agency, language))
    if region := stored.get("region"):
        facts.append(labels.regions.label(region, language))
    if stage := stored.get("stage"):
        facts.append(labels.terms[Scheme.STAGE].label(stage, language))
    if year := stored.get("year"):
        facts.append(wording.since % {"year": year})
    return facts


def _status(label: str, stored: Mapping[str, Any], wording: Wording) -> str:
    confirmed = stored.get("confirmed")
    if not confirmed or stored.get("status") == "unknown":
        return label if stored.get("status") != "unknown" else ""
    year, month, _day = confirmed.split("-")
    when = f"{MONTHS[int(month)]} {year}"
    return wording.confirmed % {"status": label, "when": when}


def _badges(stored: Mapping[str, Any], wording: Wording) -> list[tuple[str, str]]:
    """Facts only: (class, text)."""
    badges = []
    if copies := stored.get("replicated"):
        badges.append(("good", ngettext("copied %(n)s time", "copied %(n)s times", copies) % {"n": copies}))
    if stored.get("digital"):
        badges.append(("", wording.digital))
    if (outcomes := stored.get("outcomes", 0)) > 1:
        badges.append(("", ngettext("%(n)s outcome", "%(n)s outcomes", outcomes) % {"n": outcomes}))
    if stored.get("origin") == LABELLED:
        badges.append(("warm", wording.invented))
    return badges


def change(outcome: Mapping[str, Any], language: str) -> Change:
    """The bars and words of one measured outcome."""
    before, after = outcome["baseline"], outcome["actual"]
    longest = max(abs(before), abs(after)) or 1
    unit = outcome["unit"]
    direction = outcome["direction"]
    return Change(
        name=pick(outcome["name"], language),
        before=_bar(before, longest),
        after=_bar(after, longest),
        before_text=number(before, language),
        after_text=f"{number(after, language)} {unit}".strip(),
        worse=(direction == "up" and after < before) or (direction == "down" and after > before),
    )


def _bar(value: float, longest: float) -> int:
    """The length of a bar; only nothing has none."""
    return max(1, round(FULL_BAR * abs(value) / longest)) if value else 0


def number(value: float, language: str) -> str:
    """A number as people of ``language`` write it, without trailing zeros: 1.234,5 or 1,234.5."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if language == "id" else text


def origin_label(origin: str) -> str:
    """How a demonstration record is labelled on its page; empty for a record that is none."""
    if origin == InnovationPage.Origin.DEMO_SYNTHETIC:
        return _("Invented example: nothing on this page has happened.")
    if origin == InnovationPage.Origin.DEMO_REAL:
        return _("Demonstration record from a published source.")
    return ""
