"""Where an index is kept: hosts rebuild their own at the same time, one place is rebuilt by one process."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from search import changes, followers, rebuild
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.errors import RebuildRunning, SearchUnavailable
from search.models import Follower, Lease
from search.worker.index import FollowJob
from tests.doubles import FaultyEngine, definition

pytestmark = pytest.mark.django_db


@pytest.fixture
def hosts(records, tmp_path):
    """Two web hosts, each with an embedded index in a folder of its own."""
    return [EmbeddedEngine(definition(records), tmp_path / name / "search") for name in ("one", "two")]


def killed(engine) -> Follower:
    """What a rebuild that was killed in the place of ``engine`` has left."""
    engine.name_place()
    return followers.register(name=f"killed-{engine.place}", engine=engine.name, place=engine.place)


def names() -> set[str]:
    return set(Follower.objects.values_list("name", flat=True))


def test_two_hosts_rebuild_at_the_same_time_and_both_get_what_changes_meanwhile(hosts, records):
    one, two = hosts
    old = records.add(3)
    changes.record(old)
    reports = []

    def meanwhile(step):
        assert rebuild.running(one)
        assert not rebuild.running(two)
        changes.record(records.add())
        reports.append(rebuild.rebuild(engine=two, progress=lambda _step: changes.record(records.add())))
        assert Follower.objects.filter(state=Follower.State.BUILDING, place=one.place).count() == 1

    reports.append(rebuild.rebuild(engine=one, progress=meanwhile))

    assert [set(dict(engine.keys())) for engine in hosts] == [set(records.titles)] * 2
    assert len(records.titles) == 5
    assert names() == {report.generation for report in reports}
    assert set(Follower.objects.values_list("state", flat=True)) == {Follower.State.ACTIVE}
    assert not Lease.objects.exists()


def test_two_workers_follow_each_their_own(hosts, records):
    jobs = [FollowJob(engine) for engine in hosts]
    for job in jobs:
        job.work()
    changes.record(records.add(2))
    for job in jobs:
        job.work()
        job.close()
    assert [set(dict(engine.keys())) for engine in hosts] == [set(records.titles)] * 2


def test_a_second_rebuild_of_one_place_is_refused(hosts, records):
    one, _two = hosts
    records.add()
    again = EmbeddedEngine(one.definition, one.folder)
    refusals = []

    def meanwhile(step):
        assert rebuild.running(again)
        with pytest.raises(RebuildRunning) as refused:
            rebuild.rebuild(engine=again)
        refusals.append(refused.value)

    report = rebuild.rebuild(engine=one, progress=meanwhile)
    assert len(refusals) == 1
    assert names() == {report.generation}


def test_what_a_killed_rebuild_left_goes_with_the_next_one_of_its_place_alone(hosts, records):
    records.add()
    for engine in hosts:
        killed(engine)
    changes.record(records.add())

    report = rebuild.rebuild(engine=hosts[0])
    other = Follower.objects.get(name=f"killed-{hosts[1].place}")
    assert names() == {report.generation, other.name}
    assert other.pending.count() == 1

    followers.drop_unseen()
    assert other.name in names()
    Follower.objects.filter(id=other.id).update(last_seen=timezone.now() - timedelta(hours=25))
    assert followers.drop_unseen() == [other.name]


def test_a_follower_of_the_version_before_is_replaced_with_its_index(hosts, records):
    """It was registered without a place."""
    one, _two = hosts
    before = rebuild.rebuild(engine=one)
    Follower.objects.update(place="")
    after = rebuild.rebuild(engine=one)
    assert before.generation != after.generation
    assert names() == {after.generation}


class TestPlace:
    def test_of_a_folder_is_its_own_whoever_asks(self, hosts, monkeypatch):
        one, two = hosts
        for engine in hosts:
            engine.name_place()
        place = one.place
        monkeypatch.setattr("socket.gethostname", lambda: "another-container")
        assert EmbeddedEngine(one.definition, one.folder).place == place != two.place
        rebuild.rebuild(engine=one)
        rebuild.rebuild(engine=one)
        assert one.place == place

    def test_of_a_folder_that_nobody_built_in_is_told_without_writing(self, hosts):
        one, two = hosts
        assert one.place != two.place
        assert not rebuild.running(one)
        assert not one.folder.exists()

    def test_is_named_anew_when_the_folder_was_removed(self, hosts, records):
        one, _two = hosts
        FaultyEngine(one).name_place()
        before = one.place
        FaultyEngine(one).lose()
        rebuild.rebuild(engine=one)
        assert one.place != before

    def test_where_a_file_stands_in_the_way_is_unavailable(self, hosts):
        one, _two = hosts
        one.folder.parent.write_text("")
        with pytest.raises(SearchUnavailable, match="cannot be written"):
            rebuild.rebuild(engine=one)
        assert not Lease.objects.exists()

    def test_of_a_cluster_is_the_same_for_every_host_of_a_site(self, records):
        def engine(**options):
            found = {"HOSTS": ["http://127.0.0.1:1"], **options}
            return ElasticsearchEngine.from_options(definition(records), found)

        assert engine().place == engine(HOSTS=["http://127.0.0.1:2"]).place
        assert engine().place != engine(PREFIX="another-site").place
