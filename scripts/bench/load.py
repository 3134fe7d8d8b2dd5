"""Pages a second over loopback, every kind in turns, against hello world in the same round."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from scripts.bench.figures import Figure, share, table
from scripts.bench.servers import Server, processor_seconds
from scripts.tooling.console import Stop
from scripts.tooling.environment import PYTHON, ROOT

CLIENTS = 4
HELLO, MIDDLEWARE = "hello world", "hello world through the site's middleware"


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of page: its addresses, how many requests a round makes, and N of the goal 1/N."""

    name: str
    server: Server
    paths: Sequence[str]
    requests: int
    parts: int = 0


@dataclass
class Rounds:
    """What the rounds measured: pages a second, processor milliseconds a page, milliseconds of requests."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


def run(targets: Sequence[Target], rounds: int) -> dict[str, Rounds]:
    """All targets in turns, ``rounds`` times after one short round to warm up."""
    measured = {target.name: Rounds() for target in targets}
    for target in targets:
        ask(target, max(target.requests // 4, 2 * len(target.paths)))
    for _ in range(rounds):
        for target in targets:
            one_round(target, measured[target.name])
    return measured


def one_round(target: Target, into: Rounds) -> None:
    workers = target.server.workers
    before = processor_seconds(workers)
    seconds, times = ask(target, target.requests)
    after = processor_seconds(workers)
    into.rates.append(target.requests / seconds)
    into.times += times
    if before is not None and after is not None:
        into.cpu.append((after - before) * 1000 / target.requests)


def ask(target: Target, requests: int) -> tuple[float, list[float]]:
    """Seconds in all and milliseconds of each request; raises ``Stop`` when one was not answered by 200."""
    command = [PYTHON, "-m", "scripts.bench.client", str(target.server.port), str(CLIENTS), str(requests)]
    result = subprocess.run(
        command, input="\n".join(target.paths), capture_output=True, text=True, cwd=ROOT, check=False
    )
    if result.returncode != 0:
        raise Stop(f"{target.name}: the client ended with {result.stderr.strip()[-300:]}")
    answer = json.loads(result.stdout)
    if answer["failed"]:
        raise Stop(f"{target.name}: {answer['failed']} of {requests} requests failed.")
    return answer["seconds"], answer["times"]


def ratios(measured: Mapping[str, Rounds], name: str, by: str = HELLO) -> list[float]:
    """The rate of ``name`` over that of ``by``, round by round."""
    return [own / other for own, other in zip(measured[name].rates, measured[by].rates, strict=True)]


def figures(targets: Sequence[Target], measured: Mapping[str, Rounds]) -> list[Figure]:
    found = []
    for target in targets:
        if target.parts:
            ratio = median(ratios(measured, target.name))
            found.append(share(f"{target.name}, pages/s ÷ hello world", ratio, target.parts))
    return found


def breakdown(targets: Sequence[Target], measured: Mapping[str, Rounds]) -> str:
    rows = []
    for target in targets:
        own = measured[target.name]
        rows.append(
            (
                target.name,
                f"{median(own.rates):.0f}",
                _share(measured, target.name, HELLO),
                _share(measured, target.name, MIDDLEWARE),
                f"{median(own.cpu):.2f}" if own.cpu else "–",
                _cpu_share(measured, target.name),
                f"{quantiles(own.times, n=20)[-1]:.0f}",
            )
        )
    heads = ("over loopback", "pages/s", "÷ hello", "÷ with mw", "cpu ms", "cpu ÷ hello", "p95 ms")
    return table(f"Pages a second, {CLIENTS} clients (medians of the rounds)", rows, heads)


def _share(measured: Mapping[str, Rounds], name: str, by: str) -> str:
    return "" if name in {HELLO, by} else f"1/{1 / median(ratios(measured, name, by)):.1f}"


def _cpu_share(measured: Mapping[str, Rounds], name: str) -> str:
    own, hello = measured[name].cpu, measured[HELLO].cpu
    if name == HELLO:
        return ""
    return f"1/{median(own) / median(hello):.1f}" if own and median(hello) else "–"
