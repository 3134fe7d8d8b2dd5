"""The embedded index's folder: several processes, damage, killed builds, refused writes."""

from __future__ import annotations

import contextlib
import errno
import json
import random
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine, files
from search.errors import SearchUnavailable
from search.types import IndexState, SearchRequest, Sort, Tombstone
from tests.contract.base import fill, keys_of
from tests.contract.records import document
from tests.contract.world import World

ROOT = Path(__file__).parent.parent.parent
PROCESS = """
import sys
from search.engines.embedded import EmbeddedEngine
from tests.contract.records import document
from tests.contract.world import World
engine = EmbeddedEngine(World(0).definition(), sys.argv[1])
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def engine(folder):
    return fill(open_engine(folder), [document(f"k{n}", "Pasar rakyat") for n in range(30)])


def open_engine(folder, schema_version="1"):
    return EmbeddedEngine(World(0).definition(schema_version), folder)


def generations(folder):
    return sorted(path.name for path in folder.glob(f"{files.PREFIX}*"))


def segment_files(folder):
    index = folder / files.current_generation(folder) / files.INDEX
    return sorted(path for path in index.iterdir() if not path.name.endswith((".lock", ".json")))


def start_process(code, folder):
    """Another process; it prints a line when it has come to the end of ``code``, then waits."""
    script = PROCESS + code + "\nprint('done', flush=True)\nsys.stdin.read()\n"
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run_process(code, folder):
    with start_process(code, folder) as process:
        assert process.stdout.readline() == "done\n"
        process.stdin.close()
    assert process.returncode == 0


def test_readers_see_what_another_process_writes(engine, folder):
    reader = open_engine(folder)
    assert reader.search(SearchRequest(query="sungai")).total == 0
    run_process("engine.apply([document('new', 'Sungai')])", folder)
    assert keys_of(reader.search(SearchRequest(query="sungai"))) == ["new"]
    run_process("b = engine.start_build(); b.load([document('only', 'Sungai')]); b.activate()", folder)
    assert keys_of(reader.search(SearchRequest())) == ["only"]
    assert generations(folder) == [reader.health().generation]


def test_a_killed_build_is_cleared_up_by_the_next(engine, folder):
    before = engine.health()
    with start_process("b = engine.start_build(); b.load([document('x')])", folder) as process:
        assert process.stdout.readline() == "done\n"
        assert len(generations(folder)) == 2
        process.send_signal(signal.SIGKILL)
        process.stdin.close()
    assert engine.health() == before
    assert engine.search(SearchRequest()).total == 30
    fill(engine, [document("next")])
    assert keys_of(engine.search(SearchRequest())) == ["next"]
    assert generations(folder) == [engine.health().generation]


def test_a_writer_killed_before_its_commit_changes_nothing(engine, folder):
    code = """
from search.engines.embedded import files, writer
generation = engine.folder / files.current_generation(engine.folder)
w = writer.Writer(generation, engine.layout, writer.APPLY_HEAP)
w.put(document('k1', 'Sungai', version=2))
"""
    with start_process(code, folder) as process:
        assert process.stdout.readline() == "done\n"
        process.send_signal(signal.SIGKILL)
        process.stdin.close()
    assert engine.search(SearchRequest(query="sungai")).total == 0
    assert engine.apply([document("k1", "Sungai", version=3)])[0].error is None
    assert keys_of(engine.search(SearchRequest(query="sungai"))) == ["k1"]
    assert engine.verify() == []


def test_searches_neither_fail_nor_shrink_while_generations_change(engine, folder):
    totals, errors, stop = set(), [], threading.Event()
    reader = open_engine(folder)

    def search():
        while not stop.is_set():
            try:
                totals.add(reader.search(SearchRequest(query="pasar", facet_sizes={})).total)
            except SearchUnavailable as error:
                errors.append(str(error))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        fill(engine, [document(f"k{n}", "Pasar rakyat") for n in range(30)])
        engine.apply([document("k3", "Pasar rakyat", version=2)])
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert totals == {30}


def put(path: Path, content: bytes | bytearray) -> None:
    """Another file in the place of one that a thread may have mapped: to cut that off ends the process."""
    other = path.with_name(f"{path.name}.new")
    other.write_bytes(content)
    other.replace(path)


def test_scrambled_bytes_are_found(engine, folder):
    assert engine.verify() == []
    path = max(segment_files(folder), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    put(path, content)
    assert engine.verify() == [f"{path.name} has other content than was written"]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", [".term", ".idx", ".pos", ".fast", ".store", ".fieldnorm"])
def test_scrambled_bytes_never_end_a_search_in_anything_but_a_clear_error(engine, folder, kind, seed):
    """tantivy panics over some of them, which would otherwise end the thread that serves a visitor."""
    path = next(path for path in segment_files(folder) if path.suffix == kind)
    chance, content = random.Random(seed), bytearray(path.read_bytes())
    for _ in range(40):
        content[chance.randrange(len(content))] = chance.randrange(256)
    put(path, content)
    reader = open_engine(folder)
    for call in (
        lambda: reader.search(SearchRequest(query="pasar")),
        lambda: reader.search(SearchRequest(query='"pasar rakyat"')),
        lambda: reader.search(SearchRequest(sort=Sort.TITLE)),
        lambda: reader.search(SearchRequest(query="pasra")),
        lambda: reader.suggest("pas", "id"),
        lambda: reader.similar("k1", "id"),
        lambda: list(reader.keys()),
        lambda: list(reader.all_keys(SearchRequest(query="pasar"))),
        lambda: reader.apply([Tombstone("k2", 5)]),
    ):
        with contextlib.suppress(SearchUnavailable):
            call()
    assert isinstance(reader.health().ok, bool)


def test_truncated_and_missing_files_are_found(engine, folder):
    engine.apply([document("k1", version=2)])
    first, second, *_ = segment_files(folder)
    put(first, first.read_bytes()[:-10])
    second.unlink()
    problems = "\n".join(open_engine(folder).verify())
    assert f"{first.name} has" in problems
    assert f"{second.name} is missing" in problems


def test_checksums_follow_every_write(engine, folder):
    for version in range(2, 8):
        engine.apply([document("k1", version=version), Tombstone(f"k{version}", 2)])
        assert engine.verify() == []
    kept = json.loads((folder / files.current_generation(folder) / files.CHECKSUMS).read_text())
    assert set(kept) == {path.name for path in segment_files(folder)}


def test_an_end_between_a_commit_and_its_checksums_is_no_damage(engine, folder, monkeypatch):
    monkeypatch.setattr(files, "record_checksums", lambda generation: None)
    for version in range(2, 12):
        engine.apply([document(f"k{version}", version=2), Tombstone(f"k{version - 1}", 3)])
    assert engine.verify() == []
    monkeypatch.undo()
    engine.apply([document("k20", version=2)])
    assert engine.verify() == []


def test_a_build_that_cannot_begin_leaves_the_next_free(engine, folder, monkeypatch):
    def refuse(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(files, "create_generation", refuse)
    with pytest.raises(SearchUnavailable, match="No space left"):
        engine.start_build()
    monkeypatch.undo()
    fill(engine, [document("a")])
    assert keys_of(engine.search(SearchRequest())) == ["a"]


@pytest.mark.parametrize("content", ["", "nothing", "../elsewhere", "generation-0", "generation-\udcff"])
def test_a_damaged_pointer_is_said(engine, folder, content):
    (folder / files.POINTER).write_bytes(content.encode("utf-8", "surrogateescape"))
    health = engine.health()
    assert health.state is IndexState.DAMAGED
    assert health.reason
    with pytest.raises(SearchUnavailable):
        engine.search(SearchRequest())
    fill(engine, [document("a")])
    assert engine.health().ok


@pytest.mark.parametrize("name", [files.META, f"{files.INDEX}/meta.json"])
@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"segments": 5'])
def test_damaged_descriptions_are_said_at_opening(engine, folder, name, content):
    path = folder / files.current_generation(folder) / name
    path.unlink()
    if content is not None:
        path.write_text(content)
    reader = open_engine(folder)
    assert reader.health().state is IndexState.DAMAGED
    assert reader.verify()
    with pytest.raises(SearchUnavailable):
        reader.search(SearchRequest())
    with pytest.raises(SearchUnavailable):
        reader.apply([document("a")])
    fill(reader, [document("a")])
    assert reader.search(SearchRequest()).total == 1


def test_truncated_segments_are_said_at_opening(engine, folder):
    for path in segment_files(folder):
        put(path, path.read_bytes()[: path.stat().st_size // 2])
    reader = open_engine(folder)
    assert reader.health().state is IndexState.DAMAGED
    with pytest.raises(SearchUnavailable):
        reader.search(SearchRequest())


def test_a_vanished_folder_is_said_and_comes_back(engine, folder):
    assert engine.search(SearchRequest()).total == 30
    moved = folder.rename(folder.with_name("away"))
    assert engine.health().state is IndexState.MISSING
    moved.rename(folder)
    assert engine.search(SearchRequest()).total == 30


def test_an_unreadable_pointer_is_said(engine, folder):
    (folder / files.POINTER).unlink()
    (folder / files.POINTER).mkdir()
    assert "unreadable" in engine.health().reason
    assert engine.health().state is IndexState.DAMAGED


@pytest.mark.parametrize(
    "failure", [PermissionError(errno.EACCES, "denied"), OSError(errno.EMFILE, "too many")]
)
def test_files_that_cannot_be_opened_now_tell_nothing_of_the_index(engine, folder, monkeypatch, failure):
    def refuse(*args, **kwargs):
        raise failure

    reader = open_engine(folder)
    monkeypatch.setattr(Path, "read_text", refuse)
    assert reader.health().state is IndexState.UNREACHABLE
    with pytest.raises(SearchUnavailable):
        reader.verify()
    monkeypatch.undo()
    assert reader.health().ok


def test_an_index_that_is_being_written_is_not_checked(engine, folder, monkeypatch):
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.0)
    with files.FolderLock(folder / files.WRITE_LOCK).held(0), pytest.raises(SearchUnavailable):
        engine.verify()


def test_a_busy_index_is_not_written_and_nothing_is_acknowledged(engine, folder, monkeypatch):
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.0)
    with files.FolderLock(folder / files.WRITE_LOCK).held(0), pytest.raises(SearchUnavailable):
        engine.apply([document("a")])
    assert engine.apply([document("a")])[0].error is None


def test_a_changed_shape_is_another_schema(engine, folder):
    definition = World(0).definition()
    other = EmbeddedEngine(replace(definition, texts=definition.texts[:-1]), folder)
    assert other.health().state is IndexState.OTHER_SCHEMA


def test_segments_stay_few_after_many_small_writes(engine):
    for version in range(2, 25):
        engine.apply([document(f"k{version % 7}", "Pasar", version=version)])
    assert engine._reader.snapshot().searcher.num_segments <= 10
    assert engine.search(SearchRequest()).total == 30
