"""The index in tantivy: its schema."""

from __future__ import annotations

import tantivy

from search.engines import layout
from search.engines.layout import all_field, facet_field, number_field, sort_field, sort_names
from search.types import LANGUAGES

KEY, KEY_VERSION, VERSION, TIE, GONE, PAYLOAD = "key", "key_version", "version", "tie", "gone", "payload"
RAW, SPACES = "raw", "whitespace"

__all__ = ["all_field", "facet_field", "number_field", "sort_field", "sort_names"]


class Layout(layout.Layout):
    def build_schema(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        for name in (KEY, KEY_VERSION):
            builder.add_text_field(name, tokenizer_name=RAW, index_option="basic")
        builder.add_integer_field(VERSION, fast=True)
        builder.add_unsigned_field(TIE, fast=True)
        builder.add_unsigned_field(GONE, indexed=True)
        builder.add_bytes_field(PAYLOAD, stored=True)
        for language in LANGUAGES:
            builder.add_text_field(all_field(language), tokenizer_name=SPACES, index_option="basic")
            for tier in self.tiers:
                builder.add_text_field(tier.exact(language), tokenizer_name=SPACES, index_option="position")
                builder.add_text_field(tier.stems(language), tokenizer_name=SPACES, index_option="freq")
        columns = [facet_field(facet.code) for facet in self.facets] + [sort_field(n) for n in sort_names()]
        for name in columns:
            builder.add_text_field(name, tokenizer_name=RAW, index_option="basic", fast=True)
        for code in self.ranges:
            builder.add_integer_field(number_field(code), indexed=True, fast=True)
        return builder.build()
