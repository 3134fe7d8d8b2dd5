"""The index folder.

::

    <folder>/current            name of the generation that answers, replaced atomically
    <folder>/<generation>/      meta.json (schema version, uuid, created), checksums.json, index/ (tantivy)
    <folder>/identity           the folder's own name, given before the first build and kept
    <folder>/write.lock         held while the current generation is written or replaced
    <folder>/build.lock         held while a new generation is built
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from search.errors import SearchUnavailable
from search.types import IndexState

POINTER, META, CHECKSUMS, INDEX = "current", "meta.json", "checksums.json", "index"
IDENTITY = "identity"
WRITE_LOCK, BUILD_LOCK = "write.lock", "build.lock"
PREFIX = "generation-"
LOCK_SECONDS: Final = 30.0
"""Longest a writer waits for another one of the same folder."""
_BLOCK: Final = 1 << 20
_AWAY: Final = {
    errno.EACCES,
    errno.EPERM,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENOSPC,
    errno.ESTALE,
}
"""Failures that tell nothing of the file, and that a new one would meet as well."""
_UNCHECKED: Final = (".lock", ".json", ".temp")
"""Files that change in place; the others are written once and never again."""


def unavailable(what: str, error: Exception) -> SearchUnavailable:
    """``error`` at an index file as what it says of the index."""
    if isinstance(error, SearchUnavailable):
        return error
    away = isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in _AWAY)
    return SearchUnavailable(f"{what}: {error}", IndexState.UNREACHABLE if away else IndexState.DAMAGED)


def current_generation(folder: Path) -> str:
    """The name in the pointer; raises ``SearchUnavailable`` when there is none."""
    try:
        name = (folder / POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise SearchUnavailable("the index is missing; it has to be built", IndexState.MISSING) from None
    except (OSError, ValueError) as error:
        raise unavailable("the index pointer is unreadable", error) from error
    if not name.startswith(PREFIX) or "/" in name:
        raise SearchUnavailable("the index pointer names no generation", IndexState.DAMAGED)
    return name


def identity(folder: Path) -> str:
    """The name the folder was given, alike for every process and container that sees it; empty without one.

    A host's name would not do: two containers that share a folder have two, and a new one at each start.
    """
    try:
        return (folder / IDENTITY).read_text(encoding="ascii").strip()[:64]
    except (OSError, ValueError):
        return ""


def give_identity(folder: Path) -> None:
    """Name the folder for good, unless it is named; of two processes that do it at once one is heard.

    Raises ``SearchUnavailable`` when the folder can't be written.
    """
    file = folder / IDENTITY
    try:
        if file.exists():
            return
        with FolderLock(folder / WRITE_LOCK).held(LOCK_SECONDS):
            if not file.exists():
                replace_file(file, uuid.uuid4().hex)
    except (TimeoutError, OSError) as error:
        raise unavailable("the index folder cannot be written", error) from error


def require_schema(generation: Path, expected: str) -> None:
    """Raises ``SearchUnavailable`` unless the generation was built for schema version ``expected``."""
    try:
        meta = json.loads((generation / META).read_text(encoding="utf-8"))
        found = meta["schema_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unavailable(f"{generation.name} is unreadable: {META}", error) from error
    if found != expected:
        reason = f"the index has schema version {found}, not {expected}; it has to be rebuilt"
        raise SearchUnavailable(reason, IndexState.OTHER_SCHEMA)


def create_generation(folder: Path, schema_version: str) -> Path:
    """A new, empty generation folder."""
    identity = uuid.uuid4()
    generation = folder / f"{PREFIX}{identity.hex}"
    (generation / INDEX).mkdir(parents=True)
    meta = {
        "schema_version": schema_version,
        "generation": str(identity),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    replace_file(generation / META, json.dumps(meta, indent=1))
    return generation


def point_to(folder: Path, generation: Path) -> None:
    replace_file(folder / POINTER, generation.name)


def remove_other_generations(folder: Path) -> None:
    """Delete every generation but the one that answers."""
    try:
        kept = current_generation(folder)
    except SearchUnavailable:
        kept = ""
    for path in folder.glob(f"{PREFIX}*"):
        if path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


def replace_file(path: Path, content: str) -> None:
    """Write a file so that readers see the old content or the new, also after a power cut."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.temp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderLock:
    """A lock between processes (and engines of one process) that ends with its holder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, timeout: float) -> None:
        """Wait at most ``timeout`` seconds; raises ``TimeoutError`` after that."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    raise TimeoutError(f"another process holds {self.path.name}") from None
                time.sleep(0.02)
            else:
                self._descriptor = descriptor
                return

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @contextmanager
    def held(self, timeout: float) -> Iterator[None]:
        self.acquire(timeout)
        try:
            yield
        finally:
            self.release()


def record_checksums(generation: Path) -> None:
    """Keep size and digest of every file written since the last time; files are written once."""
    known = _read_checksums(generation) or {}
    checksums = {
        path.name: known.get(path.name) or [path.stat().st_size, _digest(path)]
        for path in _checked_files(generation)
    }
    replace_file(generation / CHECKSUMS, json.dumps(checksums, indent=0, sort_keys=True))


def damage(generation: Path) -> list[str]:
    """What differs from the checksums kept at the last commit, a sentence each.

    Only files of the last commit count: a process may have ended between a commit and its checksums.
    """
    known = _read_checksums(generation)
    if known is None:
        return [f"{CHECKSUMS} is missing or unreadable"]
    try:
        segments = _committed_segments(generation)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{INDEX}/{META} is unreadable: {error}"]
    problems = []
    for name, (size, digest) in sorted(known.items()):
        if not _is_committed(name, segments):
            continue
        path = generation / INDEX / name
        if not path.is_file():
            problems.append(f"{name} is missing")
        elif path.stat().st_size != size:
            problems.append(f"{name} has {path.stat().st_size} bytes instead of {size}")
        elif _digest(path) != digest:
            problems.append(f"{name} has other content than was written")
    return problems


def _committed_segments(generation: Path) -> dict[str, str]:
    """Segment → number of its list of deleted documents, as of tantivy's last commit."""
    commit = json.loads((generation / INDEX / META).read_text(encoding="utf-8"))
    return {
        segment["segment_id"].replace("-", ""): str((segment["deletes"] or {}).get("opstamp", ""))
        for segment in commit["segments"]
    }


def _is_committed(name: str, segments: dict[str, str]) -> bool:
    """Whether a file ``<segment>.<kind>`` or ``<segment>.<number>.del`` is of the last commit."""
    segment, *rest = name.split(".")
    return segment in segments and (rest[-1] != "del" or rest[0] == segments[segment])


def _checked_files(generation: Path) -> Iterator[Path]:
    for path in (generation / INDEX).iterdir():
        if path.is_file() and not path.name.endswith(_UNCHECKED):
            yield path


def _read_checksums(generation: Path) -> dict[str, list[int | str]] | None:
    try:
        found = json.loads((generation / CHECKSUMS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _digest(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
