"""The searches that are measured, as the query strings a visitor would send."""

from __future__ import annotations

QUERIES = {
    "nothing asked": "",
    "common word": "q=pelayanan",
    "rare word": "q=tsunami",
    "three words": "q=antrean+puskesmas+daring",
    "phrase": "q=%22pelayanan+terpadu%22",
    "two facets": "sector=health&stage=implemented",
    "word and three facets": "q=desa&sector=health&sector=education&digital=true&year_from=2018",
    "second page, newest": "sort=newest&page=2",
}
