"""Both engines, the same records: the same sets, counts and, without a query, orders."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from search import text
from search.comparison import compare, sample, stems_that_differ
from search.engines.elasticsearch.layout import STEMMERS
from search.engines.embedded import EmbeddedEngine
from search.types import SearchRequest, Tombstone
from tests import cluster
from tests.architecture.source import ROOT
from tests.contract.base import fill
from tests.contract.facets_contract import SOME_WORDS
from tests.contract.oracle import random_requests
from tests.contract.world import VOCABULARIES, World, registry

pytestmark = pytest.mark.elasticsearch
RECORDS = ROOT / "catalogue" / "data" / "real-innovations.jsonl"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    world = World(1_200, seed=5)
    embedded = EmbeddedEngine(world.definition(), tmp_path_factory.mktemp("both") / "index")
    with cluster.engine(world.definition()) as elasticsearch:
        for engine in (embedded, elasticsearch):
            fill(engine, world.records.values())
        yield embedded, elasticsearch


def test_they_find_and_count_the_same(both):
    requests = [*random_requests(150, seed=8, words=SOME_WORDS), *sample(registry(), known(), SOME_WORDS)]
    assert [found for found in compare(*both, requests) if not found.excused] == []


def known() -> dict[str, list[str]]:
    return {code: list(vocabulary.labels) for code, vocabulary in VOCABULARIES.items()}


def test_a_record_that_one_lacks_is_told(both):
    _embedded, elasticsearch = both
    key = next(iter(elasticsearch.keys()))[0]
    record = elasticsearch.definition.source.records[key]
    elasticsearch.apply([Tombstone(key, 7)])
    try:
        (total, records, *counts) = [found.what for found in compare(*both, [SearchRequest()])]
    finally:
        elasticsearch.apply([replace(record, version=8)])
    assert total == "total: 1200 and 1199"
    assert key in records
    assert counts


@pytest.mark.parametrize("language", ["id", "en"])
def test_stems_agree_on_every_word_of_the_real_records_but_the_listed_ones(both, language):
    client = both[1].client
    words = sorted({word for line in real_texts(language) for word in text.words(text.clean(line))})
    assert len(words) > 1_000
    filters = [{"type": "snowball", "language": STEMMERS[language]}]
    tokens = client.indices.analyze(tokenizer="whitespace", filter=filters, text=" ".join(words))["tokens"]
    theirs = dict(zip(words, (token["token"] for token in tokens), strict=True))
    differ = {word for word in words if text.stems(language)[word] != theirs[word]}
    assert differ == (stems_that_differ() if language == "en" else set())


def real_texts(language: str) -> list[str]:
    names = (
        ("title_en", "summary_en")
        if language == "en"
        else ("title", "summary_id", "problem_id", "solution_id")
    )
    records = map(json.loads, RECORDS.read_text(encoding="utf-8").splitlines())
    return [record[name] for record in records for name in names if record.get(name)]
