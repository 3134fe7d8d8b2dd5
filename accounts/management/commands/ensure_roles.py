"""Brings the groups of the roles up to date; run after every deployment."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import ensure_roles


class Command(BaseCommand):
    help = "Make the groups of the roles (administrator, curator, agency editor) say exactly their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        for role, group in ensure_roles().items():
            self.stdout.write(f"{role.value}: {group.name}")
