"""``search_relevance``: what it prints of a small index, and when it can't."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.text import slugify

from search import registry
from search.engines import get_index
from search.engines.embedded import EmbeddedEngine
from search.relevance.judgements import Judged
from search.relevance.measuring import measure
from search.types import SearchRequest, SearchResponse
from tests.contract.base import fill
from tests.contract.records import document
from tests.contract.world import World

JUDGED = """
[[query]]
words = "posyandu"
kind = "topic"
grades.3 = ["posyandu-desa"]
grades.1 = ["2"]

[[query]]
words = "posyndu"
kind = "misspelt"
meant = "posyandu"

[[query]]
words = "zzzzzz"
kind = "misspelt"
meant = "posyandu"
"""


@pytest.fixture
def judgements(tmp_path: Path) -> Path:
    path = tmp_path / "judgements.toml"
    path.write_text(JUDGED, encoding="utf-8")
    return path


@pytest.fixture
def site(monkeypatch, index_folder: Path) -> World:
    """Three records in an embedded index that is this site's."""
    world = World(0)
    for key, title in {"1": "Posyandu desa", "2": "Gizi", "3": "Sungai bersih"}.items():
        stored = {"url": {"id": f"/id/innovations/{slugify(title)}/"}}
        summary = "di posyandu" if key == "2" else ""
        world.records[key] = document(key, title, summary=summary, stored=stored)
    monkeypatch.setattr(registry, "_definition", world.definition())
    fill(get_index("embedded"), world.records.values())
    return world


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("search_relevance", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_each_query_each_kind_and_all(site, judgements) -> None:
    lines = [" ".join(line.split()) for line in run(judgements).splitlines()]
    assert lines == [
        "embedded: nDCG@10",
        "1.00 topic posyandu",
        "1.00 misspelt posyndu → posyandu",
        "0.00 misspelt zzzzzz (not recovered)",
        "queries mean lowest",
        "topic 1 1.000 1.00",
        "misspelt 2 0.500 0.00",
        "all 3 0.667 0.00",
        "misspellings recovered: 1 of 2 (50%)",
        "needless suggestions: 0",
    ]


def test_as_json_for_the_engines_named(site, judgements) -> None:
    (report,) = json.loads(run(judgements, "--engine", "embedded", "--engine", "embedded", "--json"))
    assert report["all"] == {"queries": 3, "mean": pytest.approx(2 / 3), "lowest": 0}
    assert (report["recovered"], report["needless"]) == (0.5, 0)
    assert report["queries"][1] == {
        "words": "posyndu", "kind": "misspelt", "language": "id", "meant": "posyandu", "ndcg": 1,
        "found": 0, "suggestion": "posyandu", "needless": False, "recovered": True,
    }  # fmt: skip


def test_a_record_that_is_not_public_is_named(site, judgements) -> None:
    del site.records["2"]
    with pytest.raises(CommandError, match=r"called 2$") as refused:
        run(judgements)
    assert refused.value.returncode == 2


def test_a_name_of_two_records_is_no_name(site, judgements) -> None:
    site.records["3"].stored["url"] = site.records["1"].stored["url"]
    with pytest.raises(CommandError, match="posyandu-desa"):
        run(judgements)


def test_without_an_index_it_ends_with_two(site, judgements, settings, tmp_path) -> None:
    elsewhere = {**settings.SEARCH_ENGINES["embedded"], "DIR": tmp_path / "other"}
    settings.SEARCH_ENGINES = {"embedded": elsewhere}
    with pytest.raises(CommandError) as refused:
        run(judgements)
    assert refused.value.returncode == 2


class Eager(EmbeddedEngine):
    """Suggests another spelling whatever is found."""

    def answer(self, request: SearchRequest) -> SearchResponse:
        return replace(super().answer(request), suggestion="gizi")


def test_a_suggestion_beside_exact_hits_is_needless(site) -> None:
    judged = [Judged(words, "topic", "id", {"1": 3}) for words in ("posyandu", "posyandunya")]
    report = measure(Eager(site.definition(), get_index("embedded").folder), judged, {"1": "1"})
    assert [(outcome.judged.words, outcome.needless) for outcome in report.outcomes] == [
        ("posyandu", True),
        ("posyandunya", False),
    ]
