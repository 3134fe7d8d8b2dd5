"""The pieces of HTML a result page repeats a hundred times, written without a template for their speed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from search.panels import Option

_DEPTHS = ("", " deep", " deep deeper")


def option_rows(code: str, options: Iterable[Option]) -> SafeString:
    """Checkboxes of one facet. Label and count are one accessible name, so both are read."""
    return mark_safe("\n".join(_row(code, option) for option in options))  # noqa: S308 - escaped in _row


def _row(code: str, option: Option) -> str:
    value, label = escape(option.value), escape(option.label)
    classes = _DEPTHS[min(option.depth, 2)] + ("" if option.count else " zero")
    checked = " checked" if option.selected else ""
    return (
        f'<label class="option{classes}"><input type="checkbox" id="f-{code}-{value}" name="{code}" '
        f'value="{value}"{checked}><span dir="auto">{label}</span> '
        f'<span class="n">{option.count}</span></label>'
    )


def list_items(texts: Iterable[str]) -> SafeString:
    """Each of ``texts``, of any direction, as an item of a list."""
    return mark_safe("".join(f'<li dir="auto">{escape(text)}</li>' for text in texts))  # noqa: S308 - escaped
