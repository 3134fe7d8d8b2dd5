"""Compare the search index with the database; say what differs, or mend it."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from search import checker
from search.engines import get_engine
from search.engines.base import SearchEngine
from search.errors import SearchError
from search.rebuild import rebuild
from search.worker.index import FollowJob

DIFFERENT = 1
UNABLE = 2
WAIT_SECONDS = 60.0


class Command(BaseCommand):
    help = (
        "Compare the search index with the database, record by record. Ends with 0 when they agree, "
        "1 when they differ (after --repair: still differ) and 2 when it could not compare."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--repair", action="store_true", help="mend what differs; rebuild what is damaged"
        )
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        try:
            engine = get_engine()
            report = checker.check(engine=engine)
            if repair and not report.ok:
                report = self._repair(engine, report)
        except (SearchError, OperationalError, InterfaceError) as error:
            raise CommandError(str(error), returncode=UNABLE) from error
        self.stdout.write(self._json(report) if options["json"] else f"{engine.name}: {report.summary()}")
        if not report.ok:
            sys.exit(DIFFERENT)

    def _repair(self, engine: SearchEngine, report: checker.Report) -> checker.Report:
        self.stderr.write(f"Mending: {report.summary()}")
        if not report.damage:
            checker.mend(report=report, engine=engine)
            report = self._followed(engine)
        if report.damage or report.drift:
            rebuild(engine=engine)
            report = checker.check(engine=engine)
        return report

    def _followed(self, engine: SearchEngine) -> checker.Report:
        """A check after the changes were applied: by a worker if there is one, or else here."""
        job = FollowJob(engine)
        deadline = time.monotonic() + WAIT_SECONDS
        try:
            job.work()
            report = checker.check(engine=engine)
            while report.pending and not report.damage and time.monotonic() < deadline:
                time.sleep(job.pause)
                job.work()
                report = checker.check(engine=engine)
        finally:
            job.close()
        return report

    def _json(self, report: checker.Report) -> str:
        return json.dumps({**asdict(report), "ok": report.ok}, indent=2)
