"""Adds the terms, regions, agencies, indicators, tags and synonyms that are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.seeds import seed_vocabularies


class Command(BaseCommand):
    help = "Add the vocabulary rows that are missing. Rows that exist are never changed."

    def handle(self, *args: Any, **options: Any) -> None:
        added = seed_vocabularies()
        for name, count in added.items():
            self.stdout.write(f"{count:>6} {name}")
        if not added:
            self.stdout.write("Nothing was missing.")
