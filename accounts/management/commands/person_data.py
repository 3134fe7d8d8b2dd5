"""A person's data, for those who ask for it by letter: exported, or erased."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import privacy
from accounts.models import User


class Command(BaseCommand):
    help = "Print everything the site holds about a person as JSON, or erase it (--erase)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of the account")
        parser.add_argument("--erase", action="store_true", help="take everything away; this can't be undone")

    def handle(self, *args: Any, email: str, erase: bool, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError("No account has this address.")
        if not erase:
            self.stdout.write(json.dumps(privacy.export_of(user), ensure_ascii=False, indent=2))
            return
        try:
            privacy.erase(user=user)
        except privacy.NotNow as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Erased; the account is {user.email} now.")
