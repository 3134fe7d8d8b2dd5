"""Three accounts to try the catalogue with. Only for a demonstration."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.demo import Account, ensure_account, remember
from accounts.models import User
from accounts.roles import Role
from accounts.services import ensure_roles
from catalogue.models import Agency, AgencyMembership

# Each with the code of the agency they edit for.
ACCOUNTS = (
    (Account("admin@demo.example", "administrator", "Ayu", "Administrator", Role.ADMINISTRATOR), ""),
    (Account("kurator@demo.example", "curator", "Kadek", "Kurator", Role.CURATOR), ""),
    (Account("editor@demo.example", "agency-editor", "Eko", "Editor", Role.AGENCY_EDITOR), "gov-35.10"),
)


class Command(BaseCommand):
    help = "Make the demo accounts, with random passwords printed once and kept in VAR_DIR/demo-accounts.txt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-passwords", action="store_true", help="give the accounts new passwords")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts are made in the demo profile only.")
        ensure_roles()
        lines = []
        for account, agency in ACCOUNTS:
            user, line = ensure_account(account, renew=options["new_passwords"])
            self.join(user, agency)
            lines += [line] if line else []
        if lines:
            remember(lines)
            self.stdout.write("\n".join(lines))

    def join(self, user: User, code: str) -> None:
        if not code:
            return
        agency = Agency.objects.filter(code=code).first()
        if agency is None:
            raise CommandError(f"There is no agency {code}: run seed_vocabularies first.")
        AgencyMembership.objects.get_or_create(user=user, agency=agency)
