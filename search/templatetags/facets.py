"""Rows of facets and items of cards for templates."""

from __future__ import annotations

from django import template

from search.markup import list_items, option_rows

register = template.Library()
register.simple_tag(option_rows)
register.simple_tag(list_items)
