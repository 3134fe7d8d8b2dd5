"""Print the description of the API; the test of its contract compares against a file made by this."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.http import HttpRequest
from django.urls import resolve, reverse


class Command(BaseCommand):
    help = "Print the OpenAPI document of the API as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        # Asked through its address: the API is put together above this application.
        match = resolve(reverse("api-1:openapi-json"))
        schema = json.loads(match.func(HttpRequest(), *match.args, **match.kwargs).content)
        self.stdout.write(json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True))
