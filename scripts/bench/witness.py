"""One client of the API that notices when an answer fails, or holds less than it did.

    python -m scripts.bench.witness PORT '{"/api/v1/innovations?q=desa": 120}'

Each path comes with the total it is known to have. It asks for the paths in turn, with a pause after each
answer, until its input ends, and prints one line of JSON.
"""

from __future__ import annotations

import http.client
import json
import select
import sys
import time
from dataclasses import asdict, dataclass, field

PAUSE = 0.1
"""Seconds between an answer and the next question: a visitor reads, and two processors are few."""


@dataclass
class Seen:
    """Answers other than 200 or from another engine than the chosen one; totals below the known one."""

    asked: int = 0
    failed: int = 0
    shrunk: int = 0
    times: list[float] = field(default_factory=list)
    """Milliseconds of each."""
    troubles: list[str] = field(default_factory=list)
    """The first few, in words."""

    def note(self, trouble: str) -> None:
        if len(self.troubles) < 5:
            self.troubles.append(trouble)


def ask(port: int, path: str, known: int, seen: Seen) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    seen.asked += 1
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read()
        found = json.loads(content) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        seen.failed += 1
        seen.note(f"{path}: {error!r}")
        return
    finally:
        connection.close()
        seen.times.append((time.perf_counter() - started) * 1000)
    if found is None or found["degraded"]:
        seen.failed += 1
        seen.note(f"{path}: {answer.status} {content[:200]!r}")
    elif found["total"] < known:
        seen.shrunk += 1
        seen.note(f"{path}: {found['total']} instead of {known}")


def main() -> None:
    port, seen = int(sys.argv[1]), Seen()
    totals: dict[str, int] = json.loads(sys.argv[2])
    while True:
        for path, known in totals.items():
            ask(port, path, known, seen)
            if select.select([sys.stdin], [], [], PAUSE)[0]:
                print(json.dumps(asdict(seen)))
                return


if __name__ == "__main__":
    main()
