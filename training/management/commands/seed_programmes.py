"""Makes the programmes that come with the site."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from training.seeds import seed_programmes


class Command(BaseCommand):
    help = "Add the training programmes that are missing; change none that is there."

    def handle(self, *args: Any, **options: Any) -> None:
        made = seed_programmes()
        self.stdout.write(f"Programmes added: {', '.join(made)}" if made else "The programmes are all there.")
