"""People at their browsers, who send a form again, unchanged, until it is answered."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock, Semaphore

import requests
from django.conf import settings

from accounts.models import User
from tests.training.scenes import as_user

REQUEST_SECONDS = 15.0
PATIENCE = 200.0
"""Seconds in which a form is answered, whatever is killed meanwhile."""
UNAVAILABLE = 503


@dataclass(frozen=True)
class Deed:
    """A form that somebody sends, and what it must have made in the end.

    ``made`` gives what there is of its effect, which is to be there once, however often it was sent.
    """

    who: User
    path: str
    made: Callable[[Deed], int]
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    has_key: bool = True

    @property
    def sent(self) -> dict[str, str]:
        return {**self.fields, **({"submit_key": str(self.key)} if self.has_key else {})}

    def __str__(self) -> str:
        return f"{self.path} {self.key}"


class People:
    """Carries deeds out at the site at ``url``, no more of them than were let through.

    Made before a database is shared, as it signs everybody in.
    """

    def __init__(self, users: list[User]) -> None:
        self.url = ""
        self.sessions = {user.pk: as_user(user).cookies["sessionid"].value for user in users}
        self.acknowledged: list[tuple[Deed, str]] = []
        """Each deed that was answered, with where the answer leads."""
        self.unanswered: list[str] = []
        """Deeds whose answer was lost, each time."""
        self._given_up = False
        self._free = Semaphore(0)
        self._under_way = Semaphore(0)
        self._lock = Lock()

    def let_through(self, number: int) -> None:
        self._free.release(number)

    def begin(self, number: int, seconds: float) -> bool:
        """Let ``number`` deeds through; whether a form is sent from now on within ``seconds``."""
        while self._under_way.acquire(blocking=False):
            pass
        self.let_through(number)
        return self._under_way.acquire(timeout=seconds)

    def give_up(self) -> None:
        """Nobody waits or tries any longer."""
        self._given_up = True
        self.let_through(1000)

    def carry_out(self, deeds: list[Deed]) -> None:
        """One after the other, each until it is answered. Raises ``AssertionError`` for a refusal."""
        for deed in deeds:
            assert self._free.acquire(timeout=PATIENCE), f"{deed} was never let through"
            leads_to = self._until_answered(deed)
            with self._lock:
                self.acknowledged.append((deed, leads_to))

    def _until_answered(self, deed: Deed) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._given_up:
            self._under_way.release()
            try:
                answer = self._send(deed)
            except requests.RequestException as error:
                with self._lock:
                    self.unanswered.append(f"{deed.path}: {type(error).__name__}")
                continue
            if answer.status_code == UNAVAILABLE:
                time.sleep(0.1)
                continue
            leads_to = answer.headers.get("Location", "")
            assert answer.status_code == 302, f"{deed}: {answer.status_code}\n{answer.text[-3000:]}"
            assert "/accounts/" not in leads_to, f"{deed} leads to {leads_to}"
            return leads_to
        raise AssertionError(f"{deed} was not answered in {PATIENCE:.0f} s")

    def _send(self, deed: Deed) -> requests.Response:
        """On a connection of its own: one that is kept open may belong to a process that is gone."""
        token = "t" * 32
        return requests.post(
            f"{self.url}{deed.path}",
            data={**deed.sent, "csrfmiddlewaretoken": token},
            files=dict(deed.files) or None,
            cookies={"sessionid": self.sessions[deed.who.pk], settings.CSRF_COOKIE_NAME: token},
            headers={"Connection": "close"},
            allow_redirects=False,
            timeout=REQUEST_SECONDS,
        )
