"""What another process does in the tests: record changes, follow, rebuild, work; and be killed.

Run as ``python -m tests.search.actor <action> [<argument> …]``. It prints one word when it has come to the
point where the test acts, and hangs there if that is what the action is for.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from search import changes, followers, rebuild, registry  # noqa: E402
from search.engines.embedded import EmbeddedEngine  # noqa: E402
from search.models import Follower, RecordVersion  # noqa: E402
from search.types import Document  # noqa: E402
from tests.doubles import definition, document  # noqa: E402


class VersionedRecords:
    """Every key that was ever recorded is a public record."""

    def documents(self, keys: Sequence[str], versions: Mapping[str, int]) -> Iterator[Document]:
        for key in keys:
            yield document(key, versions[key], "Judul")

    def public_keys(self) -> Iterator[str]:
        return iter([str(key) for key in RecordVersion.objects.values_list("key", flat=True)])


def engine(folder: str) -> EmbeddedEngine:
    return EmbeddedEngine(definition(VersionedRecords()), folder)


def say(word: str) -> None:
    print(word, flush=True)


def record(seed: str, rounds: str, *keys: str) -> None:
    """Transactions over some of the keys in any order, a third of them rolled back; says what stayed."""
    chance = random.Random(seed)
    committed = dict.fromkeys(keys, 0)
    for _ in range(int(rounds)):
        chosen = chance.sample(keys, chance.randint(1, len(keys)))
        with transaction.atomic():
            changes.record(chosen)
            rolled_back = chance.random() < 0.33
            transaction.set_rollback(rolled_back)
        for key in chosen:
            committed[key] += not rolled_back
    say(json.dumps(committed))


def follow_and_hang(folder: str) -> None:
    """Be there to be killed after the index was written and before the rows are settled."""

    class Hanging:
        def apply(self, applied):
            engine(folder).apply(applied)
            say("applied")
            time.sleep(60)

    followers.follow(follower=Follower.objects.get(), target=Hanging(), source=VersionedRecords())


def rebuild_and_hang(folder: str) -> None:
    """Be there to be killed when the records are loaded and the switch is still to come."""

    def hang(step: rebuild.Progress) -> None:
        say("loaded")
        time.sleep(60)

    rebuild.rebuild(engine=engine(folder), progress=hang)


def rebuild_index(folder: str) -> None:
    rebuild.rebuild(engine=engine(folder))
    say("done")


def work() -> None:
    """The whole worker, over the index folder of the settings."""
    registry.register(definition(VersionedRecords()))
    call_command("worker")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
