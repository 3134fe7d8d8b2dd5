"""The judged queries on the real records, asked of both engines: the goals a release keeps.

``python manage.py search_relevance tests/relevance/judgements.toml`` prints the figures, query by query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from search import synonyms
from search.engines.base import SearchEngine
from search.engines.embedded import EmbeddedEngine
from search.rebuild import rebuild
from search.registry import definition
from search.relevance.judgements import load
from search.relevance.measuring import Report, measure, record_keys
from tests import cluster

JUDGEMENTS = Path(__file__).parent / "judgements.toml"
NDCG = 0.80
RECOVERED = 0.90
ENGINES = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@pytest.fixture(scope="module")
def real_records(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The demonstration's records, gone again after this file's last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo_real", verbosity=0)
        synonyms.forget()
        yield
        transaction.set_rollback(True)
    synonyms.forget()


@pytest.fixture(scope="module", params=ENGINES)
def report(request, real_records, django_db_blocker, tmp_path_factory) -> Report:
    with django_db_blocker.unblock(), engine(request.param, tmp_path_factory) as asked:
        rebuild(engine=asked)
        judged = load(JUDGEMENTS)
        return measure(asked, judged, record_keys(definition().source, judged))


@contextmanager
def engine(name: str, folders: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    if name == "embedded":
        yield EmbeddedEngine(definition(), folders.mktemp("relevance") / "index")
    else:
        with cluster.engine(definition()) as found:
            yield found


def test_the_set_is_large_and_has_every_kind_of_words() -> None:
    kinds = Counter(judged.kind for judged in load(JUDGEMENTS))
    assert set(kinds) == {"indonesian", "english", "acronym", "misspelt"}
    assert min(kinds.values()) >= 15
    assert kinds.total() >= 70


def test_misspelt_queries_alone_name_what_was_meant() -> None:
    for judged in load(JUDGEMENTS):
        assert bool(judged.meant) == (judged.kind == "misspelt"), judged.words


@pytest.mark.django_db
def test_the_best_records_come_first(report: Report) -> None:
    assert report.all.mean >= NDCG
    assert {kind: figures for kind, figures in report.kinds.items() if figures.mean < NDCG} == {}


@pytest.mark.django_db
def test_misspellings_are_recovered(report: Report) -> None:
    lost = [outcome.judged.words for outcome in report.misspelt if not outcome.recovered]
    assert report.recovered >= RECOVERED, lost


@pytest.mark.django_db
def test_nothing_is_suggested_where_there_are_exact_hits(report: Report) -> None:
    assert [outcome.judged.words for outcome in report.needless] == []
    right = [outcome for outcome in report.outcomes if not outcome.judged.meant]
    assert [outcome.judged.words for outcome in right if outcome.found and outcome.suggestion] == []
