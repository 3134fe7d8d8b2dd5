"""The exercises: a SQLite file, a dump of PostgreSQL, and PostgreSQL at a moment before an accident."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from scripts.drill.server import Server, owned
from scripts.drill.site import Site
from scripts.tooling.console import Progress, Stop, say

COUNTS = ("records", "live", "audit", "second_factors")
AGREES, DIFFERS = 0, 1  # what `search_check` ends with


def sqlite(folder: Path, size: int, template: str = "") -> None:
    """A site on one machine: its file is copied by ``VACUUM INTO`` while the site has it open."""
    site = Site(folder=folder / "site", secret=secrets.token_urlsafe(50))
    site.folder.mkdir()
    with Progress(f"A site on SQLite with {size} invented records"):
        if template:
            shutil.copyfile(template, site.database)
        else:
            site.migrate()
        site.act("fill", str(size))
    backup = folder / "katalog.sqlite3"
    # An open connection keeps what was written last in the -wal file, as a running site does.
    with Progress("Work, and a backup while the site is open"), closing(connect(site)) as reader:
        reader.execute("SELECT count(*) FROM wagtailcore_page").fetchone()
        before = site.act("work", "kedua")
        if not site.database.with_name("catalogue.sqlite3-wal").stat().st_size:
            raise Stop("Nothing lies in the -wal file: the exercise would prove nothing.")
        with closing(connect(site)) as source:
            source.execute("VACUUM INTO ?", [str(backup)])
        site.copy_files(folder / "files")
    with Progress("Accident: all records and documents removed, then the folder lost"):
        site.act("accident")
        shutil.rmtree(site.folder)
    with restoring("SQLite file"):
        restored = Site(folder=folder / "restored", secret=site.secret)
        restored.folder.mkdir()
        shutil.copyfile(backup, restored.database)
        come_back(restored, folder / "files", before, work=True)


def connect(site: Site) -> sqlite3.Connection:
    return sqlite3.connect(site.database)


def postgresql(folder: Path, size: int, binaries: Path, template: str = "") -> None:
    """A production site: a dump, and a base backup with the log archived since."""
    source = Server(binaries=binaries, folder=folder / "source")
    servers = [source, *(Server(binaries=binaries, folder=folder / name) for name in ("dump", "recovered"))]
    archive, files = owned(folder / "archive"), folder / "files"
    site = Site(folder=folder / "site", secret=secrets.token_urlsafe(50))
    site.folder.mkdir()
    try:
        site, at_dump = production(source, site, archive, size, template)
        with Progress("Dump, and base backup with pg_verifybackup"):
            source.dump(source.folder / "katalog.dump")
            source.base_backup(source.folder / "base")
        with Progress("Work that only the archived log holds"):
            before = site.act("work", "kedua")
            site.copy_files(files)
            moment = source.sql("SELECT clock_timestamp()")
        with Progress("Accident: all records and documents removed, then the server and the files lost"):
            site.act("accident")
            source.archived(archive)
            source.destroy()
            site.lose_files()
        with restoring("dump, on a new server and in a new folder"):
            from_dump(servers[1], source, site, at_dump)
        with restoring("base backup and log, to the second before the accident"):
            # The index of this host has followed the accident.
            servers[2].recover(source.folder / "base", archive, moment, source.cluster.password_file)
            come_back(site.on(servers[2].url), files, before, work=True)
    finally:
        for server in servers:
            server.kill()


def production(
    source: Server, site: Site, archive: Path, size: int, template: str
) -> tuple[Site, dict[str, Any]]:
    """The site on its server, which archives its log from here on; and what the site has."""
    with Progress(f"A site on PostgreSQL with {size} invented records"):
        source.make()
        site = site.on(source.url)
        if template:
            source.pg("pg_dump", "--format=custom", "--file", source.folder / "template", template)
            source.load(source.folder / "template")
        else:
            site.migrate()
        found = site.act("fill", str(size))
        source.archive_to(archive)
    return site, found


def from_dump(server: Server, source: Server, site: Site, expected: dict[str, Any]) -> None:
    server.make()
    server.load(source.folder / "katalog.dump")
    restored = Site(folder=server.folder / "site", secret=site.secret, url=server.url)
    restored.folder.mkdir()
    come_back(restored, site.folder.parent / "files", expected)


def come_back(site: Site, files: Path, expected: dict[str, Any], *, work: bool = False) -> None:
    """The steps of docs/operations/index.md after the database; with ``work`` people then go on working."""
    site.put_back(files)
    found = site.act("restored", *(["ketiga"] if work else []))
    compare(expected, found)
    say(f"  {found['said']}")
    # Before the rebuild there is no index here, or one that knows of the accident.
    index = [found[name] for name in ("index_before", "index_after", "index_at_work") if name in found]
    if index != [DIFFERS, AGREES, AGREES][: len(index)]:
        raise Stop(f"search_check ended with {index}: {found['said']}")


def compare(expected: dict[str, Any], found: dict[str, Any]) -> None:
    """Raises Stop when anything differs from what there was, uploads that came later aside."""
    tables = expected["tables"]
    differ = [name for name in tables | found["tables"] if tables.get(name) != found["tables"].get(name)]
    files = [name for name, digest in expected["files"].items() if found["files"].get(name) != digest]
    counts = [name for name in COUNTS if expected[name] != found[name]]
    if differ or files or counts or found["lost"]:
        raise Stop(f"Not what there was: {[*differ, *counts]}, files {[*files, *found['lost']]}")
    rows = sum(count for count, _ in tables.values())
    say(
        f"  equal: {rows} rows of {len(tables)} tables, {len(expected['files'])} files, "
        f"{found['records']} records ({found['live']} live), {found['audit']} audit rows, "
        f"{found['second_factors']} second factor read"
    )


@contextmanager
def restoring(what: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"  Restoring from a {what} …")
    yield
    say(f"✓ Restored from a {what} ({time.monotonic() - started:.0f} s)")
