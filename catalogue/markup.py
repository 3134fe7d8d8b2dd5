"""A record's card as HTML, without a template: a result page has twenty, which took half of its time."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from catalogue.presentation import Card, Change
from search.markup import list_items


def card_items(cards: Iterable[Card], level: int = 3, back: str = "") -> SafeString:
    """Each card as an item of a list: headings of ``level``, ``back`` the query that addresses carry on."""
    return mark_safe("\n".join(_card(card, f"h{level:d}", back) for card in cards))  # noqa: S308 - escaped


def _card(card: Card, heading: str, back: str) -> str:
    # Title and summary are safe where their matches are marked.
    title = (
        f'<{heading}><a href="{escape(card.url + back)}" dir="auto"{_lang(card.title_lang)}>'
        f"{conditional_escape(card.title)}</a></{heading}>"
    )
    matched = f' <span class="where">({escape(card.matched)})</span>' if card.matched else ""
    return "\n".join(
        part
        for part in (
            '<li class="card">',
            _paragraph("over", card.sector) + title,
            f'<ul class="meta">{list_items(card.facts)}{_status(card)}</ul>',
            f'<p dir="auto"{_lang(card.lang)}>{conditional_escape(card.summary)}{matched}</p>',
            _paragraph("where", card.reason),
            _bars(card.change) if card.change else "",
            _badges(card),
            "</li>",
        )
        if part
    )


def _lang(code: str) -> str:
    return f' lang="{escape(code)}"' if code else ""


def _paragraph(name: str, text: str) -> str:
    return f'<p class="{name}">{escape(text)}</p>' if text else ""


def _status(card: Card) -> str:
    return f"<li{_class('alive' if card.alive else '')}>{escape(card.status)}</li>" if card.status else ""


def _bars(change: Change) -> str:
    return (
        f'<div class="outcome"><span dir="auto">{escape(change.name)}</span><b>{escape(change.text)}</b>'
        f'<svg class="pair{" worse" if change.worse else ""}" viewBox="0 0 100 16" '
        f'preserveAspectRatio="none" aria-hidden="true"><rect width="{change.before}" height="6" rx="1"/>'
        f'<rect y="9" width="{change.after}" height="6" rx="1"/></svg></div>'
    )


def _badges(card: Card) -> str:
    items = (f"<li{_class(name)}>{escape(text)}</li>" for name, text in card.badges)
    return f'<ul class="badges">{"".join(items)}</ul>' if card.badges else ""


def _class(name: str) -> str:
    return f' class="{escape(name)}"' if name else ""
