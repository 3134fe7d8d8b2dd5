"""Three accounts to try the catalogue with. Only for a demonstration."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from accounts.services import create_staff_user, ensure_roles, random_password
from catalogue.models import Agency, AgencyMembership


@dataclass(frozen=True)
class Account:
    """Someone of the demonstration; ``agency`` is the code of the one they edit for."""

    email: str
    role: Role
    first_name: str
    last_name: str
    agency: str = ""


ACCOUNTS = (
    Account("admin@demo.example", Role.ADMINISTRATOR, "Ayu", "Administrator"),
    Account("kurator@demo.example", Role.CURATOR, "Kadek", "Kurator"),
    Account("editor@demo.example", Role.AGENCY_EDITOR, "Eko", "Editor", agency="gov-35.10"),
)


class Command(BaseCommand):
    help = "Make the demo accounts, with random passwords printed once and kept in VAR_DIR/demo-accounts.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-passwords", action="store_true", help="give the accounts new passwords")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts are made in the demo profile only.")
        ensure_roles()
        path = settings.VAR_DIR / "demo-accounts.txt"
        lines = [
            line for account in ACCOUNTS if (line := self.ensure(account, path, options["new_passwords"]))
        ]
        if lines:
            self.remember(path, lines)
            self.stdout.write("\n".join(lines))

    def ensure(self, account: Account, path: Path, renew: bool) -> str:
        """Make the account; the line with its new password, or nothing when it keeps the one it has."""
        there = User.objects.filter(email=account.email).exists() and path.exists()
        password = None if there and not renew else random_password()
        with translation.override(settings.LANGUAGE_CODE):
            user = create_staff_user(
                email=account.email,
                role=account.role,
                password=password,
                first_name=account.first_name,
                last_name=account.last_name,
            )
            self.join(user, account.agency)
        return f"{account.role.value:<14} {account.email:<22} {password}" if password else ""

    def join(self, user: User, code: str) -> None:
        if not code:
            return
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            raise CommandError(f"There is no agency {code}: run seed_vocabularies first.")
        AgencyMembership.objects.get_or_create(user=user, agency=agency)

    def remember(self, path: Path, lines: list[str]) -> None:
        """Keep the passwords where only the owner can read them."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = {line.split()[1]: line for line in lines}
        old = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        kept = [line for line in old if line.split()[1:2] and line.split()[1] not in new]
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(handle, 0o600)
            file.write("\n".join([*kept, *new.values()]) + "\n")
