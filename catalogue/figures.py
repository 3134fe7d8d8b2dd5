"""How many public records there are, of what kind and from how many agencies."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache, caches
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.documents import public_records
from catalogue.models import InnovationPage
from catalogue.vocabulary import snapshot
from home.contributions import banner
from home.sites import MEMORY
from search.numbers import grouped

_KEY = "catalogue-figures"
_SECONDS = 60
_AT_HAND_SECONDS = 5
HOME_COUNTRY = "ID"


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of public records; ``agencies`` counts governments, ministries and institutions that have one,
    a unit's with the agency it belongs to."""

    records: int
    agencies: int
    invented: int
    real_domestic: int
    real_foreign: int


def figures() -> Figures:
    """The numbers, little more than a minute old: counting 36 000 records takes too long for every page.

    All processes show the same ones; each has them at hand for some seconds.
    """
    memory = caches[MEMORY]
    at_hand: Figures | None = memory.get(_KEY)
    if at_hand:
        return at_hand
    found: Figures | None = cache.get(_KEY)
    if found is None:
        found = _count()
        cache.set(_KEY, found, _SECONDS)
    memory.set(_KEY, found, _AT_HAND_SECONDS)
    return found


def _count() -> Figures:
    labels = snapshot()
    rows = public_records().order_by().values_list("origin", "agency").annotate(number=Count("pk"))
    records = invented = domestic = foreign = 0
    agencies: set[str] = set()
    for origin, agency, number in rows:
        code = labels.agencies.codes.get(agency, "")
        region = labels.agency_regions.get(code, HOME_COUNTRY)
        at_home = labels.regions.with_ancestors(region)[0] == HOME_COUNTRY
        records += number
        agencies.update(labels.agencies.with_ancestors(code)[1:2])
        if origin == InnovationPage.Origin.DEMO_SYNTHETIC:
            invented += number
        elif at_home:
            domestic += number
        else:
            foreign += number
    return Figures(records, len(agencies), invented, domestic, foreign)


@banner
def demo_banner() -> str:
    """What of this site is real; empty where it is no demonstration."""
    if not settings.DEMO:
        return ""
    now = figures()
    real = _(
        "It holds %(domestic)s from Indonesia and %(foreign)s from other countries; their pages name the "
        "source where one is recorded."
    ) % {
        "domestic": _real(now.real_domestic),
        "foreign": grouped(now.real_foreign),
    }
    if not now.invented:
        return real
    text = ngettext(
        "%(n)s more record is invented and labelled as such.",
        "%(n)s more records are invented and labelled as such.",
        now.invented,
    )
    return f"{real} {text % {'n': grouped(now.invented)}}"


def _real(number: int) -> str:
    text = ngettext("%(n)s real innovation", "%(n)s real innovations", number)
    return text % {"n": grouped(number)}
