"""All demo accounts, and three running batches to try training with. Only for a demonstration."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings
from django.utils import timezone, translation

from accounts.demo import ensure_account, remember
from training.demo import alone, talk
from training.demo.building import build
from training.demo.people import ACCOUNTS
from training.seeds import seed_programmes


class Command(BaseCommand):
    help = (
        "Make all demo accounts, with random passwords printed once and kept in VAR_DIR/demo-accounts.txt,"
        " and the demo batches that are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-passwords", action="store_true", help="give the accounts new passwords")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo batches are made in the demo profile only.")
        # In the same process: starting another one takes longer than all the work here.
        call_command("demo_accounts", new_passwords=options["new_passwords"], stdout=self.stdout)
        seed_programmes()
        cast, lines = {}, []
        for part, account in ACCOUNTS.items():
            cast[part], line = ensure_account(account, renew=options["new_passwords"])
            lines += [line] if line else []
        if lines:
            remember(lines)
            self.stdout.write("\n".join(lines))
        today = timezone.localdate()
        nobody = override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend")
        with translation.override(settings.LANGUAGE_CODE), nobody:  # curators are told of nothing
            for name in build(cast=cast, today=today):
                self.stdout.write(f"{name}: made")
            talk.furnish(cast=cast)
            alone.build(cast=cast, today=today)
