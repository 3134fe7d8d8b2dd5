"""Brings database, demo data and static files up to date before the site starts.

Each step leaves a stamp of what it was made from. When nothing changed since, no step runs and no process
starts: that is what keeps a second start short.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .checks import check_space, check_writable
from .console import beside, run_step, say, show_step
from .environment import PACKAGES, PYTHON, ROOT, var_dir

MANAGE = [PYTHON, ROOT / "manage.py"]
LIBRARIES = "requirements.txt"  # the libraries bring migrations and static files of their own


@dataclass(frozen=True, kw_only=True)
class Step:
    """One management command, and the files whose change makes it run again."""

    title: str
    command: tuple[str, ...]
    inputs: tuple[str, ...]
    shown: bool = False


DATA_STEPS = (
    Step(
        title="Preparing the database",
        command=("migrate", "--no-input"),
        inputs=(*(f"{package}/migrations/*.py" for package in PACKAGES), LIBRARIES),
    ),
    Step(
        title="Vocabularies, agencies and regions",
        command=("seed_vocabularies",),
        inputs=("catalogue/data/**/*", "catalogue/**/*.py"),
    ),
    Step(
        title="The site's own pages",
        command=("setup_site",),
        inputs=("catalogue/services/**/*.py", "catalogue/seeds/*.toml", "home/models/**/*.py"),
    ),
    Step(
        title="Demo catalogue",
        command=("demo_real",),
        inputs=("catalogue/data/**/*", "catalogue/demo/*.toml", "catalogue/**/*.py", "home/**/*.py"),
    ),
    Step(
        title="Demo accounts and training",
        command=("demo_training",),
        inputs=("accounts/**/*.py", "training/data/*.toml", "training/demo/*", "training/seeds/*.py"),
        shown=True,
    ),
)
STATIC_STEP = Step(
    title="Collecting static files",
    command=("collectstatic", "--no-input", "--clear"),
    inputs=("static/**/*", *(f"{package}/static/**/*" for package in PACKAGES), LIBRARIES),
)


def fingerprint(step: Step, before: str) -> str:
    """Changes with the step's inputs and with the step before it."""
    digest = hashlib.sha256(f"{before} {step.command}".encode())
    files = {path for pattern in step.inputs for path in ROOT.glob(pattern) if path.is_file()}
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def database_identity(env: Mapping[str, str]) -> str:
    """Names the database that was prepared; a SQLite file that was removed and made anew is another one."""
    url = env.get("DATABASE_URL", "")
    if url:
        return hashlib.sha256(url.encode()).hexdigest()
    try:
        return str((var_dir() / "catalogue.sqlite3").stat().st_ino)
    except FileNotFoundError:
        return ""


def out_of_step(env: Mapping[str, str]) -> bool:
    """Whether a database that lives outside VAR_DIR lost what the stamps say it has."""
    if not env.get("DATABASE_URL"):
        return False
    check = subprocess.run([*MANAGE, "migrate", "--check"], env=env, cwd=ROOT, capture_output=True)
    return check.returncode != 0


class Stamps:
    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = {}
        self.content: dict[str, str] = content if isinstance(content, dict) else {}

    def __getitem__(self, name: str) -> str:
        return self.content.get(name, "")

    def __setitem__(self, name: str, value: str) -> None:
        self.content[name] = value
        temporary = self.path.with_suffix(".new")
        temporary.write_text(json.dumps(self.content, indent=1), encoding="utf-8")
        temporary.replace(self.path)


def prepare(env: Mapping[str, str], *, demo_size: int) -> None:
    """Run the steps whose inputs changed. Raises Stop when one fails; what was done stays done."""
    folder = var_dir()
    check_writable(folder)
    stamps = Stamps(folder / "prepared.json")
    if stamps["database"] != database_identity(env) or not stamps["database"] or out_of_step(env):
        stamps.content = {"static": stamps["static"]}
    with static_files(stamps, env):
        prepare_data(stamps, env)
        prepare_synthetic(stamps, env, demo_size)


def prepare_data(stamps: Stamps, env: Mapping[str, str]) -> None:
    before = ""
    for step in DATA_STEPS:
        before = fingerprint(step, before)
        if stamps[step.command[0]] == before:
            continue
        check_space(var_dir(), 300)
        run = show_step if step.shown else run_step
        run(step.title, [*MANAGE, *step.command], env=env, cwd=ROOT)
        stamps["database"] = database_identity(env)
        stamps[step.command[0]] = before


def prepare_synthetic(stamps: Stamps, env: Mapping[str, str], size: int) -> None:
    if not size or stamps["demo"] == str(size):
        return
    check_space(var_dir(), 500 + size // 20)
    command = [*MANAGE, "demo", "--size", str(size), "--seed", "1"]
    show_step(f"Synthetic catalogue of {size} records", command, env=env, cwd=ROOT)
    stamps["demo"] = str(size)


@contextmanager
def static_files(stamps: Stamps, env: Mapping[str, str]) -> Iterator[None]:
    """Collect and compress the static files beside the block, which leaves a core free, and wait for them."""
    wanted = fingerprint(STATIC_STEP, "")
    if stamps["static"] == wanted and (var_dir() / "static").exists():
        yield
        return
    with beside(STATIC_STEP.title, [*MANAGE, *STATIC_STEP.command], env=env, cwd=ROOT):
        yield
    stamps["static"] = wanted


def where_accounts_are() -> None:
    path = var_dir() / "demo-accounts.txt"
    if path.exists():
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        say(f"Demo accounts and their passwords: {shown}")


def site_environment(port: int) -> dict[str, str]:
    """The environment of the site's processes: the demo profile on this port."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "innovation_site.settings.dev",
        "SITE_URL": os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(var_dir()),
    }
