"""Rows of facets for templates."""

from __future__ import annotations

from django import template

from search.markup import option_rows

register = template.Library()
register.simple_tag(option_rows)
