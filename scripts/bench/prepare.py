"""A catalogue of its own for the benchmark, made once for each size and kept."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.tooling import prepare as site
from scripts.tooling.checks import check_space
from scripts.tooling.console import run_step
from scripts.tooling.environment import ROOT, var_dir

SEED = 1
RECORD = "bench.json"
# What a developer has set for another site must not decide what is measured, nor be written to.
NOT_INHERITED = (
    "DATABASE_URL",
    "CACHE_URL",
    "SEARCH_ENGINE",
    "ELASTICSEARCH_URL",
    "ELASTICSEARCH_API_KEY",
    "ELASTICSEARCH_CA_CERTS",
    "ELASTICSEARCH_PREFIX",
    "SEARCH_COPY",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "MEDIA_ROOT",
    "MEDIA_URL",
    "S3_BUCKET",
    "DEBUG",
    "TRUSTED_PROXY_COUNT",
)
OWN = {
    "API_RATE": "",  # the limit would answer most of the benchmark's requests with 429
    "LOG_LEVEL": "WARNING",
    "HOST": "127.0.0.1",
    "WEB_WORKERS": "2",
    "WEB_THREADS": "4",
    "DJANGO_SETTINGS_MODULE": "innovation_site.settings.dev",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """How long the parts of making the catalogue took when it was made, in seconds."""

    size: int
    demo_seconds: float = 0.0
    admin_seconds: float = 0.0


def own_environment(size: int) -> Path:
    """Point this process and its children at the benchmark's own folder, which is returned."""
    folder = var_dir() / "bench" / str(size)
    for name in NOT_INHERITED:
        os.environ.pop(name, None)
    os.environ.update(OWN, VAR_DIR=str(folder))
    return folder


def prepare(folder: Path, size: int) -> Prepared:
    """Database, vocabularies, real and synthetic records, static files; what is there already is kept.

    Raises ``Stop`` when a step fails.
    """
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    site.prepare(env, demo_size=0)
    known = read(folder)
    if known is not None and known.size == size:
        return known
    check_space(folder, 500 + size // 20)
    demo = admin = 0.0
    if size:
        command = ["demo", "--size", str(size), "--seed", str(SEED)]
        demo = timed(f"Synthetic catalogue of {size} records", command, env)
    # Otherwise the worker would do this while the pages are measured.
    admin = timed("The admin's own indexes", ["worker", "--only", "tasks", "--once"], env)
    made = Prepared(size, demo, admin)
    (folder / RECORD).write_text(json.dumps(asdict(made)), encoding="utf-8")
    return made


def read(folder: Path) -> Prepared | None:
    try:
        return Prepared(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def timed(title: str, command: list[str], env: dict[str, str]) -> float:
    started = time.monotonic()
    run_step(title, [*site.MANAGE, *command], env=env, cwd=ROOT)
    return time.monotonic() - started
