"""One database, an index built of it, and the processes that work on both: an editor, a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.search.processes import Actor, SharedDatabase

WORKER = ("manage.py", "worker", "--only", "index")
SLUGS = [f"inovasi-{number}" for number in range(1, 6)]
HEALED = 60.0
"""Seconds within which everything is as it must be again."""


class Office:
    """Its index is that of ``prefix``, on whichever cluster a process is told of."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.database = SharedDatabase(folder)
        self.prefix = prefix

    @contextmanager
    def process(self, *command: str, url: str) -> Iterator[Actor]:
        settings = {
            "SEARCH_ENGINE": "elasticsearch",
            "SEARCH_COPY": "false",
            "ELASTICSEARCH_URL": url,
            "ELASTICSEARCH_PREFIX": self.prefix,
        }
        with self.database.process(*command, settings=settings) as process:
            yield process

    @contextmanager
    def editor(self, url: str) -> Iterator[Callable[..., str]]:
        """Gives orders to an editor, who looks at the index at ``url``."""
        with self.process("-m", "tests.faults.editor", url=url) as process:
            assert process.says() == "ready"

            def order(*words: str) -> str:
                answer = process.asked("|".join(words))
                assert answer != "failed", process.process.communicate()[1]
                return answer

            yield order

    def end_leases(self) -> None:
        """What a killed process held ends by itself, but only after 10 or 45 seconds."""
        self.database.rows("DELETE FROM search_lease")
