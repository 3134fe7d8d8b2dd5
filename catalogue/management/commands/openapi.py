"""Print the description of the API; the test of its contract compares against a file made by this."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from innovation_site.api import api


class Command(BaseCommand):
    help = "Print the OpenAPI document of the API as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True))
