"""Writes invented records to the database, in bulk, and takes exactly those away again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
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
_SECTION_SLUG = "ruang-contoh-terbatas"
_SYNTHETIC = InnovationPage.Origin.DEMO_SYNTHETIC

Progress = Callable[[int, int], object]


class OtherSeed(Exception):
    """Invented records of another seed are in the catalogue; they must be removed first."""


@dataclass(frozen=True)
class Present:
    """The invented records that are there: ``next_number`` is the first that is not."""

    count: int
    next_number: int


def present(seed: int) -> Present:
    """What is there of ``seed``. Raises ``OtherSeed`` when there is anything of another."""
    records = InnovationPage.objects.filter(origin=_SYNTHETIC, is_source=True)
    if records.exclude(import_batch=batch_of(seed)).exists():
        raise OtherSeed("invented records of another seed are there; remove them first (demo --remove)")
    last = records.order_by("-source_id").values_list("source_id", flat=True).first()
    return Present(records.count(), number_of(last) + 1 if last else 0)


def load(*, seed: int, size: int, tree: SiteTree, progress: Progress) -> int:
    """Make the records of ``seed`` from the first that is missing up to ``size``; returns how many.

    One transaction a chunk, so that other writers get their turn; after an interruption the next run goes
    on with the next chunk. ``progress(done, total)`` follows each.
    """
    start = present(seed).next_number
    if start >= size:
        return 0
    private = _private_section(tree)
    maker = Maker(seed=seed, parents=dict(tree.innovations), private=private)
    for first in range(start, size, CHUNK):
        numbers = range(first, min(first + CHUNK, size))
        records = [record for number in numbers for record in maker.make(number)]
        with transaction.atomic():
            insert_innovations(records)
            _link_copies(maker, numbers)
        progress(numbers.stop - start, size - start)
    return size - start


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


def _all_pages() -> QuerySet[InnovationPage]:
    sources = InnovationPage.objects.filter(origin=_SYNTHETIC)
    keys = sources.values("translation_key")
    return InnovationPage.objects.filter(Q(origin=_SYNTHETIC) | Q(is_source=False, translation_key__in=keys))


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


def _link_copies(maker: Maker, numbers: range) -> None:
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
    earlier = {origin for origin in copies.values() if origin not in numbers}
    changes.record(key_of(maker.seed, origin) for origin in earlier)
