"""Documents on their way into the index and out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tantivy

from search import text
from search.engines.embedded import layout as names
from search.engines.embedded.layout import Layout
from search.engines.encoding import cleaned_texts, require_key, require_value, sort_strings, tie
from search.types import LANGUAGES, Change, Document, Tombstone


def encode(change: Change, layout: Layout) -> tantivy.Document:
    """The index's form of a document or a tombstone.

    Raises ``ValueError`` or ``TypeError`` when the change cannot be indexed.
    """
    encoded = tantivy.Document()
    require_key(change.key)
    encoded.add_text(names.KEY, change.key)
    encoded.add_integer(names.VERSION, change.version)
    if isinstance(change, Tombstone):
        encoded.add_unsigned(names.GONE, 1)
        return encoded
    encoded.add_text(names.KEY_VERSION, f"{change.key}{text.SEPARATOR}{change.version}")
    encoded.add_unsigned(names.TIE, tie(change.key))
    texts = cleaned_texts(change, layout)
    _add_words(encoded, texts, layout)
    _add_columns(encoded, change, layout)
    encoded.add_bytes(names.PAYLOAD, _payload(change, texts, layout))
    return encoded


def _add_words(encoded: tantivy.Document, texts: Mapping[tuple[str, str], str], layout: Layout) -> None:
    for language in LANGUAGES:
        stem = text.stems(language).__getitem__
        everything: list[str] = []
        for tier in layout.tiers:
            for name in tier.names:
                words = text.words(texts[name, language])
                if words:
                    stemmed = " ".join(map(stem, words))
                    encoded.add_text(tier.exact(language), " ".join(words))
                    encoded.add_text(tier.stems(language), stemmed)
                    everything.append(stemmed)
        if everything:
            encoded.add_text(names.all_field(language), " ".join(everything))


def _add_columns(encoded: tantivy.Document, document: Document, layout: Layout) -> None:
    for facet in layout.facets:
        for value in dict.fromkeys(document.facets.get(facet.code, ())):
            require_value(facet.code, value)
            encoded.add_text(names.facet_field(facet.code), value)
    for code in layout.ranges:
        if (number := document.numbers.get(code)) is not None:
            encoded.add_integer(names.number_field(code), number)
    for name, order in sort_strings(document).items():
        encoded.add_text(names.sort_field(name), order)


def _payload(document: Document, texts: Mapping[tuple[str, str], str], layout: Layout) -> bytes:
    """Key, stored, values of the facets for likeness and all texts in one field, cheap to take apart."""
    alike = [list(document.facets.get(code, ())) for code in layout.alike]
    stored = json.dumps(document.stored, ensure_ascii=False, separators=(",", ":"))
    parts = [document.key, stored, json.dumps(alike, ensure_ascii=False), *texts.values()]
    return text.SEPARATOR.join(parts).encode("utf-8", "replace")


@dataclass(frozen=True)
class Payload:
    """What the index kept of a document."""

    parts: list[str]
    layout: Layout

    @classmethod
    def read(cls, searcher: tantivy.Searcher, address: tantivy.DocAddress, layout: Layout) -> Payload:
        raw: bytes = searcher.doc(address).get_first(names.PAYLOAD)  # type: ignore[assignment]
        return cls(raw.decode().split(text.SEPARATOR), layout)

    @property
    def key(self) -> str:
        return self.parts[0]

    @property
    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.parts[1])
        return found

    @property
    def alike(self) -> dict[str, tuple[str, ...]]:
        values = json.loads(self.parts[2])
        return {code: tuple(own) for code, own in zip(self.layout.alike, values, strict=True)}

    @cached_property
    def texts(self) -> dict[tuple[str, str], str]:
        return dict(zip(self.layout.text_slots, self.parts[3:], strict=True))
