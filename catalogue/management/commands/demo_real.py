"""Fills the catalogue with the real innovations that come with the project."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from catalogue.demo.quiet import quiet
from catalogue.demo.real import load_records
from catalogue.demo.showcase import ensure_showcase, ensure_tags
from catalogue.seeds import seed_vocabularies
from catalogue.services.admin_indexes import fill_later
from catalogue.services.site_tree import set_up_site


class Command(BaseCommand):
    help = "Add the real innovations, their collections and samples that are missing; change nothing else."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        with quiet():
            seed_vocabularies()
            tree = set_up_site()
            ensure_tags()
            records = load_records(tree=tree, progress=self._progress)
            pages = ensure_showcase(tree=tree)
            if records:
                fill_later()
        seconds = time.perf_counter() - started
        if records or pages:
            self.stdout.write(f"{records} innovations and {pages} other pages in {seconds:.1f} s")
        else:
            self.stdout.write("The real innovations are all there.")

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} of {total} innovations")
        self.stdout.flush()
