"""The index in Elasticsearch: names of aliases and indices, settings, an explicit mapping.

Texts are split into words by ``search.text`` before they are sent, so that both engines split alike; the
server stems them. A word that a record has somewhere is sent once more for the fields that say no more than
that; copied on the server, every text would be read twice again. Whatever is searched is left out of
``_source``: that holds only what a hit hands back.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from search.engines import layout
from search.engines.layout import all_field, facet_field, number_field, sort_field, sort_names
from search.types import LANGUAGES, MAX_WINDOW

VERSION, TIE, GONE, WORDS = "version", "tie", "gone", "words"
STORED, TEXTS, ALIKE = "stored", "texts", "alike"
STEMMERS: Final = {"id": "Indonesian", "en": "English"}
LONGEST_PREFIX: Final = 12
"""Beginnings of a title's words up to this length are terms of their own, so that suggestions are cheap."""


class Layout(layout.Layout):
    """Field names are those of every engine; stems are a subfield of the words as written."""

    FORMAT: ClassVar[str] = "es-3"

    def settings(self, *, shards: int, replicas: str) -> dict[str, Any]:
        """Settings of a new index; ``replicas`` is a range such as ``0-1``, as far as there are nodes."""
        analyzers: dict[str, Any] = {"words": {"type": "custom", "tokenizer": "whitespace"}}
        filters: dict[str, Any] = {}
        for language, name in STEMMERS.items():
            filters[f"stems_{language}"] = {"type": "snowball", "language": name}
            analyzers[f"stems_{language}"] = {
                "type": "custom",
                "tokenizer": "whitespace",
                "filter": [f"stems_{language}"],
            }
        return {
            "number_of_shards": shards,
            "auto_expand_replicas": replicas,
            "max_result_window": MAX_WINDOW,
            "analysis": {"filter": filters, "analyzer": analyzers},
        }

    def mappings(self) -> dict[str, Any]:
        """Strict: a field that is not listed here is refused, so nothing else can ever be in the index."""
        properties: dict[str, Any] = {
            VERSION: {"type": "long", "index": False},
            TIE: {"type": "long", "index": False},
            GONE: {"type": "boolean"},
            WORDS: {"type": "text", "analyzer": "words", "norms": False, "index_options": "docs"},
            **{name: {"type": "object", "enabled": False} for name in (STORED, TEXTS, ALIKE)},
        }
        for language in LANGUAGES:
            properties[all_field(language)] = {
                "type": "text",
                "analyzer": f"stems_{language}",
                "norms": False,
                "index_options": "docs",
            }
            for tier in self.tiers:
                properties[tier.exact(language)] = self._text(tier, language)
        keywords = [facet_field(facet.code) for facet in self.facets] + [sort_field(n) for n in sort_names()]
        properties |= {name: {"type": "keyword"} for name in keywords}
        properties |= {number_field(code): {"type": "long"} for code in self.ranges}
        kept = (STORED, TEXTS, ALIKE, VERSION, GONE)
        return {
            "dynamic": "strict",
            "_source": {"excludes": [name for name in properties if name not in kept]},
            "properties": properties,
        }

    def _text(self, tier: layout.Tier, language: str) -> dict[str, Any]:
        field: dict[str, Any] = {
            "type": "text",
            "analyzer": "words",
            "fields": {
                "stems": {"type": "text", "analyzer": f"stems_{language}", "index_options": "freqs"},
            },
        }
        if tier == self.title_tier:
            field["index_prefixes"] = {"min_chars": 1, "max_chars": LONGEST_PREFIX}
        return field


def stems_field(exact: str) -> str:
    return f"{exact}.stems"
