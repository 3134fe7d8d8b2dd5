"""A synthetic world for engine tests: facets, vocabularies and records made from a seed, no database."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from search.facets import (
    Facet,
    FacetRegistry,
    FixedVocabulary,
    FlagFacet,
    TermsFacet,
    TreeFacet,
    YearFacet,
)
from search.registry import IndexDefinition, TextField
from search.types import Document

TEXTS = (
    TextField("title", weight=8, title=True),
    TextField("tags", weight=4),
    TextField("agency", weight=4),
    TextField("summary", weight=2, snippet=True),
    TextField("problem", weight=1, snippet=True),
    TextField("solution", weight=1, snippet=True),
)
SYNONYMS = (
    ("kia", "kesehatan ibu dan anak"),
    ("antrean", "antrian"),
    ("ATS", "anak tidak sekolah"),
    ("puskesmas", "pusat kesehatan masyarakat", "health centre"),
)
YEARS = range(2010, 2027)

_HERE = Path(__file__).parent
_INDONESIAN = (_HERE / "words_id.txt").read_text(encoding="utf-8").split()
_ENGLISH = (_HERE / "words_en.txt").read_text(encoding="utf-8").split()
_JOINERS = ("dan", "di", "untuk", "yang", "dengan")
_SYLLABLES = tuple(a + b for a in "bdgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "ar"))


class Zipf:
    """Draws from ``items``, the n-th with a weight of 1/n."""

    def __init__(self, items: Sequence[str]) -> None:
        self.items = items
        self.sums = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def __call__(self, chance: random.Random) -> str:
        return self.items[bisect(self.sums, chance.random() * self.sums[-1])]


@dataclass(frozen=True)
class TreeVocabulary(FixedVocabulary):
    """A vocabulary in which a code may have a parent."""

    parents: Mapping[str, str] = field(default_factory=dict)

    def ancestors(self, value: str) -> tuple[str, ...]:
        path: list[str] = []
        while value in self.parents:
            value = self.parents[value]
            path.insert(0, value)
        return tuple(path)


def flat(prefix: str, count: int) -> FixedVocabulary:
    """``count`` codes, each with a label in both languages."""
    labels = {
        f"{prefix}-{n}": {"id": f"{prefix.title()} ke {n}", "en": f"{prefix.title()} no {n}"}
        for n in range(1, count + 1)
    }
    return FixedVocabulary(labels)


def tree(prefix: str, roots: int, children: int) -> TreeVocabulary:
    """Two levels of codes: ``<prefix>-3`` above ``<prefix>-3-1``."""
    labels, parents = {}, {}
    for root in range(1, roots + 1):
        top = f"{prefix}-{root}"
        labels[top] = {"id": f"{prefix.title()} {root}", "en": f"{prefix.title()} {root} en"}
        for child in range(1, children + 1):
            labels[f"{top}-{child}"] = {"id": f"{prefix.title()} {root} cabang {child}"}
            parents[f"{top}-{child}"] = top
    return TreeVocabulary(labels, parents)


VOCABULARIES: dict[str, FixedVocabulary] = {
    "agency": tree("agency", 40, 15),
    "region": tree("region", 38, 13),
    "sector": flat("sector", 18),
    "matter": tree("matter", 12, 4),
    "type": flat("type", 11),
    "digital": FixedVocabulary({"true": {"id": "Ya"}, "false": {"id": "Tidak"}}),
    "stage": flat("stage", 6),
    "status": flat("status", 4),
    "tag": flat("tag", 900),
    "value": flat("value", 7),
    "sdg": flat("sdg", 17),
    "award": flat("award", 40),
    "measured": FixedVocabulary({"true": {"id": "Terukur", "en": "Measured"}}),
    "programme": flat("programme", 8),
    "lab": flat("lab", 30),
    "language": FixedVocabulary({"id": {"id": "Indonesia"}, "en": {"id": "Inggris"}}),
}
TREES = ("agency", "region", "matter")
SUGGESTED = ("agency", "tag")
ALIKE = ("matter", "sector", "tag")


def _facet(code: str) -> Facet:
    kind = TreeFacet if code in TREES else FlagFacet if code == "measured" else TermsFacet
    return kind(
        code,
        code.title(),
        lambda: VOCABULARIES[code],
        suggest=code in SUGGESTED,
        similar=code in ALIKE,
    )


def registry() -> FacetRegistry:
    """Seventeen facets of every kind."""
    facets = [_facet(code) for code in VOCABULARIES]
    facets.insert(8, YearFacet("year", "Year"))
    return FacetRegistry(tuple(facets))


class World:
    """``count`` records that depend on nothing but ``seed``."""

    def __init__(self, count: int, seed: int = 1) -> None:
        self.records: dict[str, Document] = {}
        self.chance = random.Random(seed)
        names = ["".join(self.chance.choices(_SYLLABLES, k=3)) for _ in range(4000)]
        self.words = {"id": Zipf(_INDONESIAN + names), "en": Zipf(_ENGLISH + names)}
        self.codes = {code: Zipf(tuple(known.labels)) for code, known in VOCABULARIES.items()}
        for number in range(count):
            record = self._record(number)
            self.records[record.key] = record

    def definition(self, schema_version: str = "1") -> IndexDefinition:
        return IndexDefinition(
            schema_version=schema_version,
            texts=TEXTS,
            facets=registry(),
            source=MemorySource(self.records),
            synonyms=lambda: SYNONYMS,
        )

    def _sentence(self, language: str, length: int) -> str:
        words = [self.words[language](self.chance) for _ in range(length)]
        if language == "id":
            for place in range(3, length - 1, 5):
                words[place] = self.chance.choice(_JOINERS)
        return " ".join(words).capitalize()

    def _body(self, language: str, sentences: int) -> str:
        return ". ".join(self._sentence(language, self.chance.randint(8, 16)) for _ in range(sentences))

    def _texts(self, facets: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, str]]:
        texts = {
            "title": {"id": self._sentence("id", self.chance.randint(3, 9))},
            "tags": {"id": " ".join(facets.get("tag", ()))},
            "agency": {"id": " ".join(VOCABULARIES["agency"].label(v, "id") for v in facets["agency"])},
            "summary": {"id": self._body("id", 3)},
            "problem": {"id": self._body("id", 5)},
            "solution": {"id": self._body("id", 5)},
        }
        if self.chance.random() < 0.5:
            texts["title"]["en"] = self._sentence("en", self.chance.randint(3, 9))
            texts["summary"]["en"] = self._body("en", 3)
        return texts

    def _values(self, code: str, most: int) -> tuple[str, ...]:
        drawn = {self.codes[code](self.chance) for _ in range(self.chance.randint(0, most))}
        vocabulary = VOCABULARIES[code]
        return tuple(sorted(drawn.union(*(vocabulary.ancestors(value) for value in drawn))))

    def _facets(self) -> dict[str, tuple[str, ...]]:
        most = {"tag": 5, "sdg": 3, "value": 3, "award": 1, "lab": 1, "matter": 2, "language": 2}
        facets = {code: self._values(code, most.get(code, 1)) for code in VOCABULARIES}
        facets["agency"] = facets["agency"] or ("agency-1",)
        return {code: values for code, values in facets.items() if values}

    def _record(self, number: int) -> Document:
        chance, key = self.chance, f"{number:08x}-{self.chance.getrandbits(32):08x}"
        facets = self._facets()
        texts = self._texts(facets)
        numbers = {"year": chance.choice(YEARS)} if chance.random() < 0.9 else {}
        if numbers:
            facets["year"] = (str(numbers["year"]),)
        made = chance.randrange(10**9)
        title = texts["title"]
        sorts = {
            "newest": f"{10**9 - made:010}{key}",
            "oldest": f"{made:010}{key}",
            "replicated": f"{chance.randrange(5)}{key}",
            "complete": f"{chance.randrange(100):03}{key}",
            "published": f"{chance.randrange(10**6):07}{key}",
            "title.id": f"{title['id'].casefold()}{key}",
            "title.en": f"{title.get('en', title['id']).casefold()}{key}",
        }
        stored = {"title": title, "summary": texts["summary"], "facets": facets, "number": number}
        return Document(key, 1, texts, facets, numbers, sorts, stored)


@dataclass
class MemorySource:
    """The committed records of a world."""

    records: dict[str, Document]

    def documents(self, keys: Sequence[str], versions: Mapping[str, int]) -> Iterable[Document]:
        return [
            replace(self.records[key], version=versions.get(key, self.records[key].version))
            for key in keys
            if key in self.records
        ]

    def public_keys(self) -> Iterator[str]:
        return iter(self.records)
