"""Work out every seal of the logbooks and every file's digest again, and say what is not as it was."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from training.models import Project
from training.services.seals import verify


class Command(BaseCommand):
    help = (
        "Check the seals of all logbooks and the digests of all evidence files. Names what was changed, lost"
        " or taken out, one line each, and ends with 1 when there is any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", type=UUID, help="only the project with this key")

    def handle(self, *args: Any, **options: Any) -> None:
        projects = Project.objects.select_related("version").order_by("pk")
        if options["project"]:
            projects = projects.filter(key=options["project"])
            if not projects.exists():
                raise CommandError("There is no project with this key.")
        checked = broken = 0
        with translation.override("en"):
            for project in projects.iterator():
                faults = verify(project)
                for fault in faults:
                    place = f"entry {fault.entry}" if fault.entry else "logbook"
                    self.stdout.write(f"{project.key} {place}: {fault.text}")
                checked, broken = checked + 1, broken + bool(faults)
        if broken:
            raise CommandError(f"{broken} of {checked} projects are not as they were sealed.")
        self.stdout.write(f"{checked} projects are as they were sealed.")
