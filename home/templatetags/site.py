"""What every template of the site may use. No tag here asks the database for anything but the shell."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from home import shell

register = template.Library()

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHANGED_DAY = re.compile(rf"\A(?:–|{_DAY.pattern}) → {_DAY.pattern}")


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.filter
def breakable(text: str) -> SafeString:
    """``text`` escaped, with a place to break the line after each slash: no word of a long number is torn."""
    return format_html_join(mark_safe("/<wbr>"), "{}", ((part,) for part in str(text).split("/")))


@register.filter
def days_in_words(text: str) -> str:
    """``text`` with the days it begins with (``2026-11-28 → 2026-12-12``) as the active language says them.

    A day further on stays as somebody wrote it.
    """
    return _CHANGED_DAY.sub(lambda found: _DAY.sub(_in_words, found[0]), text, count=1)


def _in_words(found: re.Match[str]) -> str:
    try:
        return date_format(date.fromisoformat(found[0]), "j F Y")
    except ValueError:
        return found[0]


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, str]]:
    """Addresses of this page in the other languages, keeping the query."""
    request = context.get("request")
    if request is None:
        return []
    page: Any = context.get("page")
    return shell.language_links(request, page if hasattr(page, "translation_key") else None)


@register.simple_tag(takes_context=True)
def page_crumbs(context: template.Context) -> list[dict[str, str]]:
    """The pages between the home page and this one, and this one; one query."""
    return shell.crumbs(context["request"], context["page"])
