"""`make run`: from a fresh checkout to a running site, web and worker together."""

from __future__ import annotations

import fcntl
import http.client
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from . import development, elasticsearch
from .checks import check_port, check_writable, read_number
from .console import Stop, say
from .environment import PYTHON, ROOT, setup, var_dir
from .prepare import prepare, site_environment, where_accounts_are
from .supervise import Child, Supervisor

PATIENCE = 90.0  # seconds the web process has to answer; a first start also compiles bytecode


ENGINES = ("embedded", "elasticsearch")


def chosen_engine() -> str:
    engine = os.environ.get("ENGINE") or os.environ.get("SEARCH_ENGINE") or ENGINES[0]
    if engine not in ENGINES:
        raise Stop(f"ENGINE={engine} is unknown: choose {' or '.join(ENGINES)}.")
    return engine


def engine_environment(engine: str) -> dict[str, str]:
    """What the site's processes are told of the engine; starts a server where none is named."""
    if engine == "embedded":
        return {"SEARCH_ENGINE": engine}
    url = os.environ.get("ELASTICSEARCH_URL")
    if not url:
        development.start_elasticsearch()
        url = f"http://127.0.0.1:{elasticsearch.FIRST_PORT}"
    return {"SEARCH_ENGINE": engine, "ELASTICSEARCH_URL": url}


@contextmanager
def alone() -> Iterator[None]:
    """Two sites on one folder would have two workers writing one index."""
    path = var_dir() / "run.lock"
    check_writable(path.parent)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"The site already runs from {path.parent}: stop that one, or set VAR_DIR.") from None
        yield


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def run(*, install: bool = True) -> int:
    """Prepare and serve until a signal. ``install=False`` takes .venv as it is."""
    started = time.monotonic()
    engine = chosen_engine()
    port = read_number(os.environ, "PORT", 8000, lowest=1, highest=65535)
    demo_size = read_number(os.environ, "DEMO", 0, lowest=0, highest=1_000_000)
    check_port(port)
    if install:
        setup()
    with alone():
        env = site_environment(port) | engine_environment(engine)
        prepare(env, demo_size=demo_size)
        serve(env, port, started)
    return 0


def serve(env: dict[str, str], port: int, started: float) -> None:
    gunicorn = [
        PYTHON,
        "-m",
        "gunicorn",
        "--config",
        "python:innovation_site.gunicorn",
        "innovation_site.wsgi",
    ]
    web = Child("The web process", gunicorn, env=env, cwd=ROOT)
    worker = Child("The worker", [PYTHON, ROOT / "manage.py", "worker"], env=env, cwd=ROOT)

    def on_ready() -> None:
        where_accounts_are()
        seconds = time.monotonic() - started
        say(f"\nReady in {seconds:.1f} s: {env['SITE_URL']}/ and, for editors, {env['SITE_URL']}/admin/")
        say("Ctrl-C stops it.")

    Supervisor([web, worker]).run(ready=lambda: answers(port), on_ready=on_ready, patience=PATIENCE)
    say("Stopped.")
