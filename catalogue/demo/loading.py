"""Writes invented records to the database, in bulk, and takes exactly those away again."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import groupby

from django.db import connection, connections, transaction
from django.db.models import Q, QuerySet
from wagtail.models import Locale, Page, PageViewRestriction

from catalogue.demo.synthetic import COPIES, SOURCE, Maker, batch_of, key_of, number_of
from catalogue.demo.themes import words
from catalogue.models import InnovationPage, InnovationSectionPage, Replication
from catalogue.services.bulk import insert_innovations
from catalogue.services.bulk_delete import delete_innovations
from catalogue.services.site_tree import SiteTree
from search import changes

CHUNK = 1000
PROCESSES = 2
_SECTION_SLUG = "ruang-contoh-terbatas"
_SYNTHETIC = InnovationPage.Origin.DEMO_SYNTHETIC

Progress = Callable[[int, int], object]


class OtherSeed(Exception):
    """Invented records of another seed are in the catalogue; they must be removed first."""


def missing(*, seed: int, size: int) -> list[int]:
    """Numbers below ``size`` of the records that are not there.

    Raises ``OtherSeed`` when there is anything of another seed.
    """
    records = _sources().filter(is_source=True).order_by()
    if records.exclude(import_batch=batch_of(seed)).exists():
        raise OtherSeed("invented records of another seed are there; remove them first (demo --remove)")
    present = {number_of(source_id) for source_id in records.values_list("source_id", flat=True)}
    return [number for number in range(size) if number not in present]


def load(*, seed: int, size: int, tree: SiteTree, progress: Progress) -> int:
    """Make the records of ``seed`` that are missing up to ``size``; returns how many.

    One transaction a chunk, so that other writers get their turn; after an interruption the next run makes
    the chunks that are missing. ``progress(done, total)`` follows each.
    """
    numbers = missing(seed=seed, size=size)
    if not numbers:
        return 0
    private = _private_section(tree)
    maker = Maker(seed=seed, parents=dict(tree.innovations), private=private)
    # A record and its copies are of one group, and a group is never divided.
    chunks = [list(chunk) for _, chunk in groupby(numbers, lambda number: number // CHUNK)]
    done = 0
    for count in _written(maker, chunks):
        done += count
        progress(done, len(numbers))
    return done


def _written(maker: Maker, chunks: Sequence[Sequence[int]]) -> Iterator[int]:
    """Write ``chunks`` and yield the size of each when it is committed.

    Making records takes longer than writing them, so where the system allows it two processes share the
    work; the database lets one write at a time.
    """
    # A child sees nothing of a transaction that is open here, nor of a database in memory.
    alone = connection.in_atomic_block or sys.platform != "linux" or len(chunks) < PROCESSES * 2
    if alone or _in_memory():
        yield from (_write(maker, chunk) for chunk in chunks)
        return
    connections.close_all()  # a connection can't be shared with a child
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork"), _adopt, (maker,)) as pool:
        for future in as_completed([pool.submit(_write_adopted, chunk) for chunk in chunks]):
            yield future.result()


def _in_memory() -> bool:
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and ("mode=memory" in name or name == ":memory:")


def _write(maker: Maker, numbers: Sequence[int]) -> int:
    records = [record for number in numbers for record in maker.make(number)]
    with transaction.atomic():
        insert_innovations(records)
        _link_copies(maker, numbers)
    return len(numbers)


_adopted: list[Maker] = []


def _adopt(maker: Maker) -> None:
    _adopted.append(maker)


def _write_adopted(numbers: Sequence[int]) -> int:
    return _write(_adopted[0], numbers)


def remove(*, progress: Progress) -> int:
    """Delete every invented record with its translations, rows and private section; returns how many."""
    pages = _all_pages()
    total = pages.count()
    for done, chunk in _chunked(list(pages.values_list("pk", flat=True))):
        delete_innovations(chunk)
        progress(done, total)
    for section in InnovationSectionPage.objects.filter(slug=_SECTION_SLUG, numchild=0):
        section.delete()
    return total


def _sources() -> QuerySet[InnovationPage]:
    """Records made here; those of a training's demonstration come by its projects and have no batch."""
    return InnovationPage.objects.filter(origin=_SYNTHETIC).exclude(import_batch="")


def _all_pages() -> QuerySet[InnovationPage]:
    sources = _sources()
    keys = sources.values("translation_key")
    return InnovationPage.objects.filter(
        Q(pk__in=sources.values("pk")) | Q(is_source=False, translation_key__in=keys)
    )


def _chunked(keys: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        yield start + len(chunk), chunk


def _private_section(tree: SiteTree) -> Page:
    """Where one record in a hundred is kept from visitors, so that a leak would show."""
    found = InnovationSectionPage.objects.filter(slug=_SECTION_SLUG).first()
    if found:
        return found
    section = InnovationSectionPage(
        title="Ruang contoh terbatas",
        slug=_SECTION_SLUG,
        introduction=SOURCE,
        locale=Locale.objects.get(language_code="id"),
    )
    with transaction.atomic():
        Page.objects.get(pk=tree.innovations["id"].pk).add_child(instance=section)
        PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    return section


def _link_copies(maker: Maker, numbers: Sequence[int]) -> None:
    """Rows that say which record of its group each copy copies; the group may lie in an earlier chunk."""
    copies = {number: origin for number in numbers if (origin := maker.origin_of(number)) is not None}
    keys = {key_of(maker.seed, number) for pair in copies.items() for number in pair}
    found = InnovationPage.objects.filter(is_source=True, translation_key__in=keys)
    pages = dict(found.values_list("translation_key", "pk"))
    rows = []
    for number, origin in copies.items():
        copy, original = (pages.get(key_of(maker.seed, n)) for n in (number, origin))
        if copy and original:
            change = words()["changes"][(number // len(COPIES)) % len(words()["changes"])]
            rows.append(Replication(page_id=copy, origin_id=original, changes=change))
    Replication.objects.bulk_create(rows)
    # How often a record was copied is part of its document.
    earlier = set(copies.values()) - set(numbers)
    changes.record(key_of(maker.seed, origin) for origin in earlier)
