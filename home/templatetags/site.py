"""What every template of the site may use. No tag here asks the database for anything but the shell."""

from __future__ import annotations

from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from home import shell

register = template.Library()


@register.simple_tag
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
