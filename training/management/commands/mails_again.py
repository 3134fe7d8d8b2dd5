"""Send mails again that are stuck or were refused, because somebody decided so."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from training.models import Notice
from training.services import mails

SECONDS = 60.0
"""A worker that lives is through with a mail by then: twice the longest of its turns and time limits."""


class Command(BaseCommand):
    help = (
        "Say how many mails are stuck, because the worker that sent them was killed or the mail server did"
        " not say whether it took them, and how many were refused for good. With --stuck or --failed they"
        " wait for the worker's next turn again. A stuck mail may have left; it arrives twice then, under the"
        " same Message-ID."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stuck", action="store_true", help="send stuck mails again")
        parser.add_argument("--failed", action="store_true", help="send refused mails again")
        parser.add_argument(
            "--seconds", type=float, default=SECONDS, help="how long a mail in somebody's hands may take"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sending, failed = self._keys(Notice.Mail.SENDING), self._keys(Notice.Mail.FAILED)
        self.stdout.write(f"{len(sending)} being sent or stuck, {len(failed)} refused.")
        if options["stuck"] and sending:
            time.sleep(options["seconds"])  # whatever is sent meanwhile was not stuck
            number = mails.send_again(keys=sending, state=Notice.Mail.SENDING)
            self.stdout.write(f"{number} stuck mails wait again.")
        if options["failed"] and failed:
            number = mails.send_again(keys=failed, state=Notice.Mail.FAILED)
            self.stdout.write(f"{number} refused mails wait again.")

    def _keys(self, state: str) -> list[int]:
        return list(Notice.objects.filter(mail=state).order_by("pk").values_list("pk", flat=True))
