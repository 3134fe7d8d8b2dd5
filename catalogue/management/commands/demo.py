"""Fills the catalogue with invented records of any number, or takes them away again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.demo.loading import OtherSeed, load, remove
from catalogue.demo.quiet import quiet
from catalogue.seeds import seed_vocabularies
from catalogue.services.admin_indexes import fill_later
from catalogue.services.site_tree import set_up_site
from search.engines import get_engine
from search.errors import SearchError
from search.rebuild import rebuild


class Command(BaseCommand):
    help = (
        "Add invented records, labelled as such, up to the given size; the same seed gives the same records."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--size", type=int, help="how many invented records there shall be")
        parser.add_argument("--seed", type=int, default=1, help="which invented catalogue (default: 1)")
        parser.add_argument(
            "--remove", action="store_true", help="delete the invented records, whatever seed"
        )

    def handle(self, *args: Any, size: int | None, seed: int, **options: Any) -> None:
        if options["remove"] == (size is not None) or (size or 0) < 0:
            raise CommandError("give either --size, a number not below 0, or --remove")
        started = time.perf_counter()
        with quiet():
            count = self._remove() if size is None else self._load(size=size, seed=seed)
        if count:
            self._fill_indexes(removed=size is None)
            self.stdout.write(f"Done in {time.perf_counter() - started:.1f} s")

    def _load(self, *, size: int, seed: int) -> int:
        seed_vocabularies()
        tree = set_up_site()
        try:
            made = load(seed=seed, size=size, tree=tree, progress=self._progress("written"))
        except OtherSeed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{made} invented records added" if made else "The invented records are all there.")
        return made

    def _remove(self) -> int:
        removed = remove(progress=self._progress("removed"))
        self.stdout.write(f"{removed} pages removed" if removed else "There are no invented records.")
        return removed

    def _fill_indexes(self, *, removed: bool) -> None:
        """The public index now, by a rebuild; the admin's own indexes by the worker."""
        engine = get_engine()
        try:
            report = rebuild(
                engine=engine, progress=lambda step: self._progress("indexed")(step.loaded, step.total)
            )
        except SearchError as error:
            # The changes are recorded: whoever rebuilds or follows the index brings them in.
            self.stderr.write(f"The public index follows as soon as a worker runs: {error}")
        else:
            self.stdout.write(f"Public index: {report.documents} records in {report.seconds:.1f} s")
        if not removed:
            fill_later()
            self.stdout.write("The admin's own search follows in the background, by the worker.")

    def _progress(self, what: str) -> Any:
        def show(done: int, total: int) -> None:
            self.stdout.write(f"{done} of {total} {what}")
            self.stdout.flush()

        return show
