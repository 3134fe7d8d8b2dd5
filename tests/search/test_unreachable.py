"""An engine that is away is waited for; one whose index is known to be unusable is rebuilt."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from search import changes, checker, rebuild
from search.errors import SearchUnavailable
from search.health import index_health, readiness
from search.models import Follower, PendingChange
from search.types import IndexState
from search.worker.index import CheckJob, FollowJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(engine, records):
    """An index of three records with its follower, of an engine that is away."""
    records.add(3)
    report = rebuild.rebuild(engine=engine)
    engine.down = True
    return report.generation


def heal(engine) -> None:
    engine.down = False


class TestFollowing:
    def test_a_worker_that_starts_meanwhile_waits_and_then_follows(self, engine, built, records):
        job = FollowJob(engine)
        changes.record(records.add())
        with pytest.raises(SearchUnavailable, match="connection refused"):
            job.work()
        assert (Follower.objects.get().name, PendingChange.objects.count()) == (built, 1)
        heal(engine)
        job.work()
        assert engine.health().generation == built
        assert len(list(engine.keys())) == 4

    def test_a_worker_that_was_following_goes_on_with_the_same_index(self, engine, built, records):
        heal(engine)
        job = FollowJob(engine)
        job.work()
        engine.down = True
        changes.record(records.add())
        for _attempt in range(3):
            with pytest.raises(SearchUnavailable):
                job.work()
        heal(engine)
        job.work()
        assert engine.health().generation == built == Follower.objects.get().name
        assert not PendingChange.objects.exists()

    def test_a_write_after_which_it_is_away_is_not_taken_for_done(self, engine, built, records):
        heal(engine)
        job = FollowJob(engine)
        job.work()
        changes.record(records.add())
        engine.after_apply = lambda applied: setattr(engine, "down", True)
        with pytest.raises(SearchUnavailable):
            job.work()
        assert PendingChange.objects.count() == 1


class TestCheckingAndRebuilding:
    def test_away_is_no_damage(self, engine, built):
        with pytest.raises(SearchUnavailable):
            checker.check(engine=engine)
        assert CheckJob(engine).work() is False
        with pytest.raises(SearchUnavailable):
            CheckJob(engine).check()
        heal(engine)
        assert engine.health().generation == built

    def test_away_in_the_middle_of_a_check_is_no_damage_either(self, engine, built, monkeypatch):
        heal(engine)
        keys = engine.keys
        monkeypatch.setattr(engine, "keys", lambda: setattr(engine, "down", True) or keys())
        with pytest.raises(SearchUnavailable):
            CheckJob(engine).check()
        heal(engine)
        assert engine.health().generation == built

    def test_a_rebuild_that_was_asked_for_is_refused_and_drops_nobody(self, engine, built):
        # As a process leaves it that was killed right after the switch.
        Follower.objects.update(state=Follower.State.BUILDING)
        with pytest.raises(SearchUnavailable):
            rebuild.rebuild(engine=engine)
        assert Follower.objects.get().name == built
        assert not rebuild.running(engine)

    def test_the_command_could_not_compare(self, engine, built, monkeypatch):
        monkeypatch.setattr("search.management.commands.search_check.get_engine", lambda: engine)
        with pytest.raises(CommandError, match="connection refused") as ended:
            call_command("search_check", repair=True)
        assert ended.value.returncode == 2


class TestHealth:
    def test_it_says_which_of_the_two_it_is(self, engine, built):
        assert (index_health(engine).ok, index_health(engine).state) == (False, IndexState.UNREACHABLE)
        heal(engine)
        assert (index_health(engine).ok, index_health(engine).state) == (True, IndexState.READY)
        engine.lose()
        assert (index_health(engine).ok, index_health(engine).state) == (False, IndexState.MISSING)

    def test_readiness_tells_the_state_in_json(self, engine, built, monkeypatch):
        monkeypatch.setattr("search.health.get_engine", lambda: engine)
        found = json.loads(json.dumps(readiness()))
        assert (found["ok"], found["state"], found["reason"]) == (False, "unreachable", "connection refused")

    @pytest.mark.parametrize("state", IndexState)
    def test_staff_read_it_in_their_language(self, engine, built, state):
        found = replace(index_health(engine), state=state)
        texts = []
        for language in ("id", "en"):
            with translation.override(language):
                texts.append(found.explanation)
        if state is IndexState.READY:
            assert texts == ["", ""]
        else:
            assert texts[0] != texts[1]
