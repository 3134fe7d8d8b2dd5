"""Makes the pages every site has and points the site at them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.services.access import ensure_access
from catalogue.services.site_tree import set_up_site


class Command(BaseCommand):
    help = "Make the pages every site has, in both languages, the roles and the workflow, as far as missing."

    def handle(self, *args: Any, **options: Any) -> None:
        tree = set_up_site()
        ensure_access()
        for language, home in tree.home.items():
            self.stdout.write(f"{language}: {home.title}, {home.get_descendants().count()} pages below it")
