"""Makes the pages every site has and points the site at them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.services.site_tree import set_up_site


class Command(BaseCommand):
    help = "Make the home, index, about, privacy and contact pages that are missing, in both languages."

    def handle(self, *args: Any, **options: Any) -> None:
        tree = set_up_site()
        for language, home in tree.home.items():
            self.stdout.write(f"{language}: {home.title}, {home.get_descendants().count()} pages below it")
