"""Wagtail's command, all or nothing.

Wagtail sends ``page_unpublished`` outside any transaction. A process killed between the page's row and what
a receiver writes would lose that; in one transaction it loses neither.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand


class Command(WagtailCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            super().handle(*args, **options)
