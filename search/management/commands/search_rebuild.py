"""Build the search index anew from the database, while the old one answers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines import get_engine
from search.errors import SearchError
from search.rebuild import Progress, rebuild


class Command(BaseCommand):
    help = "Rebuild the search index from the database without downtime."

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        engine = get_engine()
        report_progress = self._progress if verbosity else lambda step: None
        try:
            report = rebuild(engine=engine, progress=report_progress)
        except SearchError as error:
            raise CommandError(str(error)) from error
        rate = report.documents / report.seconds if report.seconds else 0.0
        self.stdout.write(
            f"{engine.name}: {report.documents} records, {report.replayed} changes since, "
            f"in {report.seconds:.1f} s ({rate:.0f} a second), generation {report.generation}"
        )

    def _progress(self, step: Progress) -> None:
        self.stdout.write(f"{step.loaded} of {step.total} records, {step.rate:.0f} a second")
        self.stdout.flush()
