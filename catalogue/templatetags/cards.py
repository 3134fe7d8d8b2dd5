"""Cards of records for templates."""

from __future__ import annotations

from django import template

from catalogue.markup import card_items

register = template.Library()
register.simple_tag(card_items)
