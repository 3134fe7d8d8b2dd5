"""The services of compose.yaml, where a container engine runs."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .console import show_step
from .environment import ROOT

COMPOSE = ("docker", "compose")
ENGINE_SECONDS = 10  # what an engine that is starting or broken may take to answer


def engine_runs() -> bool:
    return shutil.which("docker") is not None and all(
        succeeds([*command]) for command in ((*COMPOSE, "version"), ("docker", "info"))
    )


def succeeds(command: Sequence[str]) -> bool:
    try:
        result = subprocess.run(command, capture_output=True, timeout=ENGINE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def password() -> str:
    """Of the development database, made once: its volume keeps the one it was made with."""
    path: Path = ROOT / "var" / "compose-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii")


def environment() -> dict[str, str]:
    return {**os.environ, "POSTGRES_PASSWORD": password()}


def start(services: Sequence[str]) -> None:
    command = [*COMPOSE, "up", "--detach", "--wait", *services]
    show_step(f"Starting containers: {', '.join(services)}", command, env=environment(), cwd=ROOT)


def build_image() -> None:
    """The site's image, from the Dockerfile. Raises ``Stop`` with the last lines of what went wrong."""
    command = ["docker", "build", "--tag", "katalog-inovasi:test", "."]
    show_step("Building the site's image", command, cwd=ROOT)


def stop() -> None:
    show_step("Stopping containers", [*COMPOSE, "stop"], env=environment(), cwd=ROOT)
