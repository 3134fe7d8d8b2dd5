"""What must hold after every fault: the index is the database's live and public records, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from search import checker
from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch import layout as names
from search.models import RecordVersion
from search.types import Document, SearchRequest
from tests.doubles import FaultyEngine

EVERYTHING = SearchRequest(size=100)
MOST_VALUES = 5_000


def assert_index_tells_the_truth(engine: SearchEngine) -> None:
    """Keys, versions, hits, total and every facet's counts are those of the database; nothing is owed.

    Of Elasticsearch the raw documents as well: every one of the site's indices, tombstones included.
    """
    if isinstance(engine, FaultyEngine):
        engine = engine.inner
    report = checker.check(engine=engine)
    assert report.ok, report.summary()
    assert not report.pending, report.summary()
    documents = public_documents(engine)
    assert dict(engine.keys()) == {key: document.version for key, document in documents.items()}
    assert sorted(engine.all_keys(EVERYTHING)) == sorted(documents)
    facets = engine.definition.facets
    sizes = {facet.code: MOST_VALUES for facet in facets}
    found = engine.search(SearchRequest(size=1, facet_sizes=sizes))
    assert found.total == len(documents)
    told = {
        code: {item.value: item.count for item in facet.values if item.count}
        for code, facet in found.facets.items()
    }
    counted = counts(documents.values())
    assert told == {facet.code: counted.get(facet.code, {}) for facet in facets}
    if isinstance(engine, ElasticsearchEngine):
        assert_nothing_else_is_kept(engine, documents)


def public_documents(engine: SearchEngine) -> dict[str, Document]:
    """The documents the index should hold, made from the database now."""
    source = engine.definition.source
    keys = list(source.public_keys())
    recorded = {str(row.key): row.version for row in RecordVersion.objects.all()}
    versions = {key: recorded.get(key, 1) for key in keys}
    return {document.key: document for document in source.documents(keys, versions)}


def counts(documents: Iterable[Document]) -> dict[str, dict[str, int]]:
    """Facet → value → number of documents, by counting them one by one."""
    found: dict[str, Counter[str]] = {}
    for document in documents:
        for code, values in document.facets.items():
            found.setdefault(code, Counter()).update(set(values))
    return {code: dict(counter) for code, counter in found.items()}


def assert_nothing_else_is_kept(engine: ElasticsearchEngine, documents: Mapping[str, Document]) -> None:
    """One index and no other; in it each public record, and tombstones that carry a version alone."""
    assert list(engine.indices.aliases()) == [engine.health().generation]
    live = {}
    for hit in raw_documents(engine):
        source = hit["_source"]
        assert hit["_version"] == source[names.VERSION]
        if names.GONE in source:
            assert source == {names.GONE: True, names.VERSION: hit["_version"]}
            assert hit["_id"] not in documents
        else:
            live[hit["_id"]] = hit["_version"]
    assert live == {key: document.version for key, document in documents.items()}


def raw_documents(engine: ElasticsearchEngine) -> Iterator[dict]:
    """Every document of every index of the site's prefix, without the filter that hides tombstones."""
    every = f"{engine.indices.prefix}-*"
    engine.client.options(request_timeout=20).indices.refresh(index=every)
    answer = engine.client.options(request_timeout=20).search(
        index=every, query={"match_all": {}}, size=10_000, version=True, track_total_hits=True
    )
    assert answer["hits"]["total"]["value"] == len(answer["hits"]["hits"])
    yield from answer["hits"]["hits"]
