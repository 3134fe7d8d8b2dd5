"""Documents on their way into the index and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from search import text
from search.engines.elasticsearch import layout as names
from search.engines.elasticsearch.layout import Layout
from search.engines.encoding import cleaned_texts, require_key, require_value, sort_strings, tie
from search.types import LANGUAGES, Change, Document, Tombstone


def encode(change: Change, layout: Layout) -> bytes:
    """The JSON of a document or a tombstone.

    Raises ``ValueError`` or ``TypeError`` when the change cannot be indexed.
    """
    require_key(change.key)
    if isinstance(change, Tombstone):
        source: dict[str, Any] = {names.GONE: True, names.VERSION: change.version}
    else:
        source = _source(change, layout)
    return orjson.dumps(source)


def _source(document: Document, layout: Layout) -> dict[str, Any]:
    texts = cleaned_texts(document, layout)
    return {
        names.VERSION: document.version,
        # Half of the number's range, as a long has a sign: the order is the same.
        names.TIE: tie(document.key) - 2**63,
        **_words(texts, layout),
        **_columns(document, layout),
        names.STORED: document.stored,
        names.TEXTS: {
            f"{name}.{language}": content for (name, language), content in texts.items() if content
        },
        names.ALIKE: {code: values for code in layout.alike if (values := document.facets.get(code))},
    }


def _words(texts: Mapping[tuple[str, str], str], layout: Layout) -> dict[str, Any]:
    """Exact field → the words of each of its texts; a phrase does not reach from one into the next.

    Beside them every word once: those of a language, and those of all.
    """
    found: dict[str, Any] = {}
    everywhere: set[str] = set()
    for language in LANGUAGES:
        said: set[str] = set()
        for tier in layout.tiers:
            parts = [part for name in tier.names if (part := text.words(texts[name, language]))]
            if parts:
                found[tier.exact(language)] = [" ".join(part) for part in parts]
                said.update(*parts)
        if said:
            found[names.all_field(language)] = " ".join(said)
            everywhere |= said
    if everywhere:
        found[names.WORDS] = " ".join(everywhere)
    return found


def _columns(document: Document, layout: Layout) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for facet in layout.facets:
        values = list(dict.fromkeys(document.facets.get(facet.code, ())))
        for value in values:
            require_value(facet.code, value)
        if values:
            columns[names.facet_field(facet.code)] = values
    for code in layout.ranges:
        if (number := document.numbers.get(code)) is not None:
            columns[names.number_field(code)] = number
    return columns | {names.sort_field(name): order for name, order in sort_strings(document).items()}


@dataclass(frozen=True)
class Kept:
    """What the index kept of a document."""

    key: str
    source: Mapping[str, Any]
    layout: Layout

    @classmethod
    def of(cls, hit: Mapping[str, Any], layout: Layout) -> Kept:
        return cls(hit["_id"], hit["_source"], layout)

    @property
    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = self.source[names.STORED]
        return found

    @property
    def alike(self) -> dict[str, tuple[str, ...]]:
        kept = self.source.get(names.ALIKE, {})
        return {code: tuple(kept.get(code, ())) for code in self.layout.alike}

    @cached_property
    def texts(self) -> dict[tuple[str, str], str]:
        kept = self.source[names.TEXTS]
        return {(name, lang): kept.get(f"{name}.{lang}", "") for name, lang in self.layout.text_slots}
