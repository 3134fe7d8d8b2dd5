"""Checking: what differs between database and index is found key by key, and mended."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from search import changes, checker, followers
from search.models import Follower, PendingChange, RecordVersion
from search.types import Tombstone
from search.worker.index import CheckJob
from tests.doubles import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def synced(engine, follower, records):
    """Five records, all in the index."""
    keys = records.add(5)
    changes.record(keys)
    follow(engine)
    return keys


def follow(engine):
    follower = Follower.objects.get(name=engine.health().generation)
    return followers.follow(follower=follower, target=engine, source=engine.definition.source)


def test_an_index_that_agrees(engine, synced):
    report = checker.check(engine=engine)
    assert report.ok
    assert (report.database, report.index, report.drift, report.damage) == (5, 5, (), ())
    assert report.summary() == "5 public records, 5 in the index: no difference"


def test_every_kind_of_difference_is_found_and_mended(engine, synced, records):
    missing, ghost, stale, ahead, _ = synced
    engine.apply([Tombstone(missing, 2)])
    del records.titles[ghost]
    RecordVersion.objects.filter(key=stale).update(version=4)
    RecordVersion.objects.filter(key=missing).update(version=2)
    engine.apply([document(ahead, 9, "dari cadangan")])

    report = checker.check(engine=engine)

    assert (report.missing, report.ghosts, report.stale, report.ahead) == (
        (missing,),
        (ghost,),
        (stale,),
        (ahead,),
    )
    assert not report.ok

    checker.mend(report=report, engine=engine)
    follow(engine)
    after = checker.check(engine=engine)
    assert after.ok, after.summary()
    assert dict(engine.keys())[ahead] == 10


def test_a_change_on_its_way_is_no_difference(engine, synced, records):
    (new,) = records.add()
    del records.titles[synced[0]]
    changes.record([new, *synced])
    report = checker.check(engine=engine)
    assert report.ok
    assert report.pending == 6


def test_a_record_that_changes_during_the_check_is_left_out(engine, synced, records, monkeypatch):
    """Committed and applied between the look at the database and the look at the index."""
    key = synced[0]
    read = engine.inner.keys

    def publish_then_read():
        changes.record([key])
        follow(engine)
        return read()

    monkeypatch.setattr(engine, "keys", publish_then_read)
    assert checker.check(engine=engine).ok


def test_a_parked_change_is_reported_and_tried_again(engine, synced):
    engine.refused.add(synced[0])
    changes.record([synced[0]])
    follow(engine)
    report = checker.check(engine=engine)
    assert (report.parked, report.drift, report.ok) == (1, (), False)

    engine.refused.clear()
    checker.mend(report=report, engine=engine)
    follow(engine)
    assert checker.check(engine=engine).ok


def test_an_index_nobody_follows_is_damaged(engine, synced):
    Follower.objects.all().delete()
    assert checker.check(engine=engine).damage == ("no follower brings it changes",)


def test_an_index_that_does_not_answer_is_damaged(engine):
    assert checker.check(engine=engine).damage


def test_the_number_of_statements_does_not_grow_with_drift(
    engine, synced, records, django_assert_max_num_queries
):
    for key in list(records.titles):
        del records.titles[key]
    with django_assert_max_num_queries(6):
        report = checker.check(engine=engine)
    assert len(report.ghosts) == 5


def test_the_worker_mends_drift_and_rebuilds_when_that_did_not_help(engine, synced):
    job = CheckJob(engine)
    lost = synced[0]
    engine.apply([Tombstone(lost, 7)])
    generation = engine.health().generation

    assert job.check().missing == (lost,)
    follow(engine)
    assert job.check().missing == (lost,)

    assert engine.health().generation != generation
    assert job.check().ok


def test_the_worker_rebuilds_a_damaged_index(engine, synced):
    engine.damage = ["one file has other content than was written"]
    generation = engine.health().generation
    CheckJob(engine).check()
    assert engine.health().generation != generation
    assert len(list(engine.keys())) == 5


def test_the_worker_checks_once_in_five_minutes(engine, synced, monkeypatch):
    checked = []
    monkeypatch.setattr(checker, "check", lambda engine: checked.append(1) or checker.Report("x", "y"))
    for _ in range(3):
        CheckJob(engine).work()
    assert len(checked) == 1


class TestCommand:
    @pytest.fixture(autouse=True)
    def _site(self, engine, monkeypatch):
        monkeypatch.setattr("search.management.commands.search_check.get_engine", lambda: engine)

    def test_agreement_ends_with_0(self, synced, capsys):
        call_command("search_check")
        assert capsys.readouterr().out == "faulty: 5 public records, 5 in the index: no difference\n"

    def test_difference_ends_with_1(self, engine, synced, capsys):
        engine.apply([Tombstone(synced[0], 1)])
        with pytest.raises(SystemExit) as ended:
            call_command("search_check")
        assert ended.value.code == 1
        assert "1 missing" in capsys.readouterr().out

    def test_repair_mends_and_ends_with_0(self, engine, synced, records, capsys):
        del records.titles[synced[0]]
        call_command("search_check", repair=True)
        assert set(dict(engine.keys())) == set(synced[1:])
        assert "no difference" in capsys.readouterr().out

    def test_repair_rebuilds_what_was_never_built(self, engine, records, capsys):
        records.add(2)
        call_command("search_check", repair=True)
        assert len(list(engine.keys())) == 2

    def test_repair_rebuilds_when_mending_did_not_help(self, engine, synced):
        engine.apply([Tombstone(synced[0], 7)])
        call_command("search_check", repair=True)
        assert set(dict(engine.keys())) == set(synced)

    def test_json_holds_every_key(self, engine, synced, records, capsys):
        del records.titles[synced[0]]
        with pytest.raises(SystemExit):
            call_command("search_check", json=True)
        report = json.loads(capsys.readouterr().out)
        assert report["ghosts"] == [synced[0]]
        assert report["ok"] is False

    def test_a_database_that_is_down_ends_with_2(self, monkeypatch):
        def down(**kwargs):
            raise OperationalError("could not connect")

        monkeypatch.setattr(checker, "check", down)
        with pytest.raises(CommandError, match="could not connect") as ended:
            call_command("search_check")
        assert ended.value.returncode == 2


def test_a_version_is_caught_up_and_never_lowered():
    first, second = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
    changes.record([first])
    changes.catch_up({first: 5, second: 3})
    changes.catch_up({first: 2})
    found = {str(row.key): row.version for row in RecordVersion.objects.all()}
    assert found == {first: 5, second: 3}
    assert not PendingChange.objects.exists()
