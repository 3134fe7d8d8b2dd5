"""While the cluster is away the copy answers and says so; nobody waits twice; it turns back by itself."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from search.engines import get_engine, get_index, index_names
from search.engines.fallback import FallbackEngine
from search.errors import SearchUnavailable
from search.health import all_health, readiness
from search.rebuild import rebuild
from search.types import SearchRequest
from tests.doubles import FaultyEngine, MemoryEngine, definition

pytestmark = pytest.mark.django_db
ASKED = SearchRequest()
NEVER = 3_600.0
"""Seconds until the background would look at the primary: the tests look themselves."""


class Counted(FaultyEngine):
    """How often it was asked, whatever it answered."""

    asked = 0

    def _reach(self) -> None:
        self.asked += 1
        super()._reach()


@pytest.fixture
def primary(records) -> Counted:
    engine = Counted(MemoryEngine(definition(records)))
    rebuild(engine=engine.inner)
    return engine


@pytest.fixture
def copy(records) -> MemoryEngine:
    engine = MemoryEngine(definition(records))
    engine.name = "copy"
    rebuild(engine=engine)
    return engine


@pytest.fixture
def engine(primary, copy):
    engine = FallbackEngine(primary, copy, look_seconds=NEVER)
    yield engine
    engine.breaker.close()


def test_while_the_primary_answers_it_is_asked(engine):
    response = engine.search(ASKED)
    assert (response.engine, response.degraded) == ("memory", False)


@pytest.mark.parametrize(
    "read",
    [
        lambda engine: engine.search(ASKED),
        lambda engine: engine.suggest("a", "id"),
        lambda engine: engine.similar("a", "id"),
        lambda engine: engine.alike("a", "id"),
        lambda engine: engine.all_keys(ASKED),
    ],
)
def test_trouble_with_any_read_turns_to_the_copy_and_nobody_waits_again(engine, primary, read):
    primary.down = True
    read(engine)
    assert primary.asked == 1
    for _ in range(3):
        response = engine.search(ASKED)
        assert (response.engine, response.degraded) == ("copy", True)
    assert primary.asked == 1


def test_it_turns_back_when_a_look_in_the_background_finds_an_answer(engine, primary):
    primary.down = True
    engine.search(ASKED)
    assert not engine.breaker.look()
    assert engine.search(ASKED).degraded
    primary.down = False
    assert engine.breaker.look()
    assert not engine.search(ASKED).degraded


def test_the_background_looks_by_itself(primary, copy):
    primary.down = True
    engine = FallbackEngine(primary, copy, look_seconds=0.01)
    assert engine.search(ASKED).degraded
    primary.down = False
    engine.breaker._looking.join()
    assert not engine.breaker.is_open
    assert not engine.search(ASKED).degraded


def test_the_background_goes_on_looking_when_a_look_fails_for_another_reason(primary, copy):
    """A database that is away at the same time must not leave the cluster out for good."""
    primary.down = True
    engine = FallbackEngine(primary, copy, look_seconds=0.01)
    assert engine.search(ASKED).degraded
    looks = []

    def probe() -> None:
        looks.append(len(looks))
        if len(looks) < 3:
            raise OperationalError("the database is restarting")

    engine.breaker.probe = probe
    engine.breaker._looking.join(10)
    assert looks == [0, 1, 2]
    assert not engine.breaker.is_open


def test_an_index_that_is_missing_is_trouble_too(engine, primary):
    primary.lose()
    assert engine.search(ASKED).degraded


def test_without_a_copy_search_says_that_it_is_away_at_once(primary):
    engine = FallbackEngine(primary, None, look_seconds=NEVER)
    primary.down = True
    for _ in range(3):
        with pytest.raises(SearchUnavailable):
            engine.search(ASKED)
    assert primary.asked == 1
    engine.breaker.close()


def test_a_copy_that_cannot_answer_is_no_help(engine, primary, copy):
    primary.down, copy.current = True, None
    with pytest.raises(SearchUnavailable):
        engine.search(ASKED)


def test_writes_and_health_are_the_primarys(engine, primary, copy):
    primary.down = True
    with pytest.raises(SearchUnavailable):
        engine.apply([])
    assert not engine.health().ok


def test_a_site_whose_copy_answers_is_ready(engine, primary, copy, monkeypatch):
    monkeypatch.setattr("search.health.get_engine", lambda: engine)
    assert (readiness()["ok"], readiness()["degraded"]) == (True, False)
    primary.down = True
    assert (readiness()["ok"], readiness()["degraded"]) == (True, True)
    copy.current = None
    assert (readiness()["ok"], readiness()["degraded"]) == (False, False)


class TestSettings:
    @pytest.fixture(autouse=True)
    def _cluster(self, settings, tmp_path):
        settings.SEARCH_ENGINE = "elasticsearch"
        settings.SEARCH_ENGINES = {
            "embedded": {"CLASS": "search.engines.embedded.EmbeddedEngine", "DIR": tmp_path},
            "elasticsearch": {
                "CLASS": "search.engines.elasticsearch.ElasticsearchEngine",
                "HOSTS": ["http://127.0.0.1:1"],
                "COPY": "embedded",
            },
        }

    def test_visitors_ask_the_cluster_with_its_copy_and_workers_each_by_itself(self):
        engine = get_engine()
        assert (engine.name, engine.standby().name) == ("elasticsearch", "embedded")
        assert get_engine() is engine
        assert index_names() == ("elasticsearch", "embedded")
        assert get_index("elasticsearch").standby() is None
        assert [health.engine for health in all_health()] == ["elasticsearch", "embedded"]

    def test_a_host_may_keep_no_copy(self, settings):
        settings.SEARCH_ENGINES["elasticsearch"]["COPY"] = None
        assert get_engine().standby() is None
        assert index_names() == ("elasticsearch",)
