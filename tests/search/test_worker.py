"""The worker's jobs, one step at a time: no thread, no waiting, a clock that the test moves."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from search import changes, followers, leases, rebuild
from search.errors import SearchUnavailable
from search.health import index_health, readiness
from search.models import Follower, Lease, PendingChange
from search.worker import periodic, supervisor
from search.worker.index import FollowJob
from search.worker.loop import Loop
from search.worker.periodic import Periodic, ScheduleJob
from search.worker.tasks import TasksJob, requeue_orphans
from tests.search import sample_tasks

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def job(engine, clock) -> FollowJob:
    return FollowJob(engine, clock=clock)


class TestFollowing:
    def test_an_index_that_is_missing_is_built_with_a_line_in_the_log(self, job, engine, records, caplog):
        records.add(3)
        with caplog.at_level(logging.INFO, "search"):
            job.work()
        assert len(list(engine.keys())) == 3
        assert "Rebuilding the faulty index: the index is missing" in caplog.text
        assert "is rebuilt: 3 records" in caplog.text

    def test_a_committed_change_is_there_after_the_next_look(self, job, engine, records):
        job.work()
        (key,) = records.add()
        changes.record([key])
        job.work()
        assert dict(engine.keys()) == {key: 1}

    def test_a_look_at_nothing_is_one_query(self, job, django_assert_num_queries):
        job.work()
        with django_assert_num_queries(1):
            job.work()

    def test_an_index_whose_follower_was_dropped_is_rebuilt(self, job, engine, clock):
        job.work()
        generation = engine.health().generation
        Follower.objects.all().delete()
        clock.now += 1
        job.work()
        assert engine.health().generation != generation
        assert Follower.objects.get().name == engine.health().generation

    def test_one_worker_follows_and_another_takes_over_when_it_ends(self, engine, clock, records):
        first, second = FollowJob(engine, clock=clock), FollowJob(engine, clock=clock)
        first.work()
        second.work()
        changes.record(records.add())

        second.work()
        assert list(engine.keys()) == []
        first.close()
        clock.now += 1
        second.work()
        assert len(list(engine.keys())) == 1

    def test_a_worker_that_was_killed_is_replaced_when_its_lease_ends(self, engine, clock, records):
        FollowJob(engine, clock=clock).work()
        changes.record(records.add())
        Lease.objects.update(expires_at=F("expires_at") - timedelta(seconds=11))
        FollowJob(engine, clock=clock).work()
        assert len(list(engine.keys())) == 1

    def test_a_worker_that_lost_its_lease_stops_following(self, engine, clock, records):
        job = FollowJob(engine, clock=clock)
        job.work()
        Lease.objects.update(holder="another")
        clock.now += 5
        changes.record(records.add())
        job.work()
        assert list(engine.keys()) == []

    def test_it_says_that_it_lives(self, job, clock):
        job.work()
        Follower.objects.update(last_seen=timezone.now() - timedelta(hours=1))
        clock.now += 5
        job.work()
        assert timezone.now() - Follower.objects.get().last_seen < timedelta(minutes=1)

    def test_it_goes_on_with_a_generation_another_process_has_built(self, job, engine, clock, records):
        job.work()
        rebuild.rebuild(engine=engine)
        changes.record(records.add())
        clock.now += 1
        job.work()
        assert len(list(engine.keys())) == 1
        assert not PendingChange.objects.exists()

    def test_the_rows_of_an_index_that_was_lost_go_with_its_follower(self, job, engine, clock, records):
        job.work()
        lost = Follower.objects.get()
        changes.record(records.add(2))
        engine.lose()
        clock.now += 1
        job.work()
        assert len(list(engine.keys())) == 2
        assert Follower.objects.get() != lost
        assert not PendingChange.objects.exists()

    def test_it_waits_while_another_process_rebuilds(self, job, engine):
        engine.name_place()
        leases.acquire(name=rebuild.lease_name(engine), holder="another", seconds=60)
        job.work()
        assert not engine.health().ok

    def test_an_engine_that_is_down_is_tried_again_and_nothing_is_lost(self, job, engine, records):
        job.work()
        changes.record(records.add(2))
        engine.down = True
        with pytest.raises(SearchUnavailable):
            job.work()
        engine.down = False
        job.work()
        assert len(list(engine.keys())) == 2

    def test_asked_to_stop_it_ends_between_two_batches(self, engine, clock, records):
        stop = Event()
        job = FollowJob(engine, clock=clock, should_stop=stop.is_set)
        job.work()
        changes.record(records.add(followers.BATCH + 7))
        engine.after_apply = lambda applied: stop.set()
        job.work()
        assert PendingChange.objects.count() == 7


class Scripted:
    """A job that does what the script says."""

    name = "scripted"
    pause = 0.2

    def __init__(self, *script):
        self.script = list(script)
        self.opened = self.closed = 0

    def open(self):
        self.opened += 1

    def work(self):
        step = self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        return step

    def close(self):
        self.closed += 1


class TestLoop:
    def test_it_pauses_only_when_nothing_is_due(self):
        loop = Loop(Scripted(True, False), Event())
        assert [loop.step(), loop.step()] == [0.0, 0.2]

    def test_it_rests_as_long_as_the_job_says(self):
        loop = Loop(Scripted(0.7, True), Event())
        assert [loop.step(), loop.step()] == [0.7, 0.0]

    @pytest.mark.parametrize(
        "error", [OperationalError("connection refused"), SearchUnavailable("read-only")]
    )
    def test_an_outage_is_waited_out_with_one_line_at_its_start_and_one_at_its_end(self, error, caplog):
        job = Scripted(*[error] * 8, False)
        loop = Loop(job, Event())
        with caplog.at_level(logging.INFO, "search.worker.loop"):
            pauses = [loop.step() for _ in range(9)]
        assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0, 0.2]
        assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
        assert str(error) in caplog.text

    def test_any_other_error_is_logged_and_the_loop_goes_on(self, caplog):
        loop = Loop(Scripted(ValueError("surprise"), False), Event())
        assert loop.step() == 0.5
        assert "surprise" in caplog.text
        assert loop.step() == 0.2

    def test_opening_is_tried_until_it_works_once(self):
        job = Scripted(False, False)
        attempts = iter([OperationalError("down")])

        def open_job():
            job.opened += 1
            if error := next(attempts, None):
                raise error

        job.open = open_job
        loop = Loop(job, Event())
        assert [loop.step(), loop.step(), loop.step()] == [0.5, 0.2, 0.2]
        assert job.opened == 2


class TestSchedule:
    @pytest.fixture(autouse=True)
    def _only_ours(self, monkeypatch):
        monkeypatch.setattr(periodic, "_registered", {})

    def register(self, name="count", **options):
        ran = []
        periodic.register(Periodic(name, 60, lambda: ran.append(1), **options))
        return ran

    @pytest.mark.parametrize("atomic", [True, False])
    def test_each_turn_comes_once_over_all_workers(self, atomic):
        ran = self.register(atomic=atomic)
        for _ in range(3):
            ScheduleJob().work()
        assert len(ran) == 1
        Lease.objects.update(expires_at=F("expires_at") - timedelta(seconds=61))
        ScheduleJob().work()
        assert len(ran) == 2

    def test_work_that_fails_is_undone_and_holds_up_nothing(self, caplog):
        key = "00000000-0000-4000-8000-000000000001"

        def fail():
            changes.record([key])
            raise RuntimeError("half-way")

        follower = Follower.objects.create(name="x", engine="memory", host="here")
        periodic.register(Periodic("fail", 60, fail, atomic=True))
        ran = self.register()

        for _ in range(2):
            ScheduleJob().work()

        assert len(ran) == 1
        assert not follower.pending.exists()
        assert caplog.text.count("RuntimeError: half-way") == 1

    def test_a_database_outage_is_the_loops_business(self):
        def lose():
            raise OperationalError("gone")

        periodic.register(Periodic("lose", 60, lose))
        with pytest.raises(OperationalError):
            ScheduleJob().work()


def test_scheduled_pages_and_housekeeping_are_registered():
    assert {"publish_scheduled", "search_housekeeping"} <= set(periodic._registered)
    assert periodic._registered["publish_scheduled"].atomic


class TestTasks:
    @pytest.fixture(autouse=True)
    def _in_the_database(self, settings):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
        sample_tasks.done.clear()

    def test_tasks_run_one_after_another(self):
        sample_tasks.note.enqueue("satu")
        sample_tasks.note.enqueue("dua")
        job = TasksJob()
        assert [job.work(), job.work(), job.work()] == [True, True, False]
        assert sorted(sample_tasks.done) == ["dua", "satu"]

    def test_tasks_in_no_hurry_come_last(self):
        sample_tasks.unhurried.enqueue("nanti")
        sample_tasks.note.enqueue("dulu")
        job = TasksJob()
        assert job.work() is True
        assert sample_tasks.done == ["dulu"]
        assert isinstance(job.work(), float)
        assert sample_tasks.done == ["dulu", "nanti"]

    @pytest.mark.parametrize(("took", "rest"), [(0.01, 0.15), (0.4, 0.4), (60.0, 2.0)])
    def test_after_one_of_them_it_rests_as_long_as_that_took(self, took, rest):
        sample_tasks.unhurried.enqueue("nanti")
        moments = iter([1000.0, 1000.0 + took])
        assert TasksJob(clock=lambda: next(moments)).work() == pytest.approx(rest)

    def test_a_task_that_fails_is_kept_with_its_error_and_the_next_one_runs(self):
        sample_tasks.fail.enqueue()
        sample_tasks.note.enqueue("tiga")
        job = TasksJob()
        while job.work():
            pass
        assert DBTaskResult.objects.failed().get().exception_class_path == "builtins.ValueError"
        assert sample_tasks.done == ["tiga"]

    def test_a_task_whose_worker_was_killed_runs_again_once_and_then_fails(self):
        result = sample_tasks.note.enqueue("sekali")
        row = DBTaskResult.objects.get(id=result.id)
        row.claim("worker:killed")

        assert requeue_orphans() == 1
        row.refresh_from_db()
        assert row.status == TaskResultStatus.READY

        row.claim("worker:killed-too")
        assert requeue_orphans() == 1
        row.refresh_from_db()
        assert row.status == TaskResultStatus.FAILED
        assert row.exception_class_path.endswith("WorkerDied")

    def test_a_task_of_a_living_worker_is_left_alone(self):
        row = DBTaskResult.objects.get(id=sample_tasks.note.enqueue("hidup").id)
        row.claim("worker:alive")
        leases.acquire(name="worker:alive", holder="worker:alive", seconds=30)
        assert requeue_orphans() == 0

    def test_a_task_of_a_worker_of_another_kind_is_left_alone(self):
        row = DBTaskResult.objects.get(id=sample_tasks.note.enqueue("lain").id)
        row.claim("not-ours")
        assert requeue_orphans() == 0


class TestOnce:
    @pytest.fixture(autouse=True)
    def _site(self, engine, monkeypatch):
        monkeypatch.setattr(supervisor, "get_index", lambda name: engine)

    def test_once_does_everything_that_is_due_and_gives_its_leases_back(self, engine, records):
        changes.record(records.add(2))
        call_command("worker", once=True)
        assert len(list(engine.keys())) == 2
        kept = set(Lease.objects.values_list("name", flat=True))
        assert not {name for name in kept if name.startswith(("follow:", "worker:", "rebuild:"))}
        assert "turn:publish_scheduled" in kept

    def test_only_the_kinds_asked_for(self, engine):
        call_command("worker", once=True, only=["schedule"])
        assert not engine.health().ok

    def test_the_index_comes_with_its_check(self, engine):
        names = [job.name for job in supervisor.jobs(["index"])]
        assert names == ["index", "check"]


class TestHealth:
    def test_an_index_that_is_missing(self, engine):
        health = index_health(engine)
        assert (health.ok, health.late, health.generation) == (False, True, None)
        assert health.reason

    def test_an_index_that_is_followed(self, engine, job, records):
        job.work()
        changes.record(records.add(2))
        health = index_health(engine)
        assert (health.ok, health.late, health.pending, health.parked) == (True, False, 2, 0)

    def test_an_index_that_is_late(self, engine, job, records):
        job.work()
        changes.record(records.add())
        PendingChange.objects.update(recorded_at=timezone.now() - timedelta(minutes=2))
        health = index_health(engine)
        assert health.late
        assert health.lag_seconds >= 120

    def test_readiness_is_plain_data(self, engine, job, monkeypatch):
        job.work()
        monkeypatch.setattr("search.health.get_engine", lambda: engine)
        assert readiness()["ok"] is True
