"""Facets for templates."""

from __future__ import annotations

from django import template

from search.markup import facet_groups, option_rows

register = template.Library()
register.simple_tag(facet_groups)
register.simple_tag(option_rows)
