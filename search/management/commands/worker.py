"""All background work of the site in one process."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from search.worker.supervisor import KINDS, Supervisor, run_once


class Command(BaseCommand):
    help = (
        "Follow the search index and check it, run background tasks, and publish what is scheduled. "
        "Several workers may run; leases in the database share the work out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only",
            action="append",
            choices=KINDS,
            default=[],
            help="do only this kind of work; may be repeated (default: everything)",
        )
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, only: list[str], once: bool, **options: Any) -> None:
        if once:
            run_once(only)
        else:
            Supervisor(only).run()
