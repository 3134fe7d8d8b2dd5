"""Counts as people write them."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext


def total_text(total: int) -> str:
    return ngettext("%(total)s innovation", "%(total)s innovations", total) % {"total": grouped(total)}


def grouped(number: int) -> str:
    """A whole number as people of the active language write it."""
    text = f"{number:,}"
    return text.replace(",", ".") if get_language() == "id" else text
