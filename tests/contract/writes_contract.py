"""Contract: versions, tombstones, builds; what is written is what is found, nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.errors import RebuildRunning, SearchUnavailable
from search.types import Acknowledgement, Document, IndexState, SearchRequest, Tombstone
from tests.contract.base import INHERITED, EngineFixtures, fill
from tests.contract.records import document

KEYS = ("a", "b", "c")
CHANGES = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(1, 9), st.booleans()), min_size=1, max_size=14
)


def change_of(key: str, version: int, alive: bool) -> Document | Tombstone:
    """A record is gone at every third version, whoever asks: one version is one state."""
    gone = version % 3 == 0 if alive else version % 3 != 1
    return Tombstone(key, version) if gone else document(key, f"Versi {version}", version=version)


class WritesContract(EngineFixtures):
    def state(self, engine) -> dict[str, int]:
        """Key → version, by search and by the list of keys; they must agree."""
        hits = engine.search(SearchRequest(size=100)).hits
        assert dict(engine.keys()) == {hit.key: hit.stored["version"] for hit in hits}
        return dict(engine.keys())

    def test_a_change_is_visible_once_it_is_acknowledged(self, make):
        engine, other = make(document("a", "Pasar")), make()
        assert self.found(other, "pasar") == ["a"]
        done = engine.apply([document("a", "Sungai", version=2), document("b", "Pasar", version=1)])
        assert done == [Acknowledgement("a", 2), Acknowledgement("b", 1)]
        for reader in (engine, other):
            assert self.found(reader, "pasar") == ["b"]
            assert self.found(reader, "sungai") == ["a"]
        assert engine.apply([]) == []

    def test_an_older_version_never_overwrites_a_newer_one(self, make):
        engine = make(document("a", version=5))
        assert engine.apply([document("a", "Lama", version=4)]) == [Acknowledgement("a", 4)]
        assert self.state(engine) == {"a": 5}

    def test_nor_does_it_come_back_after_a_tombstone(self, make):
        engine = make(document("a", version=1))
        engine.apply([Tombstone("a", 3)])
        engine.apply([document("a", version=2)])
        assert self.state(engine) == {}
        engine.apply([Tombstone("new", 7), document("new", version=6)])
        assert self.state(engine) == {}
        engine.apply([document("a", version=4)])
        assert self.state(engine) == {"a": 4}

    def test_order_within_a_batch_does_not_matter(self, make):
        engine = make(document("x"))
        engine.apply([document("a", version=3), Tombstone("a", 2), document("a", version=1)])
        engine.apply([Tombstone("x", 9), document("x", version=8)])
        assert self.state(engine) == {"a": 3}

    @settings(max_examples=25, deadline=None, suppress_health_check=INHERITED)
    @given(changes=CHANGES, cut=st.integers(0, 14), alive=st.booleans())
    def test_the_last_version_wins_whatever_the_order(self, make, changes, cut, alive):
        engine = make(document("other"))
        parts = [change_of(key, version, alive) for key, version, _ in changes]
        for batch in (parts[:cut], parts[cut:]):
            assert [done.error for done in engine.apply(batch)] == [None] * len(batch)
        last = {key: max(v for k, v, _ in changes if k == key) for key in {key for key, _, _ in changes}}
        alive_ones = {k: v for k, v in last.items() if not isinstance(change_of(k, v, alive), Tombstone)}
        assert self.state(engine) == {"other": 1} | alive_ones

    def test_a_tombstone_is_found_nowhere(self, make):
        facets = {"sector": ("sector-1",), "agency": ("agency-1",), "matter": ("matter-1",)}
        gone = document("gone", "Posyandu keliling", facets=facets, year=2020, summary="stunting")
        kept = document("kept", "Posyandu keliling", facets=facets, year=2020, summary="stunting")
        engine = make(gone, kept)
        assert {
            v.count for facet in engine.search(SearchRequest()).facets.values() for v in facet.values
        } == {2}
        engine.apply([Tombstone("gone", 2)])
        for query in ("", "posyandu", '"posyandu keliling"'):
            response = engine.search(SearchRequest(query=query))
            assert (response.total, [hit.key for hit in response.hits]) == (1, ["kept"])
            counts = {value.count for facet in response.facets.values() for value in facet.values}
            assert counts == {1}
        groups = {group.kind: group.items for group in engine.suggest("posyandu", "id")}
        assert [item.key for item in groups["title"]] == ["kept"]
        assert engine.suggest("agency", "id")[0].items[0].count == 1
        assert engine.similar("kept", "id") == engine.similar("gone", "id") == ()
        assert list(engine.all_keys(SearchRequest(query="posyandu"))) == ["kept"]
        assert dict(engine.keys()) == {"kept": 1}
        assert engine.health().documents == 1

    def test_each_change_is_acknowledged_by_itself(self, make):
        engine = make(document("a"))
        poisoned = replace(document("bad"), stored={"when": object()})
        odd = replace(document("odd"), facets={"sector": ("\ud800",)})
        done = engine.apply([document("b"), poisoned, odd, Tombstone("a", 2), document("c")])
        assert [(ack.key, ack.error is None) for ack in done] == [
            ("b", True), ("bad", False), ("odd", False), ("a", True), ("c", True),
        ]  # fmt: skip
        assert set(self.state(engine)) == {"b", "c"}

    def test_a_build_is_invisible_until_it_is_activated(self, make):
        engine = make(document("old", "Pasar"))
        before = engine.health().generation
        build = engine.start_build()
        assert build.load([document("new", "Sungai"), document("changed", "Lama", version=1)]) == 2
        assert self.found(engine) == ["old"]
        assert engine.apply([document("meanwhile")])[0].error is None
        assert set(self.found(engine)) == {"old", "meanwhile"}
        done = build.apply(
            [document("changed", "Baru", version=2), Tombstone("new", 4), document("new", version=3)]
        )
        assert [ack.error for ack in done] == [None, None, None]
        assert set(self.found(engine)) == {"old", "meanwhile"}
        build.activate()
        assert self.found(engine) == ["changed"]
        assert self.found(engine, "baru") == ["changed"]
        assert self.found(make()) == ["changed"]
        assert engine.health().generation == build.name != before
        engine.apply([document("new", version=3)])
        assert self.found(engine) == ["changed"]

    def test_a_discarded_build_leaves_nothing(self, make):
        engine = make(document("old"))
        build = engine.start_build()
        build.load([document("new")])
        build.discard()
        assert self.found(engine) == ["old"]
        fill(engine, [document("newest")])
        assert self.found(engine) == ["newest"]

    def test_two_builds_at_once_are_refused(self, make):
        engine, other = make(document("a")), make()
        build = engine.start_build()
        with pytest.raises(RebuildRunning):
            other.start_build()
        build.discard()
        other.start_build().discard()

    def test_without_an_index_searches_say_so(self, make):
        engine = make()
        health = engine.health()
        assert health.state is IndexState.MISSING
        assert health.reason
        for call in (
            lambda: engine.search(SearchRequest()),
            lambda: engine.suggest("a", "id"),
            lambda: engine.similar("a", "id"),
            lambda: engine.alike("a", "id"),
            lambda: list(engine.keys()),
            lambda: list(engine.all_keys(SearchRequest())),
            lambda: engine.apply([document("a")]),
        ):
            with pytest.raises(SearchUnavailable):
                call()
        assert engine.verify() != []
        fill(engine, [document("a")])
        assert engine.health().ok
        assert self.found(engine) == ["a"]
        assert engine.verify() == []

    def test_an_index_of_another_schema_version_does_not_answer(self, make):
        engine = make(document("a"))
        newer = make(schema_version="2")
        assert newer.health().state is IndexState.OTHER_SCHEMA
        with pytest.raises(SearchUnavailable):
            newer.search(SearchRequest())
        with pytest.raises(SearchUnavailable):
            newer.apply([document("b")])
        fill(newer, [document("c")])
        assert self.found(newer) == ["c"]
        assert engine.health().state is IndexState.OTHER_SCHEMA

    def test_an_empty_index_answers(self, make):
        engine = fill(make(), [])
        response = engine.search(SearchRequest(query="apa pun"))
        assert (response.total, response.hits, response.advice) == (0, (), None)
        assert engine.search(SearchRequest()).total == 0
        assert engine.suggest("apa", "id") == ()
        assert engine.health().ok
        assert engine.apply([document("a")])[0].error is None
        assert self.found(engine) == ["a"]
