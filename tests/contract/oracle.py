"""A plain recount of what a search must find, from the records alone."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping

from search import text
from search.query import parse
from search.types import Document, FacetResult, Range, SearchRequest
from tests.contract.world import SYNONYMS, VOCABULARIES, YEARS

Counts = dict[str, dict[str, int]]


class Oracle:
    """Sets of records as bits of whole numbers: one bit a record."""

    def __init__(self, records: Iterable[Document]) -> None:
        self.records = list(records)
        self.everything = (1 << len(self.records)) - 1
        self.having: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.numbers: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self.stems: dict[str, int] = defaultdict(int)
        for place, record in enumerate(self.records):
            bit = 1 << place
            for code, values in record.facets.items():
                for value in values:
                    self.having[code][value] |= bit
            for code, number in record.numbers.items():
                self.numbers[code][number] |= bit
            for stem in stems_of(record):
                self.stems[stem] |= bit

    def filtered(self, request: SearchRequest, without: str = "") -> int:
        """Records that pass every filter but that of the facet ``without``."""
        found = self._with_words(request.query)
        for code, values in request.selections.items():
            if code != without and values:
                found &= union(self.having[code].get(value, 0) for value in values)
        for code, bounds in request.ranges.items():
            if code != without and bounds:
                low = -(10**9) if bounds.start is None else bounds.start
                high = 10**9 if bounds.end is None else bounds.end
                found &= union(bits for number, bits in self.numbers[code].items() if low <= number <= high)
        return found

    def _with_words(self, query: str) -> int:
        found = self.everything
        for clause in parse(query).clauses:
            for word in clause.options[0].words:
                found &= union(self.stems[f"{lang} {text.stems(lang)[word]}"] for lang in ("id", "en"))
        return found

    def total(self, request: SearchRequest) -> int:
        return self.filtered(request).bit_count()

    def counts(self, request: SearchRequest) -> Counts:
        """Facet → value → records, for values that have any or are selected."""
        every = {code: self.filtered(request, without=code) for code in (*VOCABULARIES, "year")}
        return {
            code: {
                value: count
                for value in {*self.having[code], *request.selections.get(code, ())}
                if (count := (self.having[code].get(value, 0) & base).bit_count())
                or value in request.selections.get(code, ())
            }
            for code, base in every.items()
        }


def stems_of(record: Document) -> set[str]:
    """``"<language> <stem>"`` of every word of a record."""
    return {
        f"{language} {text.stems(language)[word]}"
        for by_language in record.texts.values()
        for language, content in by_language.items()
        for word in text.words(text.clean(content))
    }


def union(sets: Iterable[int]) -> int:
    found = 0
    for bits in sets:
        found |= bits
    return found


def as_counts(facets: Mapping[str, FacetResult]) -> Counts:
    return {code: {value.value: value.count for value in result.values} for code, result in facets.items()}


def random_requests(count: int, seed: int, words: Iterable[str]) -> Iterable[SearchRequest]:
    """Filter sets of every kind: several values a facet, ranges, unknown values, words."""
    chance = random.Random(seed)
    words = [word for word in words if word not in {part for group in SYNONYMS for part in group}]
    for _ in range(count):
        codes = chance.sample([*VOCABULARIES, "year"], chance.choice((0, 1, 1, 2, 2, 3, 4)))
        selections = {code: _values(code, chance) for code in codes}
        ranges = {}
        if chance.random() < 0.4:
            years = sorted(chance.sample(list(YEARS), 2))
            ends = chance.choice(((years[0], years[1]), (years[0], None), (None, years[1])))
            ranges = {"year": Range(*ends)}
        query = " ".join(chance.sample(words, chance.choice((1, 1, 2)))) if chance.random() < 0.4 else ""
        yield SearchRequest(query=query, selections=selections, ranges=ranges)


def _values(code: str, chance: random.Random) -> tuple[str, ...]:
    known = list(map(str, YEARS)) if code == "year" else list(VOCABULARIES[code].labels)
    often = known[: max(3, len(known) // 8)]
    values = [
        chance.choice(often if chance.random() < 0.7 else known) for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    if chance.random() < 0.1:
        values.append("no-such-value")
    return tuple(dict.fromkeys(values))
