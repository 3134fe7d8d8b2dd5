"""Which pages no view restriction covers, as one condition for every list of public pages."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Substr
from django.db.models.lookups import In
from wagtail.models import Page, PageViewRestriction


def is_open() -> Q:
    """The condition on pages that neither they nor a page above them ask who may see them.

    Wagtail's ``public()`` adds a clause a restriction, and SQLite refuses a thousand of them. Here one
    subquery a depth of restricted pages holds all of them: a path starts with the paths of the pages above,
    each a fixed number of characters longer. One query, for the depths.
    """
    restrictions = PageViewRestriction.objects.order_by()
    closed = restrictions.values("page__path")
    condition = Q()
    for depth in restrictions.values_list("page__depth", flat=True).distinct():
        condition &= ~Q(In(Substr(F("path"), 1, depth * Page.steplen), closed))
    return condition
