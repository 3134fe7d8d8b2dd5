"""Rebuilding: the old index answers until the new one has everything, also what changed meanwhile."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from search import changes, followers, leases, rebuild
from search.errors import LeaseLost, RebuildRunning, SearchUnavailable, Stopped
from search.models import Follower, Lease, RecordVersion
from search.types import SearchRequest
from tests.doubles import MemoryBuild, MemoryEngine, definition

pytestmark = pytest.mark.django_db


@pytest.fixture
def site_engine(engine, monkeypatch):
    """The engine under test as the site's."""
    for command in ("search_rebuild", "search_check"):
        monkeypatch.setattr(f"search.management.commands.{command}.get_engine", lambda: engine)
    return engine


def test_everything_public_is_loaded_at_its_version(engine, records):
    keys = records.add(3)
    changes.record(keys[:2])
    changes.record(keys[:1])

    report = rebuild.rebuild(engine=engine)

    assert report.documents == 3
    assert dict(engine.keys()) == {keys[0]: 2, keys[1]: 1, keys[2]: 1}
    assert RecordVersion.objects.count() == 3
    assert Follower.objects.get().name == report.generation == engine.health().generation
    assert Follower.objects.get().state == Follower.State.ACTIVE


def test_the_old_generation_answers_until_the_switch_and_its_follower_then_goes(engine, records, monkeypatch):
    old = records.add(2)
    rebuild.rebuild(engine=engine)
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    records.add(5)
    seen = []

    def look(step):
        seen.append(engine.search(SearchRequest()).total)

    report = rebuild.rebuild(engine=engine, progress=look)

    assert seen == [2, 2, 2, 2]
    assert engine.search(SearchRequest()).total == 7
    assert set(old) <= set(dict(engine.keys()))
    assert list(Follower.objects.values_list("name", flat=True)) == [report.generation]


def test_edits_during_a_rebuild_are_in_the_new_index(engine, follower, records, monkeypatch):
    monkeypatch.setattr(rebuild, "CHUNK", 3)
    keys = records.add(12, title="lama")
    changes.record(keys)

    def edit(step):
        changed, withdrawn = keys[step.loaded - 3], keys[step.loaded - 2]
        records.titles[changed] = "baru"
        del records.titles[withdrawn]
        changes.record([changed, withdrawn, *records.add()])

    report = rebuild.rebuild(engine=engine, progress=edit)

    assert report.replayed == 12
    hits = {hit.key: hit.stored["title"]["id"] for hit in engine.search(SearchRequest(size=100)).hits}
    assert hits == records.titles
    assert dict(engine.keys()) == {
        str(row.key): row.version for row in RecordVersion.objects.filter(key__in=records.titles)
    }


@pytest.mark.parametrize("fault", ["stop", "explode", "interrupt"])
def test_a_rebuild_that_ends_half_way_leaves_the_old_index_answering(engine, records, monkeypatch, fault):
    keys = records.add(4)
    first = rebuild.rebuild(engine=engine)
    monkeypatch.setattr(rebuild, "CHUNK", 2)

    def explode(step):
        raise {"explode": RuntimeError, "interrupt": KeyboardInterrupt}[fault]

    options = {"should_stop": lambda: True} if fault == "stop" else {"progress": explode}
    with pytest.raises((Stopped, RuntimeError, KeyboardInterrupt)):
        rebuild.rebuild(engine=engine, **options)

    assert engine.health().generation == first.generation
    assert set(dict(engine.keys())) == set(keys)
    assert Follower.objects.get().name == first.generation
    assert not rebuild.running(engine)


def test_what_a_killed_rebuild_left_is_cleared_up_by_the_next(engine, records):
    records.add(2)
    first = rebuild.rebuild(engine=engine)
    abandoned = followers.register(name="killed", engine=engine.name, place=engine.place)
    changes.record(records.add())
    Lease.objects.create(name=rebuild.lease_name(engine), holder="killed", expires_at=abandoned.created_at)

    second = rebuild.rebuild(engine=engine)

    assert second.generation != first.generation
    assert list(Follower.objects.values_list("name", flat=True)) == [second.generation]
    assert len(list(engine.keys())) == 3


def test_only_one_rebuild_runs_at_a_time(engine):
    engine.name_place()
    leases.acquire(name=rebuild.lease_name(engine), holder="another", seconds=60)
    with pytest.raises(RebuildRunning):
        rebuild.rebuild(engine=engine)
    assert rebuild.running(engine)


def test_a_rebuild_whose_lease_was_taken_over_gives_up(engine, records, monkeypatch):
    records.add(4)
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    take_over = {"holder": "another"}

    with pytest.raises(LeaseLost):
        rebuild.rebuild(engine=engine, progress=lambda step: Lease.objects.update(**take_over))

    assert engine.health().ok is False
    assert not Follower.objects.exists()
    assert Lease.objects.get().holder == "another"


def test_an_index_that_cannot_be_written_is_said_so(engine):
    engine.down = True
    with pytest.raises(SearchUnavailable):
        rebuild.rebuild(engine=engine)
    assert not rebuild.running(engine)


def test_a_broken_record_is_parked_and_the_rest_is_loaded(engine, records):
    keys = records.add(10)
    records.broken.add(keys[4])

    report = rebuild.rebuild(engine=engine)

    assert engine.health().generation == report.generation
    assert set(dict(engine.keys())) == set(keys) - {keys[4]}
    assert str(changes.parked().get().key) == keys[4]


def test_chunks_that_fail_on_their_way_are_taken_one_by_one(records, monkeypatch):
    """An engine may take two chunks while the next is read: their failure shows later."""
    engine = MemoryEngine(definition(records))
    monkeypatch.setattr(rebuild, "CHUNK", 2)
    keys, reads, begun = records.add(8), [], []

    def load_later(build, documents):
        begun.append([document.key for document in documents])
        number = len(begun)

        def wait():
            reads.append((number, len(begun)))
            if number == 2:
                raise RuntimeError("lost")
            return build.load(documents)

        return wait

    monkeypatch.setattr(MemoryBuild, "load_later", load_later)
    report = rebuild.rebuild(engine=engine)
    assert reads == [(1, 3), (2, 4), (3, 4), (4, 4)]
    assert (report.documents, report.replayed) == (6, 2)
    assert set(dict(engine.keys())) == set(keys)


def test_progress_counts_up_to_the_total(engine, records, monkeypatch):
    monkeypatch.setattr(rebuild, "CHUNK", 4)
    records.add(10)
    steps = []
    rebuild.rebuild(engine=engine, progress=steps.append)
    assert [(step.loaded, step.total) for step in steps] == [(4, 10), (8, 10), (10, 10)]


def test_loading_takes_a_fixed_number_of_statements_a_chunk(
    engine, records, monkeypatch, django_assert_max_num_queries
):
    records.add(600)
    changes.record(list(records.titles))
    monkeypatch.setattr(rebuild, "CHUNK", 100)
    with django_assert_max_num_queries(6 * 3 + 30):
        rebuild.rebuild(engine=engine)


def test_the_command_prints_progress_and_a_last_line_with_figures(site_engine, records, capsys):
    records.add(3)
    call_command("search_rebuild")
    *progress, last = capsys.readouterr().out.splitlines()
    assert progress[0].startswith("3 of 3 records")
    assert last.startswith("faulty: 3 records, 0 changes since, in ")
    assert site_engine.health().generation in last


def test_the_command_says_in_one_line_why_it_could_not(site_engine):
    site_engine.down = True
    with pytest.raises(CommandError, match="connection refused"):
        call_command("search_rebuild")
