"""The pieces of HTML a result page repeats a hundred times, written without a template for their speed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from search.panels import Bounds, Group, Histogram, Option

_DEPTHS = ("", " deep", " deep deeper")


def facet_groups(groups: Iterable[Group]) -> SafeString:
    """Each facet as a fieldset that unfolds: its years or its checkboxes, and the way to all its values."""
    return mark_safe("\n".join(map(_group, groups)))  # noqa: S308 - escaped in _group


def option_rows(code: str, options: Iterable[Option]) -> SafeString:
    """Checkboxes of one facet. Label and count are one accessible name, so both are read."""
    return mark_safe("\n".join(_row(code, option) for option in options))  # noqa: S308 - escaped in _row


def list_items(texts: Iterable[str]) -> SafeString:
    """Each of ``texts``, of any direction, as an item of a list."""
    return mark_safe("".join(f'<li dir="auto">{escape(text)}</li>' for text in texts))  # noqa: S308 - escaped


def _group(group: Group) -> str:
    title = escape(group.title)
    chosen = f" <small>{group.chosen} {escape(_('chosen'))}</small>" if group.chosen else ""
    more = f'<a class="more" href="{escape(group.more)}">{escape(group.more_text)}</a>' if group.more else ""
    parts = (
        f'<details class="facet"{" open" if group.unfolded else ""} id="group-{group.code}">',
        f"<summary>{title}{chosen}</summary>",
        f'<fieldset class="facet-body"><legend class="unseen">{title}</legend>',
        _years(group.histogram) if group.histogram else "",
        *(f'<input type="hidden" name="{group.code}" value="{escape(value)}">' for value in group.hidden),
        _range(group.bounds) if group.bounds else "",
        option_rows(group.code, group.options),
        more,
        "</fieldset></details>",
    )
    return "\n".join(part for part in parts if part)


def _years(chart: Histogram) -> str:
    return (
        f'<svg class="years" viewBox="0 0 {chart.width} 50" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(chart.label)}"><path d="{chart.outside}"/>'
        f'<path class="on" d="{chart.inside}"/></svg>'
    )


def _range(bounds: Bounds) -> str:
    first = _year(bounds.first, _("From"), bounds.start)
    return f'<div class="range">\n{first}\n{_year(bounds.last, _("to"), bounds.end)}\n</div>'


def _year(name: str, label: str, year: int | None) -> str:
    value = "" if year is None else year
    return (
        f'<label for="f-{name}">{escape(label)}</label>\n<input id="f-{name}" name="{name}" value="{value}" '
        'inputmode="numeric" maxlength="4" autocomplete="off">'
    )


def _row(code: str, option: Option) -> str:
    value, label = escape(option.value), escape(option.label)
    classes = _DEPTHS[min(option.depth, 2)] + ("" if option.count else " zero")
    checked = " checked" if option.selected else ""
    return (
        f'<label class="option{classes}"><input type="checkbox" id="f-{code}-{value}" name="{code}" '
        f'value="{value}"{checked}><span dir="auto">{label}</span> '
        f'<span class="n">{option.count}</span></label>'
    )
